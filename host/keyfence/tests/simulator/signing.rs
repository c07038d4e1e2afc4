//! Signatures: every choice of key, the PIN-less path, and many of them checked by k256.

use crate::common::*;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use keyfence::{
    Path, PathSource, applets::CashCard, commands::SignPath, error::CardError, key::PublicKey,
    signature::RecoverableSignature,
};
use sha2::{Digest, Sha256};

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn hash(number: u32) -> [u8; 32] {
    Sha256::digest(number.to_be_bytes()).into()
}

/// Minimal DER, low s, and recoverable to the key: as k256 sees it, not the library.
fn check(signature: &RecoverableSignature, hash: &[u8; 32], key: &PublicKey) {
    let der = signature.as_sent.as_bytes();
    let strict =
        Signature::from_der(der).unwrap_or_else(|error| panic!("{}: {error}", hex::encode(der)));
    assert_eq!(strict.to_der().as_bytes(), der, "the one encoding");
    assert_eq!(strict.normalize_s(), strict, "low s: {}", hex::encode(der));
    let id = RecoveryId::from_byte(signature.recovery_id).unwrap();
    let recovered = VerifyingKey::recover_from_prehash(hash, &strict, id).unwrap();
    assert_eq!(recovered.to_sec1_point(false).as_bytes(), key.as_bytes());
    let (r, s) = strict.split_bytes();
    assert_eq!((&signature.r[..], &signature.s[..]), (&r[..], &s[..]));
}

#[test]
fn each_choice_of_key_signs_with_that_key() {
    let card = TestCard::new();
    let mut session = card.with_wallet();
    let account = path("m/44'/60'/0'/0/0");
    let key = session.export_public(&account).unwrap();
    let signature = session.sign(&hash(1), &account).unwrap();
    assert_eq!(signature.public_key, key);
    check(&signature, &hash(1), &key);
    assert_eq!(session.current_path().unwrap(), Path::master());
    let make_current = SignPath::MakeCurrent(PathSource::Master, account.clone());
    check(
        &session.sign_with(&hash(2), &make_current).unwrap(),
        &hash(2),
        &key,
    );
    assert_eq!(session.current_path().unwrap(), account);
    check(
        &session.sign_with(&hash(3), &SignPath::Current).unwrap(),
        &hash(3),
        &key,
    );
    let sibling = session.export_public(&path("m/44'/60'/0'/0/1")).unwrap();
    let parent = SignPath::Derive(PathSource::Parent, path("1"));
    check(
        &session.sign_with(&hash(4), &parent).unwrap(),
        &hash(4),
        &sibling,
    );
    let child = session.export_public(&path("m/44'/60'/0'/0/0/7")).unwrap();
    let current = SignPath::Derive(PathSource::Current, path("7"));
    check(
        &session.sign_with(&hash(5), &current).unwrap(),
        &hash(5),
        &child,
    );
    let master = session.export_public(&Path::master()).unwrap();
    check(
        &session.sign(&hash(6), &Path::master()).unwrap(),
        &hash(6),
        &master,
    );
    // The same hash twice: two nonces.
    let twice = [
        session.sign(&hash(7), &account).unwrap(),
        session.sign(&hash(7), &account).unwrap(),
    ];
    assert_ne!(twice[0].r, twice[1].r);
    session.remove_key().unwrap();
    assert_eq!(
        card_error(session.sign(&hash(1), &account)),
        CardError::NoKey
    );
}

#[test]
fn the_pinless_path_signs_without_pairing_and_without_pin() {
    let card = TestCard::new();
    let mut session = card.with_wallet();
    let account = path("m/44'/60'/0'/0/0");
    let key = session.export_public(&account).unwrap();
    assert_eq!(
        card_error(session.sign_pinless_in_channel(&hash(1))),
        CardError::NoPinlessPath
    );
    session.set_pinless_path(&account).unwrap();
    check(
        &session.sign_pinless_in_channel(&hash(1)).unwrap(),
        &hash(1),
        &key,
    );
    let mut open = reopen(session);
    check(
        &open.sign_pinless_in_channel(&hash(2)).unwrap(),
        &hash(2),
        &key,
    );
    let mut selected = open.reselect().unwrap().ready().unwrap();
    check(&selected.sign_pinless(&hash(3)).unwrap(), &hash(3), &key);
    let record = selected
        .pair_with_secret(&secret(), Default::default())
        .unwrap();
    let mut session = open_with(selected, record).verify_pin(&pin(PIN)).unwrap();
    for below in ["m/43'/60'/1581'/1'", "m/43'/60'/1581'/1'/0"] {
        let refused = CardError::PinlessRefused { path: path(below) };
        assert_eq!(card_error(session.set_pinless_path(&path(below))), refused);
    }
    session.unset_pinless_path().unwrap();
    assert_eq!(
        card_error(session.sign_pinless_in_channel(&hash(1))),
        CardError::NoPinlessPath
    );
    // Loading another key unsets it as well.
    session.set_pinless_path(&account).unwrap();
    session.generate_key().unwrap();
    assert_eq!(
        card_error(session.sign_pinless_in_channel(&hash(1))),
        CardError::NoPinlessPath
    );
}

#[test]
fn cash_signs_with_its_own_key() {
    let card = TestCard::new();
    let mut session = card.verified();
    session
        .store_data(keyfence::commands::DataKind::Cash, b"for coffee")
        .unwrap();
    let mut cash = CashCard::select(session.into_card()).unwrap();
    assert_eq!(cash.info().data, b"for coffee");
    let key = cash.info().public_key;
    check(&cash.sign(&hash(1)).unwrap(), &hash(1), &key);
    drop(cash);
    let session = card.selected().factory_reset().unwrap();
    let cash = CashCard::select(session.into_card()).unwrap();
    assert_eq!(
        cash.info().public_key,
        key,
        "a factory reset leaves cash alone"
    );
}

/// Ten thousand in each run, a hundred thousand in a soak.
#[test]
fn thousands_of_signatures_are_minimal_low_and_recoverable() {
    let soak = std::env::var("KEYFENCE_SOAK").is_ok_and(|value| value == "1");
    let count = if soak { 100_000 } else { 10_000 };
    let card = TestCard::new();
    let mut session = card.with_wallet();
    let account = path("m/44'/60'/0'/0/0");
    let key = session.export_public(&account).unwrap();
    session.derive(PathSource::Master, &account).unwrap();
    let mut short = 0;
    for number in 0..count {
        let signature = session
            .sign_with(&hash(number), &SignPath::Current)
            .unwrap();
        check(&signature, &hash(number), &key);
        short += u32::from(signature.as_sent.as_bytes().len() < 70);
    }
    assert!(
        short > 0,
        "none of {count} had a short r or s: what makes them non-minimal elsewhere"
    );
}
