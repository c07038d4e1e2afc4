//! Pairing: slots, passwords, stale records.

use crate::common::*;
use keyfence::{
    commands::{Init, SlotChoice},
    error::{CardError, Explain},
    pairing::Slot,
};

#[test]
fn ten_slots_are_filled_and_one_is_given_back() {
    let card = TestCard::new();
    let mut session = card.initialized();
    let records: Vec<_> = (0..10)
        .map(|_| {
            session
                .pair_with_secret(&secret(), SlotChoice::Persistent)
                .unwrap()
        })
        .collect();
    let slots: Vec<u8> = records.iter().map(|record| record.slot.0).collect();
    assert_eq!(slots, (0..10).collect::<Vec<_>>());
    assert_eq!(
        card_error(session.pair_with_secret(&secret(), SlotChoice::Persistent)),
        CardError::SlotsFull
    );
    // Full, and any slot will do: the ephemeral one, which a selection forgets.
    let ephemeral = session
        .pair_with_secret(&secret(), SlotChoice::Any)
        .unwrap();
    assert!(ephemeral.slot.is_ephemeral());
    let session = session
        .with_pairing(ephemeral.clone())
        .unwrap()
        .open()
        .unwrap();
    let session = session.reselect().unwrap().ready().unwrap();
    assert_eq!(session.application().free_slots, 0);
    let (session, error) = refused(session.with_pairing(ephemeral).unwrap().open());
    assert_eq!(
        (error.clone(), error.code()),
        (CardError::PairingUnknown, "E-PAIRING-UNKNOWN")
    );
    // One slot is given back from another, and taken anew.
    let session = open_with(
        session.reselect().unwrap().ready().unwrap(),
        records[9].clone(),
    );
    let mut session = session.verify_pin(&pin(PIN)).unwrap();
    session.unpair(Slot(3)).unwrap();
    session.unpair(Slot(3)).unwrap();
    assert_eq!(
        card_error(session.unpair(Slot(10))),
        CardError::NoSuchSlot { slot: Slot(10) }
    );
    let mut session = session.reselect().unwrap().ready().unwrap();
    assert_eq!(session.application().free_slots, 1);
    let again = session
        .pair_with_secret(&secret(), SlotChoice::Persistent)
        .unwrap();
    assert_eq!(again.slot, Slot(3));
    assert_ne!(again.key, records[3].key);
    // The old key of that slot opens nothing any more.
    let (_, error) = refused(session.with_pairing(records[3].clone()).unwrap().open());
    assert_eq!(error, CardError::PairingUnknown);
    // The own slot goes too, and the session goes on without a channel.
    let session = open_with(card.selected(), again.clone())
        .verify_pin(&pin(PIN))
        .unwrap();
    let session = session
        .unpair_self()
        .unwrap()
        .reselect()
        .unwrap()
        .ready()
        .unwrap();
    assert_eq!(session.application().free_slots, 1);
    let (_, error) = refused(session.with_pairing(again).unwrap().open());
    assert_eq!(error, CardError::PairingUnknown);
}

#[test]
fn a_password_pairs_in_its_normal_form_or_as_another_client_typed_it() {
    let card = TestCard::new();
    let composed = password("caf\u{e9}");
    let with = |secret| Init::new(pin(PIN), puk(PUK), secret);
    // Normalised, as this library and some clients do.
    let mut session = card.new_card().init(&with(composed.secret())).unwrap();
    session.pair(&composed, SlotChoice::Any).unwrap();
    session
        .pair(&password("cafe\u{301}"), SlotChoice::Any)
        .unwrap();
    assert_eq!(
        card_error(session.pair(&password("cafe"), SlotChoice::Any)),
        CardError::PairingPassword
    );
    // As typed, as other clients do.
    let session = session.factory_reset().unwrap();
    let mut session = session
        .init(&with(composed.secret_as_typed().unwrap()))
        .unwrap();
    session.pair(&composed, SlotChoice::Any).unwrap();
    assert_eq!(
        card_error(session.pair(&password("other"), SlotChoice::Any)),
        CardError::PairingPassword
    );
}

#[test]
fn a_pairing_from_before_a_reset_is_known_by_the_uid() {
    let card = TestCard::new();
    let mut session = card.initialized();
    let record = session
        .pair_with_secret(&secret(), SlotChoice::Any)
        .unwrap();
    let session = session.factory_reset().unwrap().init(&init()).unwrap();
    let found = session.application().uid;
    assert_ne!(found, record.card_uid);
    let (_, error) = refused(session.with_pairing(record.clone()));
    assert_eq!(
        error,
        CardError::PairingOtherCard {
            paired: record.card_uid,
            found
        }
    );
    assert_eq!(error.code(), "E-PAIRING-STALE");
}

#[test]
fn a_new_pairing_secret_counts_for_new_pairings_only() {
    let card = TestCard::new();
    let mut session = card.verified();
    let record = session.pairing().clone();
    let other = password("another one").secret();
    session.change_pairing_secret(&other).unwrap();
    let mut session = session.reselect().unwrap().ready().unwrap();
    let old = session.pair_with_secret(&secret(), SlotChoice::Any);
    assert_eq!(card_error(old), CardError::PairingPassword);
    session.pair_with_secret(&other, SlotChoice::Any).unwrap();
    open_with(session.reselect().unwrap().ready().unwrap(), record);
}
