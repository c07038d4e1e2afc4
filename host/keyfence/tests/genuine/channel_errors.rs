//! What breaks a channel, and what the session says then and afterwards.

use crate::double::{GenuineCard, Step, open, verified};
use keyfence::{
    Session,
    error::{CardError, Error, Explain, TransportError},
    secret::{Pin, Secret32},
    transport::{Script, ScriptedCard},
};

fn breaks(step: Step) -> (Error, Error) {
    let mut session = open(GenuineCard::new([3, 2]).step(step));
    let first = session.status().unwrap_err();
    assert!(!session.is_channel_open());
    (first, session.status().unwrap_err())
}

#[test]
fn every_break_has_its_error_and_the_channel_stays_closed() {
    for (step, code) in [
        (Step::FlippedMac, "E-CHANNEL-MAC"),
        (Step::Plain(vec![0x69, 0x82]), "E-CHANNEL-CLOSED"),
        (Step::Plain(vec![0x69, 0x85]), "E-CHANNEL-CLOSED"),
        (Step::Plain(vec![0x6f, 0x00]), "E-CARD-STATUS"),
        (Step::Plain(vec![0x90, 0x00]), "E-CHANNEL-MAC"),
        (
            Step::Plain([vec![0; 31], vec![0x90, 0x00]].concat()),
            "E-CHANNEL-MAC",
        ),
        (Step::Plain(vec![]), "E-TRANSPORT-ANSWER"),
        (Step::Removed, "E-CARD-REMOVED"),
        (Step::ResetByOther, "E-CARD-RESET"),
    ] {
        let (first, second) = breaks(step);
        assert_eq!(first.code(), code);
        assert!(
            matches!(second, Error::Card(CardError::ChannelClosed)),
            "{second:?}"
        );
    }
}

#[test]
fn a_broken_session_selects_again_and_goes_on() {
    let card = GenuineCard::new([3, 2])
        .verified()
        .step(Step::ResetByOther)
        .exchange("80f20000", "a309 020103 020105 0101ff 9000");
    let mut session = verified(card);
    assert!(matches!(
        session.status(),
        Err(Error::Transport(TransportError::ResetByOther))
    ));
    let record = session.pairing().clone();
    let session = session.reselect().unwrap().ready().unwrap();
    let mut session = session.with_pairing(record).unwrap().open().unwrap();
    assert!(session.status().unwrap().key_loaded);
}

#[test]
fn a_failed_step_leaves_the_session_where_it_was() {
    let card = GenuineCard::new([3, 2])
        .exchange("80200000 06 303030303030", "63c2")
        .verified();
    let failed = open(card)
        .verify_pin(&Pin::parse("000000").unwrap())
        .unwrap_err();
    assert_eq!(failed.error.code(), "E-PIN-WRONG");
    failed
        .session
        .verify_pin(&Pin::parse("123456").unwrap())
        .unwrap();
}

#[test]
fn a_key_that_the_card_no_longer_has_is_a_pairing_error() {
    let mut session = crate::double::selected(GenuineCard::new([3, 2]));
    let mut record = session
        .pair_with_secret(&crate::double::secret(), Default::default())
        .unwrap();
    record.key = Secret32::new([1; 32]);
    let failed = session.with_pairing(record).unwrap().open().unwrap_err();
    assert_eq!(failed.error.code(), "E-PAIRING-UNKNOWN");
}

#[test]
fn a_reset_by_another_program_before_select_costs_nothing() {
    let key = keyfence::key::PrivateKey::from_slice(&[3; 32])
        .unwrap()
        .public_key()
        .unwrap();
    let answer = [&[0x80, 65][..], key.as_bytes(), &[0x90, 0]].concat();
    let script = Script::new().reset().answer(&answer);
    Session::select(Box::new(ScriptedCard::new(script)))
        .unwrap()
        .uninitialized()
        .unwrap();
    let script = Script::new().reset().reset();
    let error = Session::select(Box::new(ScriptedCard::new(script))).unwrap_err();
    assert_eq!(error.code(), "E-CARD-RESET");
}
