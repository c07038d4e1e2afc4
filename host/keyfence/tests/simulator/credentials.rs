//! PIN and PUK: counters to the end and back, main and alternative.

use crate::common::*;
use keyfence::{
    commands::{Init, RetryLimits},
    error::{CardError, Explain},
};

#[test]
fn tries_go_down_and_a_right_pin_brings_them_back() {
    let card = TestCard::new();
    let session = card.open();
    let (session, error) = refused(session.verify_pin(&pin("000000")));
    assert_eq!(error, CardError::PinWrong { tries_left: 2 });
    let (session, error) = refused(session.verify_pin(&pin("000000")));
    assert_eq!(error, CardError::PinWrong { tries_left: 1 });
    assert!(error.hint().contains("one try"), "{}", error.hint());
    let mut session = session.verify_pin(&pin(PIN)).unwrap();
    let status = session.status().unwrap();
    assert_eq!(
        (status.pin_tries, status.puk_tries, status.key_loaded),
        (3, 5, false)
    );
}

#[test]
fn a_blocked_pin_is_unblocked_by_the_puk_and_the_puk_blocks_for_ever() {
    let card = TestCard::new();
    let mut session = card.open();
    for expected in [
        CardError::PinWrong { tries_left: 2 },
        CardError::PinWrong { tries_left: 1 },
        CardError::PinBlocked,
        CardError::PinBlocked,
    ] {
        let (same, error) = refused(session.verify_pin(&pin("000000")));
        assert_eq!(error, expected);
        session = same;
    }
    let (session, error) = refused(session.verify_pin(&pin(PIN)));
    assert_eq!(error, CardError::PinBlocked, "the right one too");
    let (mut session, error) = refused(session.unblock_pin(&puk("000000000000"), &pin("222222")));
    assert_eq!(error, CardError::PukWrong { tries_left: 4 });
    let status = session.status().unwrap();
    assert_eq!((status.pin_tries, status.puk_tries), (0, 4));
    let mut verified = session.unblock_pin(&puk(PUK), &pin("222222")).unwrap();
    let status = verified.status().unwrap();
    assert_eq!((status.pin_tries, status.puk_tries), (3, 5));
    verified.load_seed(&junk_seed()).unwrap();
    let (session, error) = refused(reopen(verified).unblock_pin(&puk(PUK), &pin("333333")));
    assert_eq!(error, CardError::PinNotBlocked);
    let mut session = session.verify_pin(&pin("222222")).unwrap().into_open();
    for _ in 0..3 {
        session = refused(session.verify_pin(&pin("000000"))).0;
    }
    for tries_left in (1..5).rev() {
        let (same, error) = refused(session.unblock_pin(&puk("000000000000"), &pin("222222")));
        assert_eq!(error, CardError::PukWrong { tries_left });
        session = same;
    }
    for any in ["000000000000", PUK] {
        let (same, error) = refused(session.unblock_pin(&puk(any), &pin("222222")));
        assert_eq!(error, CardError::PukBlocked);
        session = same;
    }
    session.factory_reset().unwrap().init(&init()).unwrap();
}

#[test]
fn limits_are_the_owners() {
    let card = TestCard::new();
    let limits = Some(RetryLimits { pin: 2, puk: 12 });
    let session = card.new_card().init(&Init { limits, ..init() }).unwrap();
    let mut session = session;
    let record = session
        .pair_with_secret(&secret(), Default::default())
        .unwrap();
    let mut session = open_with(session, record);
    let status = session.status().unwrap();
    assert_eq!((status.pin_tries, status.puk_tries), (2, 12));
    let (session, error) = refused(session.verify_pin(&pin("000000")));
    assert_eq!(error, CardError::PinWrong { tries_left: 1 });
    let (_, error) = refused(session.verify_pin(&pin("000000")));
    assert_eq!(error, CardError::PinBlocked);
}

#[test]
fn changed_credentials_are_the_ones_that_count() {
    let card = TestCard::new();
    let mut session = card.verified();
    session.change_pin(&pin("777777")).unwrap();
    session.change_puk(&puk("999988887777")).unwrap();
    let (session, error) = refused(reopen(session).verify_pin(&pin(PIN)));
    assert_eq!(error, CardError::PinWrong { tries_left: 2 });
    let mut session = session.verify_pin(&pin("777777")).unwrap().into_open();
    for _ in 0..3 {
        session = refused(session.verify_pin(&pin("000000"))).0;
    }
    let (session, error) = refused(session.unblock_pin(&puk(PUK), &pin("222222")));
    assert_eq!(error, CardError::PukWrong { tries_left: 4 });
    session
        .unblock_pin(&puk("999988887777"), &pin("222222"))
        .unwrap();
}

#[test]
fn the_default_alternative_pin_is_the_puks_first_half() {
    let card = TestCard::new();
    for limits in [None, Some(RetryLimits::default())] {
        let init = Init {
            limits,
            ..Init::new(pin(PIN), puk(PUK), secret())
        };
        let mut session = card.new_card().init(&init).unwrap();
        let record = session
            .pair_with_secret(&secret(), Default::default())
            .unwrap();
        let mut session = open_with(session, record).verify_pin(&pin(PIN)).unwrap();
        session.load_seed(&junk_seed()).unwrap();
        let main = session.export_eip1581().unwrap();
        let mut session = session.into_open().verify_pin(&pin(&PUK[..6])).unwrap();
        assert_ne!(session.export_eip1581().unwrap(), main);
        session.factory_reset().unwrap();
    }
}
