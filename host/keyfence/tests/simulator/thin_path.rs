//! From a new card to the two keys.

use crate::common::*;
use keyfence::{
    Family, Path,
    commands::SlotChoice,
    error::{CardError, Explain},
    secret::Seed,
};

#[test]
fn a_mnemonic_goes_in_and_the_two_keys_come_out() {
    let card = TestCard::new();
    let mut session = card.initialized();
    assert!(session.is_simulated());
    assert_eq!(session.application().version.to_string(), "3.2");
    assert_eq!(
        (
            session.application().free_slots,
            session.application().key_uid
        ),
        (10, None)
    );
    let record = session
        .pair_with_secret(&secret(), SlotChoice::Any)
        .unwrap();
    let mut session = session
        .with_pairing(record)
        .unwrap()
        .open()
        .unwrap()
        .verify_pin(&pin(PIN))
        .unwrap();
    let key_uid = session.load_seed(&junk_seed()).unwrap();
    assert_eq!(key_uid, junk_seed().key_uid().unwrap());
    let keys = session.export_eip1581().unwrap();
    assert_eq!(
        hex::encode(keys.whisper.expose()),
        "cd4d1e126328b7d3392c858b51d722f5b1ea1928e3543cf699e0caa0d4a0289e"
    );
    assert_eq!(
        hex::encode(keys.database.expose()),
        "304d3cea8e440e086e194670efe91ed75c97150110dd0500578920214dd60fd5"
    );
    assert_eq!(
        session.export_private(&Path::whisper()).unwrap(),
        keys.whisper
    );
    let public = session.export_public(&Path::database()).unwrap();
    assert_eq!(public, keys.database.public_key().unwrap());
    let wallet: Path = "m/44'/60'/0'/0/0".parse().unwrap();
    let refusal = card_error(session.export_private(&wallet));
    assert_eq!(
        refusal,
        CardError::ExportRefused {
            paths: vec![wallet]
        }
    );
    assert_eq!(
        (refusal.code(), refusal.family()),
        ("E-POLICY-REFUSED", Family::Policy)
    );
    assert!(session.is_channel_open(), "a refusal closes nothing");
    let selected = session.reselect().unwrap().ready().unwrap();
    assert_eq!(selected.application().key_uid, Some(key_uid));
    assert_eq!(selected.application().free_slots, 9);
}

#[test]
fn eip1581_vectors_under_both_pins() {
    let card = TestCard::new();
    let mut session = card.open();
    for vector in vectors("eip1581.json")["vectors"].as_array().unwrap() {
        let seed = Seed::from_hex(vector["seed"].as_str().unwrap()).unwrap();
        let mut verified = session.verify_pin(&pin(PIN)).unwrap();
        let key_uid = verified.load_seed(&seed).unwrap();
        assert_eq!(hex::encode(key_uid), vector["key_uid"].as_str().unwrap());
        for (tree, with) in [("main", PIN), ("alternative", ALTERNATIVE_PIN)] {
            verified = verified.into_open().verify_pin(&pin(with)).unwrap();
            for name in ["whisper", "database", "whisper_second"] {
                let key = &vector[tree][name];
                let path: Path = key["path"].as_str().unwrap().parse().unwrap();
                let private = verified.export_private(&path).unwrap();
                assert_eq!(
                    hex::encode(private.expose()),
                    key["private_key"].as_str().unwrap(),
                    "{tree} {path}"
                );
            }
            for name in [
                "wallet",
                "wallet_account",
                "high_component",
                "boundary",
                "parent",
                "future_key_type",
            ] {
                let key = &vector[tree][name];
                let path: Path = key["path"].as_str().unwrap().parse().unwrap();
                let public = verified.export_public(&path).unwrap();
                assert_eq!(
                    public.to_string(),
                    key["public_key"].as_str().unwrap(),
                    "{tree} {path}"
                );
                let error = card_error(verified.export_private(&path));
                assert!(
                    matches!(error, CardError::ExportRefused { .. }),
                    "{tree} {path}: {error}"
                );
            }
        }
        session = reopen(verified);
    }
}
