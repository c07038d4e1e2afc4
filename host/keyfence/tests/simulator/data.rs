//! Public, NDEF and Cash data; mnemonics from the card.

use crate::common::*;
use keyfence::{
    applets::NdefTag,
    commands::DataKind,
    error::{Error, Explain},
    mnemonic::WordCount,
};

#[test]
fn data_is_stored_with_the_pin_and_read_by_anybody() {
    let card = TestCard::new();
    let mut session = card.verified();
    for kind in [DataKind::Public, DataKind::Cash] {
        assert_eq!(session.get_data(kind).unwrap(), b"");
        let longest: Vec<u8> = (0..127).collect();
        session.store_data(kind, &longest).unwrap();
        assert_eq!(session.get_data(kind).unwrap(), longest);
        assert!(
            matches!(session.store_data(kind, &[0; 128]), Err(Error::Input(error)) if error.code() == "E-LENGTH")
        );
        session.store_data(kind, b"short").unwrap();
    }
    let mut selected = session.reselect().unwrap().ready().unwrap();
    assert_eq!(
        selected.get_data(DataKind::Public).unwrap(),
        b"short",
        "in clear, without pairing"
    );
    let mut session = selected.factory_reset().unwrap().init(&init()).unwrap();
    assert_eq!(session.get_data(DataKind::Public).unwrap(), b"");
    assert_eq!(
        session.get_data(DataKind::Cash).unwrap(),
        b"short",
        "a factory reset leaves cash alone"
    );
}

#[test]
fn ndef_messages_of_all_lengths_are_read_as_a_phone_would() {
    let card = TestCard::new();
    let mut session = card.verified();
    for length in [0, 1, 127, 221, 222, 255, 256, 440, 510] {
        let message: Vec<u8> = (0..=255).cycle().skip(length).take(length).collect();
        session.set_ndef(&message).unwrap();
        let file = session.get_data(DataKind::Ndef).unwrap();
        let whole = [&(length as u16).to_be_bytes()[..], &message].concat();
        assert_eq!(file, whole[..whole.len().min(221)]);
        let record = session.pairing().clone();
        let mut tag = NdefTag::select(session.into_card()).unwrap();
        assert_eq!(tag.read().unwrap(), message, "{length}");
        let selected = keyfence::Session::select(tag.into_card())
            .unwrap()
            .ready()
            .unwrap();
        session = open_with(selected, record).verify_pin(&pin(PIN)).unwrap();
    }
    assert!(session.set_ndef(&[0; 511]).is_err());
}

#[test]
fn the_card_makes_mnemonics_of_all_five_lengths() {
    let card = TestCard::new();
    let mut session = card.open();
    for count in WordCount::ALL {
        let first = session.generate_mnemonic(count).unwrap();
        assert_eq!(first.words().count(), count.words());
        assert_ne!(
            *first.to_text(),
            *session.generate_mnemonic(count).unwrap().to_text()
        );
    }
}
