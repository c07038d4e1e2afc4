//! Every parser and every round trip under random and hostile input: no panic, one encoding for each envelope, nothing
//! lost. What the fuzz target keeps as seeds is replayed here too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/raw.rs"]
mod raw;

use core::ops::ControlFlow;

use keyfence_messaging::{
    Channel, Checks, Envelope, Error, Format, Keyring, MAX_PAYLOAD, PublicKey, Recipient,
    SealRequest, SecretKey, SymmetricKey, Topic, WhisperIdentity, Work, decode_json, decode_one,
    decode_stream, encode_json, open_asymmetric, open_symmetric, seal, work_of,
};
use proptest::collection::vec;
use proptest::prelude::*;
use raw::{KEY, ecies, ecies_raw, gcm};

fn cases(quick: u32) -> ProptestConfig {
    let soak = std::env::var("KEYFENCE_SOAK").is_ok_and(|soak| soak == "1");
    ProptestConfig {
        cases: if soak { quick * 50 } else { quick },
        failure_persistence: None,
        ..Default::default()
    }
}

fn envelopes() -> impl Strategy<Value = Envelope<'static>> {
    (
        any::<u32>(),
        any::<u32>(),
        any::<[u8; 4]>(),
        vec(any::<u8>(), 0..600),
        any::<u64>(),
        0u32..9,
    )
        .prop_map(|(expiry, ttl, topic, data, nonce, small)| Envelope {
            expiry: expiry >> (small * 4 % 32),
            ttl: ttl >> (small * 3),
            topic: Topic(topic),
            data: data.into(),
            nonce: nonce >> (small * 7),
        })
}

fn with_data(data: Vec<u8>) -> Envelope<'static> {
    Envelope {
        expiry: 1,
        ttl: 1,
        topic: Topic([0; 4]),
        data: data.into(),
        nonce: 0,
    }
}

/// Opens on both ways; what comes out must lie within what went in.
fn open_both(envelope: &Envelope<'_>) {
    let results = [
        open_symmetric(envelope, &SymmetricKey::from_bytes(&KEY)),
        open_asymmetric(envelope, &SecretKey::from_bytes(&KEY).unwrap()),
    ];
    for opened in results.into_iter().flatten() {
        assert!(opened.payload().len() + opened.padding().len() < envelope.data.len());
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn envelopes_survive_every_format(envelope in envelopes()) {
        let rlp = envelope.encode();
        prop_assert_eq!(&Envelope::decode(&rlp).unwrap(), &envelope);
        for format in [Format::Binary, Format::Hex, Format::Json] {
            prop_assert_eq!(&decode_one(&format.encode(&envelope)).unwrap(), &envelope);
        }
        prop_assert_eq!(&decode_json(&encode_json(&envelope)).unwrap(), &envelope);
        let two = [Format::Hex.encode(&envelope), b"\r\n \n".to_vec(), Format::Json.encode(&envelope)].concat();
        prop_assert_eq!(decode_stream(&two).unwrap(), vec![envelope.clone(), envelope.clone()]);
        prop_assert!(decode_one(&two).is_err());
        prop_assert_eq!(envelope.size(), 20 + envelope.data.len());
    }

    #[test]
    fn whatever_decodes_has_one_encoding(envelope in envelopes(), at in any::<prop::sample::Index>(), what in 0u8..4, byte in any::<u8>()) {
        let mut rlp = envelope.encode();
        let at = at.index(rlp.len().min(30));
        match what {
            0 => rlp[at] = byte,
            1 => rlp[at] ^= 1 << (byte % 8),
            2 => rlp.insert(at, byte),
            _ => drop(rlp.remove(at)),
        }
        if let Ok(decoded) = Envelope::decode(&rlp) {
            prop_assert_eq!(decoded.encode(), rlp);
        }
    }

    #[test]
    fn cut_or_followed_by_anything_is_refused(envelope in envelopes(), cut in any::<prop::sample::Index>(), tail in vec(any::<u8>(), 1..9)) {
        let rlp = envelope.encode();
        prop_assert!(Envelope::decode(&rlp[..cut.index(rlp.len())]).is_err());
        prop_assert!(Envelope::decode(&[&rlp[..], &tail].concat()).is_err());
        prop_assert!(decode_stream(&[&rlp[..], &tail].concat()).is_err());
    }

    #[test]
    fn noise_is_an_error_and_no_panic(noise in vec(any::<u8>(), 0..300)) {
        let _ = decode_stream(&noise);
        let _ = Envelope::decode(&noise);
        let _ = PublicKey::from_bytes(&noise);
        let _ = SecretKey::from_bytes(&noise);
        open_both(&with_data(noise));
    }

    #[test]
    fn text_is_an_error_and_no_panic(text in ".{0,200}", digits in "(0x)?[0-9a-fA-F]{0,300}", json in r#"\{("[a-z]{1,8}":("[0-9a-fx]{0,20}"|-?[0-9]{1,25}|null|\[\]|\{\}),?){0,7}\}?"#) {
        for text in [&text, &digits, &json] {
            let _ = decode_stream(text.as_bytes());
            let _ = decode_json(text);
            let _ = text.parse::<PublicKey>();
            let _ = text.parse::<Topic>();
        }
    }

    #[test]
    fn checks_never_panic(envelope in envelopes(), now in any::<u32>(), work in any::<f64>(), size in 0usize..700, expired in any::<bool>()) {
        let checks = Checks { now, minimum_work: work, max_size: size, accept_expired: expired };
        let at_its_time = Checks { now: envelope.sent(), ..checks };
        for checks in [checks, at_its_time] {
            if let Ok(found) = checks.check(&envelope) {
                prop_assert!(envelope.ttl != 0 && envelope.size() <= size && found.is_finite());
                prop_assert!(work.is_nan() || found >= work);
            }
        }
        let found = work_of(&envelope, envelope.ttl);
        prop_assert_eq!(found.is_err(), envelope.ttl == 0);
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn any_plaintext_is_parsed_or_refused(plaintext in vec(any::<u8>(), 0..400), flags in 0u8..8) {
        let mut structured = plaintext.clone();
        if let Some(first) = structured.first_mut() {
            *first = flags;
        }
        for plaintext in [&plaintext, &structured] {
            open_both(&with_data(gcm(plaintext)));
            open_both(&with_data(ecies(plaintext)));
            open_both(&with_data(ecies_raw(plaintext)));
        }
    }

    #[test]
    fn what_is_sealed_opens_for_whom_it_is_and_nobody_else(
        payload in prop_oneof![vec(any::<u8>(), 0..700), Just(vec![1; 65_535]), Just(vec![2; 65_536])],
        signed in any::<bool>(),
        symmetric in any::<bool>(),
        seed in 1u8..=127,
        flip in any::<prop::sample::Index>(),
    ) {
        let (secret, key) = (SecretKey::from_bytes(&[seed; 32]).unwrap(), SymmetricKey::from_bytes(&[seed; 32]));
        let signer = SecretKey::from_bytes(&[seed ^ 0x55 | 1; 32]).unwrap();
        let request = SealRequest {
            payload: &payload,
            to: if symmetric { Recipient::Symmetric(&key) } else { Recipient::PublicKey(secret.public_key()) },
            signer: signed.then_some(&signer),
            topic: Topic([seed; 4]),
            now: 1_700_000_000,
            ttl: 50,
            work: Work::NONE,
        };
        let open = |envelope: &Envelope<'_>| {
            if symmetric { open_symmetric(envelope, &key) } else { open_asymmetric(envelope, &secret) }
        };
        let envelope = seal(&request, &mut |_| ControlFlow::Continue(())).unwrap();
        let opened = open(&envelope).unwrap();
        prop_assert_eq!(opened.payload(), &payload[..]);
        prop_assert_eq!(opened.signer(), signed.then_some(signer.public_key()));
        prop_assert!((1..=256).contains(&opened.padding().len()));
        let mut changed = envelope.clone().into_owned();
        let at = flip.index(changed.data.len());
        changed.data.to_mut()[at] ^= 1;
        prop_assert_eq!(open(&changed).unwrap_err(), Error::NotForThisKey);
        let other = SymmetricKey::from_bytes(&[seed ^ 1; 32]);
        prop_assert_eq!(open_symmetric(&envelope, &other).unwrap_err(), Error::NotForThisKey);
    }
}

#[test]
fn a_key_ring_finds_the_channel_of_each_kind() {
    let identity = WhisperIdentity::from_bytes(&[0x11; 32]).unwrap();
    let other = WhisperIdentity::from_bytes(&[0x22; 32]).unwrap();
    let key = identity.public_key();
    let mut ring = Keyring::new(&identity);
    ring.listen(Channel::public_chat("status"));
    ring.listen(Channel::contact_code(other.public_key()));
    ring.listen(Channel::negotiated(&identity, other.public_key()));
    assert_eq!(ring.channels().len(), 5);
    let send = |channel: &Channel| {
        let request = SealRequest {
            payload: b"x",
            to: channel.recipient(),
            signer: Some(other.secret_key()),
            topic: channel.topic(),
            now: 1_700_000_000,
            ttl: 50,
            work: Work::NONE,
        };
        seal(&request, &mut |_| ControlFlow::Continue(())).unwrap()
    };
    for (channel, kind) in [
        (Channel::personal(key), "personal"),
        (Channel::partitioned(key), "partitioned"),
        (Channel::public_chat("status"), "chat"),
        (Channel::contact_code(other.public_key()), "contact-code"),
        (Channel::negotiated(&other, key), "negotiated"),
    ] {
        let envelope = send(&channel);
        let (opened, found) = ring.open(&envelope).unwrap();
        assert_eq!(
            (found.kind(), opened.signer()),
            (kind, Some(other.public_key()))
        );
    }
    let unknown = send(&Channel::public_chat("unknown"));
    assert!(matches!(ring.open(&unknown), Err(Error::UnknownTopic(_))));
    let elsewhere = Envelope {
        topic: Channel::public_chat("status").topic(),
        ..unknown
    };
    assert_eq!(ring.open(&elsewhere).err(), Some(Error::NotForThisKey));
}

#[test]
fn limits_of_sealing() {
    let key = SymmetricKey::from_bytes(&KEY);
    let seal_with = |payload: &[u8], now, ttl| {
        let request = SealRequest {
            payload,
            to: Recipient::Symmetric(&key),
            signer: None,
            topic: Topic([0; 4]),
            now,
            ttl,
            work: Work::NONE,
        };
        seal(&request, &mut |_| ControlFlow::Continue(())).map(|envelope| envelope.size())
    };
    assert_eq!(seal_with(b"", 0, 0), Err(Error::ZeroTtl));
    assert_eq!(seal_with(b"", u32::MAX - 1, 2), Err(Error::TtlTooLong));
    assert!(seal_with(b"", u32::MAX - 1, 1).is_ok());
    assert!(
        seal_with(&vec![0; MAX_PAYLOAD], 0, 1).unwrap() <= keyfence_messaging::MAX_MESSAGE_SIZE
    );
    assert!(matches!(
        seal_with(&vec![0; MAX_PAYLOAD + 1], 0, 1),
        Err(Error::PayloadTooLarge { .. })
    ));
}
