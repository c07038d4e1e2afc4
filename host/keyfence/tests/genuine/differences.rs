//! What genuine cards of 2.2 to 3.2 do differently, one test a difference.

use crate::double::{GenuineCard, Step, open, secret, selected, verified};
use keyfence::{
    Path, PathSource, Session,
    applets::CashCard,
    commands::{DataKind, Init, KeyChoice, SlotChoice},
    error::{CardError, Error, Explain},
    key::{ExtendedPublicKey, PrivateKey, PublicKey},
    mnemonic::WordCount,
    secret::{Pin, Puk, Seed},
    transport::{Script, ScriptedCard},
};

const V2_2: [u8; 2] = [2, 2];
const V3_0: [u8; 2] = [3, 0];
const V3_1: [u8; 2] = [3, 1];
const V3_2: [u8; 2] = [3, 2];

fn card_error<T: std::fmt::Debug>(result: Result<T, Error>) -> CardError {
    match result {
        Err(Error::Card(error)) => error,
        other => panic!("expected a card error, got {other:?}"),
    }
}

#[track_caller]
fn unsupported<T: std::fmt::Debug>(result: Result<T, Error>) {
    let error = card_error(result);
    assert!(matches!(error, CardError::Unsupported { .. }), "{error:?}");
    assert_eq!(error.code(), "E-CARD-UNSUPPORTED");
}

fn private(scalar: u8) -> PrivateKey {
    PrivateKey::from_slice(&[scalar; 32]).unwrap()
}

fn public(scalar: u8) -> PublicKey {
    private(scalar).public_key().unwrap()
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

#[test]
fn before_3_1_no_identity_no_reset_no_extended_keys_and_nothing_is_sent() {
    for version in [V2_2, V3_0] {
        let mut session = selected(GenuineCard::new(version));
        unsupported(session.identify());
        let failed = session.factory_reset().unwrap_err();
        unsupported::<()>(Err(failed.error));
        let mut session = verified(GenuineCard::new(version).verified());
        unsupported(session.identify());
        unsupported(session.export_extended(&path("m/44'/60'/0'")));
        unsupported(session.export_many::<ExtendedPublicKey>(&[path("m/44'")]));
    }
}

#[test]
fn before_3_0_no_data() {
    let mut session = selected(GenuineCard::new(V2_2));
    unsupported(session.get_data(DataKind::Public));
    unsupported(session.get_data(DataKind::Ndef));
    let mut session = verified(GenuineCard::new(V2_2).verified());
    unsupported(session.store_data(DataKind::Public, b"x"));
    unsupported(session.store_data(DataKind::Cash, b"x"));
    let card = GenuineCard::new(V3_0)
        .verified()
        .exchange("80e20000 01 78", "9000")
        .exchange("80ca0000", "78 9000");
    let mut session = verified(card);
    session.store_data(DataKind::Public, b"x").unwrap();
    assert_eq!(session.get_data(DataKind::Public).unwrap(), b"x");
}

#[test]
fn ndef_is_stored_in_the_way_of_each_version() {
    // 2.x: an instruction of its own.
    verified(
        GenuineCard::new(V2_2)
            .verified()
            .exchange("80f30000 05 0003 d00000", "9000"),
    )
    .set_ndef(&[0xd0, 0, 0])
    .unwrap();
    // 3.0 and 3.1: one write.
    for version in [V3_0, V3_1] {
        let longest = [7; 221];
        let command = format!("80e20100 df 00dd {}", hex::encode(longest));
        let mut session = verified(
            GenuineCard::new(version)
                .verified()
                .exchange(&command, "9000"),
        );
        session.set_ndef(&longest).unwrap();
        assert!(matches!(session.set_ndef(&[7; 222]), Err(Error::Input(_))));
    }
    // 3.2: in pieces, the start last.
    let message: Vec<u8> = (0..=255).cycle().take(510).collect();
    let file = [&[1, 0xfe][..], &message].concat();
    let piece = |range: std::ops::Range<usize>, block: u8| {
        format!(
            "80e201{block:02x} {:02x} {}",
            range.len(),
            hex::encode(&file[range])
        )
    };
    let card = GenuineCard::new(V3_2)
        .verified()
        .exchange("80e20100 02 0000", "9000")
        .exchange(&piece(440..512, 110), "9000")
        .exchange(&piece(220..440, 55), "9000")
        .exchange(&piece(0..220, 0), "9000");
    let mut session = verified(card);
    session.set_ndef(&message).unwrap();
    assert!(matches!(session.set_ndef(&[7; 511]), Err(Error::Input(_))));
}

#[test]
fn a_long_ndef_comes_as_an_answer_of_256_bytes() {
    let data = vec![0x42; 237];
    let answer = format!("{} 9000", hex::encode(&data));
    let card = GenuineCard::new(V3_2)
        .exchange("80ca0100", &answer)
        .exchange("80ca0000", "9000");
    let mut session = open(card);
    assert_eq!(session.get_data(DataKind::Ndef).unwrap(), data);
    assert_eq!(
        session.get_data(DataKind::Public).unwrap(),
        b"",
        "the chain goes on"
    );
}

#[test]
fn up_to_3_0_the_private_key_may_come_after_the_public_one() {
    let answer = format!("a165 8041 {} 8120 {} 9000", public(9), hex::encode([9; 32]));
    let card = GenuineCard::new(V3_0)
        .verified()
        .exchange("80c20000", &answer);
    assert_eq!(
        verified(card)
            .export::<PrivateKey>(&KeyChoice::Current)
            .unwrap(),
        private(9)
    );
}

#[test]
fn up_to_3_0_the_master_is_asked_for_by_deriving_first() {
    for version in [V2_2, V3_0] {
        let answer = format!("a143 8041 {} 9000", public(9));
        let card = GenuineCard::new(version)
            .verified()
            .exchange("80d10000", "9000")
            .exchange("80c20001", &answer);
        assert_eq!(
            verified(card).export_public(&Path::master()).unwrap(),
            public(9)
        );
    }
    let answer = format!("a143 8041 {} 9000", public(9));
    let card = GenuineCard::new(V3_1)
        .verified()
        .exchange("80c20101", &answer);
    assert_eq!(
        verified(card).export_public(&Path::master()).unwrap(),
        public(9)
    );
}

#[test]
fn the_masters_extended_key_of_a_genuine_card_is_never_used() {
    for version in [V3_1, V3_2] {
        let answer = format!("a165 8041 {} 8220 {} 9000", public(9), hex::encode([8; 32]));
        let card = GenuineCard::new(version)
            .verified()
            .step(Step::Unknown(0xc9))
            .exchange("80c20102 04 8000002c", &answer)
            // The current path is the master: asked for before.
            .exchange("80f20100", "9000");
        let mut session = verified(card);
        unsupported(session.export_extended(&Path::master()));
        assert_eq!(
            session.export_extended(&path("m/44'")).unwrap().chain_code,
            [8; 32]
        );
        unsupported(session.export::<ExtendedPublicKey>(&KeyChoice::Current));
    }
}

#[test]
fn the_policy_is_asked_for_and_the_unknown_instruction_leaves_the_chain_whole() {
    for version in [V2_2, V3_0, V3_1, V3_2] {
        let status = "a309 020103 020105 0101ff 9000";
        let card = GenuineCard::new(version)
            .step(Step::Unknown(0xc9))
            .exchange("80f20000", status)
            .step(Step::Unknown(0xc9))
            .step(Step::Unknown(0xc9))
            .exchange("80f20000", status);
        let mut session = open(card);
        assert!(!session.has_extensions().unwrap());
        assert!(!session.has_extensions().unwrap(), "asked once");
        assert!(session.status().unwrap().key_loaded);
        unsupported(session.policy_state());
        unsupported(session.policy_bytes());
        assert_eq!(session.status().unwrap().pin_tries, 3);
    }
}

#[test]
fn many_paths_go_one_by_one_where_the_card_knows_no_better() {
    let one = |scalar: u8| format!("a122 8120 {} 9000", hex::encode([scalar; 32]));
    let (whisper, database) = (
        "8000002b8000003c8000062d8000000000000000",
        "8000002b8000003c8000062d8000000100000000",
    );
    let many = format!("80c20300 2a 05{whisper} 05{database}");
    let card = GenuineCard::new(V3_2)
        .verified()
        .exchange(&many, "6a86")
        .exchange(&format!("80c20100 14 {whisper}"), &one(5))
        .exchange(&format!("80c20100 14 {database}"), &one(6))
        // Not tried again.
        .exchange(&format!("80c20100 14 {whisper}"), &one(5))
        .exchange(&format!("80c20100 14 {database}"), &one(6));
    let mut session = verified(card);
    for _ in 0..2 {
        let keys = session.export_eip1581().unwrap();
        assert_eq!((keys.whisper, keys.database), (private(5), private(6)));
    }
    // Before 3.2 it isn't tried at all.
    let card = GenuineCard::new(V3_1)
        .verified()
        .exchange(&format!("80c20100 14 {whisper}"), &one(5))
        .exchange(&format!("80c20100 14 {database}"), &one(6));
    verified(card).export_eip1581().unwrap();
}

#[test]
fn before_3_2_a_seed_has_64_bytes() {
    let seed = Seed::from_slice(&[7; 64]).unwrap();
    let load = format!("80d00300 40 {}", hex::encode([7; 64]));
    let answer = format!("{} 9000", hex::encode(seed.key_uid().unwrap()));
    for version in [V2_2, V3_0, V3_1] {
        let mut session = verified(
            GenuineCard::new(version)
                .verified()
                .exchange(&load, &answer),
        );
        unsupported(session.load_seed(&Seed::from_slice(&[7; 32]).unwrap()));
        session.load_seed(&seed).unwrap();
    }
}

#[test]
fn a_card_that_loads_another_key_than_it_was_given_is_noticed() {
    let load = format!("80d00300 40 {}", hex::encode([7; 64]));
    let card = GenuineCard::new(V3_2)
        .verified()
        .exchange(&load, &format!("{} 9000", hex::encode([1; 32])));
    let error = card_error(verified(card).load_seed(&Seed::from_slice(&[7; 64]).unwrap()));
    assert_eq!(error.code(), "E-CARD-ANSWER");
}

#[test]
fn pairing_before_3_2_knows_no_ephemeral_slot_and_says_when_it_is_full() {
    for version in [V2_2, V3_0, V3_1] {
        let mut session = selected(GenuineCard::new(version).slots(2));
        unsupported(session.pair_with_secret(&secret(), SlotChoice::Ephemeral));
        for choice in [SlotChoice::Persistent, SlotChoice::Any] {
            assert!(
                !session
                    .pair_with_secret(&secret(), choice)
                    .unwrap()
                    .slot
                    .is_ephemeral()
            );
        }
        let full = card_error(session.pair_with_secret(&secret(), SlotChoice::Any));
        assert_eq!(full, CardError::SlotsFull);
    }
}

#[test]
fn slots_are_as_many_as_the_card_says() {
    for (version, slots) in [(V2_2, 5), (V3_1, 100), (V3_2, 10)] {
        let session = selected(GenuineCard::new(version).slots(slots));
        assert_eq!(usize::from(session.application().free_slots), slots);
    }
    let mut session = selected(GenuineCard::new(V3_1).slots(100));
    let last = (0..100)
        .map(|_| {
            session
                .pair_with_secret(&secret(), SlotChoice::Any)
                .unwrap()
        })
        .last()
        .unwrap();
    assert_eq!(last.slot.0, 99);
    session.with_pairing(last).unwrap().open().unwrap();
}

#[test]
fn the_cards_key_is_read_at_each_selection() {
    let mut session = selected(GenuineCard::new(V3_0));
    let first = *session.public_key();
    let record = session
        .pair_with_secret(&secret(), SlotChoice::Any)
        .unwrap();
    let session = session
        .with_pairing(record.clone())
        .unwrap()
        .open()
        .unwrap();
    let session = session.reselect().unwrap().ready().unwrap();
    assert_ne!(*session.public_key(), first);
    session.with_pairing(record).unwrap().open().unwrap();
}

#[test]
fn signatures_with_a_non_minimal_or_high_s_are_read() {
    use k256::ecdsa::{Signature, SigningKey, signature::hazmat::PrehashSigner};
    let key = SigningKey::from_slice(&[9; 32]).unwrap();
    // A hash whose signature has an s of 31 bytes or fewer: genuine cards pad it with a zero too many.
    let (hash, signature) = (0_u32..)
        .map(|count| {
            let mut hash = [0; 32];
            hash[..4].copy_from_slice(&count.to_be_bytes());
            let signature: Signature = key.sign_prehash(&hash).unwrap();
            (hash, signature)
        })
        .find(|(_, signature)| signature.split_bytes().1[0] == 0)
        .unwrap();
    let (r, s) = signature.split_bytes();
    let r = if r[0] > 0x7f {
        [&[0][..], &r].concat()
    } else {
        r.to_vec()
    };
    let der = [&[0x02, r.len() as u8][..], &r, &[0x02, 32], &s].concat();
    let der = [&[0x30, der.len() as u8][..], &der].concat();
    let inner = [&[0x80, 65][..], public(9).as_bytes(), &der].concat();
    let answer = format!("a081{:02x}{} 9000", inner.len(), hex::encode(&inner));
    let command = format!("80c00100 20 {}", hex::encode(hash));
    let card = GenuineCard::new(V3_2)
        .verified()
        .exchange(&command, &answer);
    let read = verified(card).sign(&hash, &Path::master()).unwrap();
    assert!(!read.as_sent.is_minimal());
    assert_eq!(
        (read.r[..].to_vec(), read.s[..].to_vec()),
        (signature.split_bytes().0.to_vec(), s.to_vec())
    );
    // One that isn't that key's is refused.
    let mut forged = inner;
    *forged.last_mut().unwrap() ^= 1;
    let answer = format!("a081{:02x}{} 9000", forged.len(), hex::encode(&forged));
    let card = GenuineCard::new(V3_2)
        .verified()
        .exchange(&command, &answer);
    assert_eq!(
        card_error(verified(card).sign(&hash, &Path::master())),
        CardError::Signature
    );
}

#[test]
fn a_card_that_refuses_what_init_adds_is_told_apart() {
    let mut uninitialised = vec![0x80, 65];
    uninitialised.extend(public(3).as_bytes());
    uninitialised.extend([0x90, 0]);
    let plain = Init::new(
        Pin::parse("123456").unwrap(),
        Puk::parse("111122223333").unwrap(),
        secret(),
    );
    let more = Init {
        alternative_pin: Some(Pin::parse("654321").unwrap()),
        ..plain.clone()
    };
    for (init, status, code) in [
        (&plain, "6a80", "E-CARD-DATA"),
        (&more, "6a80", "E-CARD-INIT"),
        (&plain, "6d00", "E-CARD-INITIALIZED"),
        (&plain, "6f00", "E-CARD-STATUS"),
    ] {
        let script = Script::new()
            .answer(&uninitialised)
            .answer(&hex::decode(status).unwrap());
        let session = Session::select(Box::new(ScriptedCard::new(script)))
            .unwrap()
            .uninitialized()
            .unwrap();
        assert_eq!(
            session.init(init).unwrap_err().error.code(),
            code,
            "{status}"
        );
    }
}

#[test]
fn a_card_without_the_capability_is_not_asked() {
    // No capability byte at all (2.x), and a factory reset that isn't announced (3.0).
    for version in [V2_2, V3_0] {
        let card = GenuineCard::new(version);
        let log = card.log();
        let session = selected(card);
        assert_eq!(
            session.factory_reset().unwrap_err().error.code(),
            "E-CARD-UNSUPPORTED"
        );
        assert_eq!(log.lock().unwrap().len(), 1, "SELECT alone was sent");
    }
}

#[test]
fn deriving_says_what_is_missing() {
    let card = GenuineCard::new(V3_1)
        .verified()
        .exchange("80d10000 04 00000001", "6985")
        .exchange("80f20000", "a309 020103 020105 010100 9000")
        .exchange("80d10000 04 00000001", "6985")
        .exchange("80f20000", "a309 020103 020105 0101ff 9000")
        .exchange("80d10000 04 00000001", "6984")
        .exchange("80d14000 04 00000001", "6b00");
    let mut session = verified(card);
    assert_eq!(
        card_error(session.derive(PathSource::Master, &path("m/1"))),
        CardError::NoKey
    );
    assert_eq!(
        card_error(session.derive(PathSource::Master, &path("m/1"))),
        CardError::NoChainCode
    );
    assert_eq!(
        card_error(session.derive(PathSource::Master, &path("m/1"))),
        CardError::InvalidChild
    );
    assert_eq!(
        card_error(session.derive(PathSource::Parent, &path("m/1"))),
        CardError::NoParent
    );
}

#[test]
fn what_the_capabilities_do_not_name_is_not_asked_for() {
    let mut session = selected(GenuineCard::new(V3_2).capabilities(0x1e));
    unsupported(session.pair_with_secret(&secret(), SlotChoice::Any));
    let session = open(GenuineCard::new(V3_2).capabilities(0x1b));
    let failed = session
        .verify_pin(&Pin::parse("123456").unwrap())
        .unwrap_err();
    unsupported::<()>(Err(failed.error));
    let (puk, pin) = (
        Puk::parse("111122223333").unwrap(),
        Pin::parse("123456").unwrap(),
    );
    unsupported::<()>(Err(failed
        .session
        .unblock_pin(&puk, &pin)
        .unwrap_err()
        .error));
    let mut session = verified(GenuineCard::new(V3_2).capabilities(0x15).verified());
    unsupported(session.load_seed(&Seed::from_slice(&[7; 64]).unwrap()));
    unsupported(session.generate_key());
    unsupported(session.set_ndef(b"x"));
    unsupported(session.get_data(DataKind::Ndef));
    let session = verified(GenuineCard::new(V3_2).capabilities(0x0f).verified());
    unsupported::<()>(Err(session.factory_reset().unwrap_err().error));
}

#[test]
fn answers_with_too_few_keys_or_words_out_of_the_list_are_noticed() {
    let one = format!("a122 8120 {}", hex::encode([5; 32]));
    let many = "80c20300 2a 058000002b8000003c8000062d8000000000000000 058000002b8000003c8000062d8000000100000000";
    for (answer, right) in [
        (one.clone(), false),
        (format!("{one}{one}"), true),
        (format!("{one}{one}{one}"), false),
    ] {
        let card = GenuineCard::new(V3_2)
            .verified()
            .exchange(many, &format!("{answer} 9000"));
        let result = verified(card).export_many::<PrivateKey>(&[Path::whisper(), Path::database()]);
        assert_eq!(result.is_ok(), right);
        assert!(right || card_error(result).code() == "E-CARD-ANSWER");
    }
    let words = |index: u16| {
        format!(
            "{} 9000",
            hex::encode([index; 12].map(u16::to_be_bytes).concat())
        )
    };
    let card = GenuineCard::new(V3_2)
        .exchange("80d20400", &words(2048))
        .exchange("80d20400", &words(0));
    let mut session = open(card);
    let out_of_the_list = session.generate_mnemonic(WordCount::Twelve).map(drop);
    assert_eq!(card_error(out_of_the_list).code(), "E-CARD-ANSWER");
    // Twelve times "abandon" has another checksum.
    let wrong = session
        .generate_mnemonic(WordCount::Twelve)
        .map(drop)
        .unwrap_err();
    assert_eq!(wrong.code(), "E-MNEMONIC-CHECKSUM");
}

#[test]
fn a_cash_signature_by_another_key_is_refused() {
    use k256::ecdsa::{Signature, SigningKey, signature::hazmat::PrehashSigner};
    let template = |scalar: u8| {
        let signature: Signature = SigningKey::from_slice(&[scalar; 32])
            .unwrap()
            .sign_prehash(&[1; 32])
            .unwrap();
        let inner = [
            &[0x80, 65][..],
            public(scalar).as_bytes(),
            signature.to_der().as_bytes(),
        ]
        .concat();
        [&[0xa0, 0x81, inner.len() as u8][..], &inner, &[0x90, 0]].concat()
    };
    let inner = [
        &[0x80, 65][..],
        public(9).as_bytes(),
        &[2, 2, 3, 2, 0x82, 0],
    ]
    .concat();
    let select = [&[0xa4, inner.len() as u8][..], &inner, &[0x90, 0]].concat();
    let script = Script::new()
        .answer(&select)
        .answer(&template(9))
        .answer(&template(8));
    let mut cash = CashCard::select(Box::new(ScriptedCard::new(script))).unwrap();
    assert_eq!(cash.sign(&[1; 32]).unwrap().public_key, public(9));
    assert_eq!(card_error(cash.sign(&[1; 32])), CardError::Signature);
}
