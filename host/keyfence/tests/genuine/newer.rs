//! 4.x: another secure channel. Recognised and refused, nothing tried.

use keyfence::{
    Session,
    error::{CardError, Error, Explain},
    transport::{Recorder, Script, ScriptedCard},
    version::Version,
};

/// The template of 4.x: version first, status, KEY_UID, capabilities, certificate; the outer length is one short.
fn template(initialised: bool) -> Vec<u8> {
    let mut inner = vec![
        0x02,
        0x02,
        0x04,
        0x00,
        0x8c,
        0x01,
        u8::from(initialised),
        0x8e,
    ];
    inner.extend(if initialised {
        [&[32][..], &[7; 32]].concat()
    } else {
        vec![0]
    });
    inner.extend([0x8d, 0x01, 0x1f, 0x8a, 98]);
    inner.extend([2; 98]);
    let length = inner.len() as u8 - 1;
    let outer = if length > 0x7f {
        vec![0xa4, 0x81, length]
    } else {
        vec![0xa4, length]
    };
    [&outer[..], &inner, &[0x90, 0x00]].concat()
}

#[test]
fn a_card_of_4_0_is_refused_before_anything_is_tried() {
    for initialised in [false, true] {
        let (card, transcript) = Recorder::new(ScriptedCard::new(
            Script::new().answer(&template(initialised)),
        ));
        let error = Session::select(Box::new(card)).unwrap_err();
        let Error::Card(error) = error else {
            panic!("{error:?}")
        };
        assert_eq!(
            error,
            CardError::ChannelV2 {
                version: Version { major: 4, minor: 0 }
            }
        );
        assert_eq!(error.code(), "E-CARD-CHANNEL-V2");
        assert!(
            error
                .to_string()
                .starts_with("secure channel V2 is not supported")
        );
        assert_eq!(transcript.exchanges().len(), 1, "SELECT alone was sent");
    }
}

#[test]
fn a_later_version_in_the_old_template_is_refused_too() {
    let mut answer = hex::decode("a481688f10").unwrap();
    answer.extend([1; 16]);
    answer.extend([0x80, 65]);
    let key = keyfence::key::PrivateKey::from_slice(&[1; 32])
        .unwrap()
        .public_key()
        .unwrap();
    answer.extend(key.as_bytes());
    answer.extend(hex::decode("02020401020103 8e00 8d011f".replace(' ', "")).unwrap());
    answer[2] = (answer.len() - 3) as u8;
    answer.extend([0x90, 0x00]);
    let error =
        Session::select(Box::new(ScriptedCard::new(Script::new().answer(&answer)))).unwrap_err();
    assert!(
        matches!(error, Error::Card(CardError::ChannelV2 { .. })),
        "{error:?}"
    );
}

#[test]
fn what_select_must_not_answer() {
    for (answer, code) in [
        ("6a82", "E-CARD-APPLET"),
        ("6985", "E-CARD-STATUS"),
        ("9000", "E-CARD-ANSWER"),
        ("80419000", "E-CARD-ANSWER"),
        ("80410405059000", "E-CARD-ANSWER"),
        ("a4009000", "E-CARD-ANSWER"),
        ("a4058f0301020 39000", "E-CARD-ANSWER"),
        ("a48f9000", "E-CARD-ANSWER"),
        ("90", "E-TRANSPORT-ANSWER"),
        ("", "E-TRANSPORT-ANSWER"),
    ] {
        let answer = hex::decode(answer.replace(' ', "")).unwrap();
        let card = ScriptedCard::new(Script::new().answer(&answer));
        assert_eq!(
            Session::select(Box::new(card)).unwrap_err().code(),
            code,
            "{answer:02x?}"
        );
    }
}
