//! Commands at the wrong time, with wrong data, outside the channel: what the card answers and what it means.

use crate::common::*;
use keyfence::{
    Session,
    apdu::{CommandApdu, StatusWord},
    commands::{
        ChangePin, DeriveKey, ExportKey, GenerateKey, GetStatus, InitCommand, KeyChoice, LoadSeed,
        RemoveKey,
    },
    error::{CardError, Error, Explain},
    key::PrivateKey,
    path::{Path, PathSource},
};

/// Header and data to the inner status word.
fn sw<S: keyfence::session::State>(
    session: &mut Session<S>,
    ins: u8,
    p1: u8,
    p2: u8,
    data: &[u8],
) -> StatusWord {
    session
        .transmit(&CommandApdu::new(ins, p1, p2).with_data(data))
        .unwrap()
        .status()
}

#[test]
fn nothing_but_identify_before_init() {
    let card = TestCard::new();
    let mut session = card.new_card();
    for ins in [
        0x10, 0x11, 0x12, 0x13, 0x20, 0x21, 0x22, 0xc0, 0xc1, 0xc2, 0xca, 0xd0, 0xd4, 0xe2, 0xf2,
        0xfd, 0xc8, 0xc9,
    ] {
        assert_eq!(
            sw(&mut session, ins, 0, 0, &[]),
            StatusWord::UNKNOWN_INS,
            "{ins:02X}"
        );
    }
    assert_eq!(
        card.simulator.connect().unwrap_err().code(),
        "E-SIM-BUSY",
        "one client at a time"
    );
}

#[test]
fn an_initialised_card_takes_no_second_init() {
    let card = TestCard::new();
    let mut session = card.initialized();
    let key = *session.public_key();
    let again: InitCommand = init().encrypt(&key).unwrap();
    assert_eq!(
        card_error(session.command(&again)),
        CardError::AlreadyInitialized
    );
    assert_eq!(card.simulator.connect().unwrap_err().code(), "E-SIM-BUSY");
    let error = session.reselect().unwrap().uninitialized().unwrap_err();
    assert_eq!(error.code(), "E-CARD-INITIALIZED");
}

#[test]
fn what_needs_the_channel_is_refused_in_clear() {
    let card = TestCard::new();
    let mut session = card.initialized();
    for ins in [
        0x13, 0x20, 0x21, 0x22, 0xc1, 0xc2, 0xc8, 0xc9, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xe2, 0xf2,
    ] {
        assert_eq!(
            sw(&mut session, ins, 0, 0, &[]),
            StatusWord::CONDITIONS,
            "{ins:02X}"
        );
    }
    assert_eq!(sw(&mut session, 0x55, 0, 0, &[]), StatusWord::UNKNOWN_INS);
}

#[test]
fn what_needs_the_pin_is_refused_without() {
    let card = TestCard::new();
    let mut session = card.open();
    assert_eq!(
        card_error(session.command(&ChangePin(&pin("111111")))),
        CardError::PinRequired
    );
    assert_eq!(
        card_error(session.command(&LoadSeed(&junk_seed()))),
        CardError::PinRequired
    );
    assert_eq!(
        card_error(session.command(&GenerateKey)),
        CardError::PinRequired
    );
    assert_eq!(
        card_error(session.command(&RemoveKey)),
        CardError::PinRequired
    );
    let derive = DeriveKey {
        source: PathSource::Master,
        path: &Path::whisper(),
    };
    session.command(&derive).unwrap_err();
    let whisper = KeyChoice::Derive(PathSource::Master, Path::whisper());
    session
        .command(&ExportKey::<PrivateKey>::new(&whisper))
        .unwrap_err();
    for (ins, p1) in [
        (0x13, 0),
        (0xc1, 0),
        (0xe2, 0),
        (0xc8, 0),
        (0xc8, 1),
        (0xd4, 0),
    ] {
        assert_eq!(
            sw(&mut session, ins, p1, 0, &[]),
            StatusWord::CONDITIONS,
            "{ins:02X}"
        );
    }
    assert!(session.is_channel_open(), "wrapped refusals close nothing");
}

#[test]
fn wrong_parameters_and_lengths_have_their_status_words() {
    let card = TestCard::new();
    let mut session = card.with_wallet();
    let (p1p2, data, b6) = (
        StatusWord::WRONG_P1P2,
        StatusWord::WRONG_DATA,
        StatusWord::NO_PARENT,
    );
    for (ins, p1, p2, bytes, expected) in [
        (0xf2, 2, 0, &[][..], p1p2),
        (0x20, 0, 0, b"12345", data),
        (0x20, 0, 0, b"12345a", data),
        (0x21, 3, 0, b"123456", p1p2),
        (0x21, 0, 0, b"1234567", data),
        (0x21, 1, 0, b"123456", data),
        (0x21, 2, 0, b"short", data),
        (0x22, 0, 0, b"111122223333123456", StatusWord::CONDITIONS),
        (0x13, 10, 0, b"", p1p2),
        (0xd0, 0, 0, &[7; 64], p1p2),
        (0xd0, 3, 0, &[7; 15], data),
        (0xd0, 3, 0, &[7; 65], data),
        (0xd0, 1, 0, &[0xa1, 5, 0x81, 32, 1], data),
        (0xd1, 0xc0, 0, &[], p1p2),
        (0xd1, 0x01, 0, &[], p1p2),
        (0xd1, 0, 0, &[0, 0, 1], data),
        (0xd1, 0x40, 0, &[0, 0, 0, 1], b6),
        (0xd2, 3, 0, &[], p1p2),
        (0xd2, 9, 0, &[], p1p2),
        (0xc2, 0, 3, &[], p1p2),
        (0xc2, 4, 0, &[], p1p2),
        (0xc2, 1, 0, &[0; 44], data),
        (0xc0, 0, 0, &[0; 31], data),
        (0xc0, 4, 0, &[0; 32], b6),
        (0xc0, 3, 0, &[0; 32], StatusWord::REFERENCE),
        (0xe2, 3, 0, &[], p1p2),
        (0xe2, 0, 0, &[0; 128], data),
        (0xca, 3, 0, &[], p1p2),
        (0xc9, 4, 0, &[], p1p2),
        (0xc8, 3, 0, &[], p1p2),
    ] {
        assert_eq!(
            sw(&mut session, ins, p1, p2, bytes),
            expected,
            "{ins:02X} {p1:02X} {p2:02X} {}",
            hex::encode(bytes)
        );
    }
    let mut session = session.into_open().verify_pin(&pin(PIN)).unwrap();
    assert_eq!(
        session.status().unwrap().pin_tries,
        3,
        "a malformed PIN costs nothing"
    );
}

#[test]
fn a_clear_command_or_a_wrong_mac_in_an_open_channel_closes_it() {
    for message in ["80f20000", "80f2000020", "8020000006313233343536"] {
        let card = TestCard::new();
        let session = card.open();
        let record = session.pairing().clone();
        let mut raw = session.into_card();
        let mut bytes = hex::decode(message).unwrap();
        if bytes.len() == 5 {
            bytes.extend([0x33; 32]);
        }
        assert_eq!(
            raw.transmit(&bytes).unwrap(),
            [0x69, 0x82],
            "plain: {message}"
        );
        assert_eq!(
            raw.transmit(&bytes).unwrap(),
            [0x69, 0x85],
            "closed: {message}"
        );
        let session = Session::select(raw).unwrap().ready().unwrap();
        let mut session = open_with(session, record);
        session.command(&GetStatus).unwrap();
    }
}

#[test]
fn an_unknown_instruction_in_the_channel_leaves_it_whole() {
    let card = TestCard::new();
    let mut session = card.open();
    for _ in 0..2 {
        assert_eq!(
            sw(&mut session, 0x55, 0, 0, &[1, 2, 3]),
            StatusWord::UNKNOWN_INS
        );
        session.status().unwrap();
    }
}

#[test]
fn what_comes_from_outside_is_an_input_error() {
    let error = Error::from(keyfence::secret::Pin::parse("12345").unwrap_err());
    assert_eq!(
        (error.code(), error.family()),
        ("E-PIN-FORMAT", keyfence::Family::Usage)
    );
}
