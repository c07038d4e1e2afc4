//! The alternative PIN: stories of who gets which wallet.

use crate::common::*;
use keyfence::{
    Path, Session,
    commands::Init,
    error::CardError,
    session::{Open, Verified},
};

fn block(mut session: Session<Open>, tries: usize) -> Session<Open> {
    for _ in 0..tries {
        session = refused(session.verify_pin(&pin("000000"))).0;
    }
    session
}

fn whisper(session: &mut Session<Verified>) -> [u8; 32] {
    *session.export_private(&Path::whisper()).unwrap().expose()
}

#[test]
fn the_same_commands_and_other_keys() {
    let card = TestCard::new();
    let mut session = card.with_wallet();
    let account: Path = "m/44'/60'/0'/0/0".parse().unwrap();
    let main = (
        whisper(&mut session),
        session.export_public(&account).unwrap(),
    );
    let master = session.export_public(&Path::master()).unwrap();
    let mut session = session
        .into_open()
        .verify_pin(&pin(ALTERNATIVE_PIN))
        .unwrap();
    let alternative = (
        whisper(&mut session),
        session.export_public(&account).unwrap(),
    );
    assert!(main.0 != alternative.0 && main.1 != alternative.1);
    assert_eq!(
        session.export_public(&Path::master()).unwrap(),
        master,
        "the master is common"
    );
    // The path set by one PIN isn't the other's.
    session.derive(Default::default(), &account).unwrap();
    let mut session = session.into_open().verify_pin(&pin(PIN)).unwrap();
    assert_eq!(session.current_path().unwrap(), Path::master());
    assert_eq!(whisper(&mut session), main.0);
}

#[test]
fn equal_pins_are_refused_at_init_and_the_alternative_one_wins_later() {
    let card = TestCard::new();
    let same = Init {
        alternative_pin: Some(pin(PIN)),
        ..init()
    };
    let failed = card.new_card().init(&same).unwrap_err();
    assert_eq!(keyfence::Explain::code(&failed.error), "E-PIN-SAME");
    drop(failed);
    // A PUK that begins with the PIN: the card makes the alternative PIN up.
    let beginning = Init::new(pin(PIN), puk("123456000000"), secret());
    let mut session = card.new_card().init(&beginning).unwrap();
    let record = session
        .pair_with_secret(&secret(), Default::default())
        .unwrap();
    let mut session = open_with(session, record).verify_pin(&pin(PIN)).unwrap();
    session.load_seed(&junk_seed()).unwrap();
    let expected = vectors("eip1581.json")["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .find(|vector| vector["mnemonic"] == JUNK && vector["passphrase"] == "")
        .map(|vector| vector["main"]["whisper"]["private_key"].clone())
        .unwrap();
    assert_eq!(
        hex::encode(whisper(&mut session)),
        expected.as_str().unwrap(),
        "the main wallet"
    );
    drop(session);
    // Changed to equal: the alternative one wins.
    let card = TestCard::new();
    let mut session = card.with_wallet();
    let main = whisper(&mut session);
    session.change_pin(&pin(ALTERNATIVE_PIN)).unwrap();
    let mut session = reopen(session).verify_pin(&pin(ALTERNATIVE_PIN)).unwrap();
    assert_ne!(whisper(&mut session), main);
}

#[test]
fn a_wrong_try_costs_both_and_a_right_one_gives_both_back() {
    let card = TestCard::new();
    let session = block(card.open(), 2);
    let mut session = session.verify_pin(&pin(ALTERNATIVE_PIN)).unwrap();
    assert_eq!(session.status().unwrap().pin_tries, 3);
    let mut session = session.into_open().verify_pin(&pin(PIN)).unwrap();
    assert_eq!(session.status().unwrap().pin_tries, 3);
    let mut session = block(session.into_open(), 3);
    for any in [PIN, ALTERNATIVE_PIN] {
        let (same, error) = refused(reopen(session).verify_pin(&pin(any)));
        assert_eq!(error, CardError::PinBlocked, "{any}");
        session = same;
    }
}

#[test]
fn unblocking_sets_the_current_pin_and_unblocks_both() {
    let card = TestCard::new();
    let mut session = card.with_wallet();
    let main = whisper(&mut session);
    let session = block(session.into_open(), 3);
    let mut session = session.unblock_pin(&puk(PUK), &pin("222222")).unwrap();
    assert_eq!(
        whisper(&mut session),
        main,
        "the main one was current, and counts as verified"
    );
    let mut session = session
        .into_open()
        .verify_pin(&pin(ALTERNATIVE_PIN))
        .unwrap();
    let alternative = whisper(&mut session);
    assert_ne!(alternative, main);
    // Now the alternative one is current: UNBLOCK sets it.
    let session = block(session.into_open(), 3);
    let mut session = session.unblock_pin(&puk(PUK), &pin("333333")).unwrap();
    assert_eq!(whisper(&mut session), alternative);
    let mut session = reopen(session).verify_pin(&pin("222222")).unwrap();
    assert_eq!(whisper(&mut session), main);
}

#[test]
fn a_puk_changed_under_the_alternative_pin_never_opens_the_main_wallet() {
    let card = TestCard::new();
    let mut session = card.with_wallet();
    let main = whisper(&mut session);
    let mut session = session
        .into_open()
        .verify_pin(&pin(ALTERNATIVE_PIN))
        .unwrap();
    let alternative = whisper(&mut session);
    session.change_puk(&puk("999999999999")).unwrap();
    // After SELECT the main PIN is current; the second PUK sets the alternative one all the same.
    let session = block(reopen(session), 3);
    let mut session = session
        .unblock_pin(&puk("999999999999"), &pin("444444"))
        .unwrap();
    assert_eq!(whisper(&mut session), alternative);
    let mut session = reopen(session).verify_pin(&pin(PIN)).unwrap();
    assert_eq!(whisper(&mut session), main);
    // And the first PUK sets the main one from then on, whatever is current.
    let session = session.into_open().verify_pin(&pin("444444")).unwrap();
    let session = block(session.into_open(), 3);
    let mut session = session.unblock_pin(&puk(PUK), &pin("555555")).unwrap();
    assert_eq!(whisper(&mut session), main);
    let mut session = reopen(session).verify_pin(&pin("444444")).unwrap();
    assert_eq!(whisper(&mut session), alternative);
}

#[test]
fn a_pinless_path_signs_in_the_tree_it_was_set_in() {
    let card = TestCard::new();
    let mut session = card.with_wallet();
    let account: Path = "m/44'/60'/0'/0/0".parse().unwrap();
    let main = session.export_public(&account).unwrap();
    let mut session = session
        .into_open()
        .verify_pin(&pin(ALTERNATIVE_PIN))
        .unwrap();
    let alternative = session.export_public(&account).unwrap();
    session.set_pinless_path(&account).unwrap();
    let mut session = session.into_open().verify_pin(&pin(PIN)).unwrap();
    assert_eq!(
        session
            .sign_pinless_in_channel(&[7; 32])
            .unwrap()
            .public_key,
        alternative
    );
    assert_eq!(
        session.sign(&[7; 32], &account).unwrap().public_key,
        main,
        "with the PIN it is the PIN's tree"
    );
    let mut session = session.reselect().unwrap().ready().unwrap();
    assert_eq!(
        session.sign_pinless(&[7; 32]).unwrap().public_key,
        alternative
    );
}
