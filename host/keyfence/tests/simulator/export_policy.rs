//! The export policy read from the card, and refusals to change it; what a change does is the policy's own tests.

use crate::common::*;
use keyfence::{
    commands::Init,
    error::{CardError, Explain},
    key::PrivateKey,
    policy::{AuthorityKey, Floor, Policy},
    simulator::StartOptions,
};

#[test]
fn the_installed_policy_and_floor_are_the_compiled_ones() {
    let card = TestCard::new();
    let mut session = card.open();
    assert!(session.has_extensions().unwrap());
    let state = session.policy_state().unwrap();
    assert_eq!(state[..6], [0xa5, state.len() as u8 - 2, 0x02, 0x04, 0, 0]);
    let policy = Policy::decode(&session.policy_bytes().unwrap()).unwrap();
    assert_eq!(policy.encode(), session.policy_bytes().unwrap());
    assert_eq!(session.floor_bytes().unwrap(), Floor::compiled().encode());
    assert_eq!(session.policy_signature().unwrap(), b"");
}

#[test]
fn without_an_authority_only_narrowing_and_freezing_are_possible() {
    let card = TestCard::new();
    let mut session = card.with_wallet();
    let any = vec![1; 60];
    assert_eq!(
        card_error(session.update_policy(&any)),
        CardError::PolicyState
    );
    assert!(session.update_policy(&[]).is_err() && session.update_policy(&[1; 313]).is_err());
    assert_eq!(
        card_error(session.narrow_policy(0, Some([0; 8]))),
        CardError::PolicyOther
    );
    assert_eq!(
        card_error(session.narrow_policy(9, None)),
        CardError::PolicyRule { index: 9 }
    );
    session.export_eip1581().unwrap();
    session.narrow_policy(0, None).unwrap();
    session.narrow_policy(0, None).unwrap();
    assert!(matches!(
        card_error(session.export_eip1581()),
        CardError::ExportRefused { .. }
    ));
    session.freeze_policy().unwrap();
    session.freeze_policy().unwrap();
    let session = session.factory_reset().unwrap();
    let mut session = session.init(&init()).unwrap();
    let record = session
        .pair_with_secret(&secret(), Default::default())
        .unwrap();
    let mut session = open_with(session, record).verify_pin(&pin(PIN)).unwrap();
    session.load_seed(&junk_seed()).unwrap();
    session.export_eip1581().unwrap();
}

#[test]
fn an_authority_given_at_init_is_the_cards_and_another_one_is_noticed() {
    let card = TestCard::new();
    let key = |scalar| {
        PrivateKey::from_slice(&[scalar; 32])
            .unwrap()
            .public_key()
            .unwrap()
    };
    let authority = |scalar| AuthorityKey::from_bytes(key(scalar).as_bytes()).unwrap();
    let with = Init {
        policy_authority: Some(authority(5)),
        ..init()
    };
    let session = card.new_card().init(&with).unwrap();
    let session = session.confirm_init(&with, None).unwrap();
    assert_eq!(
        session.application().free_slots,
        10,
        "the look took no slot"
    );
    drop(session);
    // Whoever sits between sent another key, or one where none was meant.
    for (meant, expected) in [
        (Some(authority(6)), Some(authority(6).fingerprint())),
        (None, None),
    ] {
        let meant = Init {
            policy_authority: meant,
            ..init()
        };
        let error = card_error(card.selected().confirm_init(&meant, None));
        let found = Some(authority(5).fingerprint());
        assert_eq!(error, CardError::PolicyAuthority { expected, found });
        assert_eq!(error.code(), "E-POLICY-AUTHORITY");
    }
}

#[test]
fn a_card_without_authority_confirms_that_too() {
    let card = TestCard::new();
    let mut session = card.initialized().confirm_init(&init(), None).unwrap();
    let other = Init {
        pairing_secret: password("another").secret(),
        ..init()
    };
    let record = session
        .pair_with_secret(&secret(), Default::default())
        .unwrap();
    let mut session = open_with(session, record);
    let policy = session.policy().unwrap();
    assert_eq!(
        (
            policy.state.authority,
            policy.state.frozen,
            policy.signature
        ),
        (None, false, None)
    );
    assert_eq!(policy.floor, Floor::compiled());
    let session = session.reselect().unwrap().ready().unwrap();
    assert_eq!(
        card_error(session.confirm_init(&other, None)),
        CardError::PairingPassword
    );
}

#[test]
fn install_parameters_set_the_policy() {
    // No rule at all: nothing leaves.
    let nothing = hex::decode("91 07 01 00000000 00 00".replace(' ', "")).unwrap();
    let card = TestCard::with(&StartOptions {
        install_parameters: nothing,
        ..StartOptions::default()
    });
    let mut session = card.with_wallet();
    assert!(matches!(
        card_error(session.export_eip1581()),
        CardError::ExportRefused { .. }
    ));
    assert_eq!(session.policy_bytes().unwrap().len(), 7);
}
