//! Envelopes exchanged with go-ethereum 1.9.20's own whisper/whisperv6, in both directions, and a comparison of what
//! both accept of hostile ones. Builds a Go program; `KEYFENCE_SOAK=1` runs more rounds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use core::ops::ControlFlow;
use std::time::Duration;

use common::{Geth, Random, now, unhex};
use keyfence_messaging::{
    Checks, Envelope, Error, Opened, Recipient, SealRequest, SecretKey, SymmetricKey, Topic, Work,
    open_asymmetric, open_symmetric, seal, work_of,
};
use serde_json::{Value, json};

fn rounds(quick: usize) -> usize {
    if std::env::var("KEYFENCE_SOAK").is_ok_and(|soak| soak == "1") {
        quick * 20
    } else {
        quick
    }
}

/// A random message: keys, kind, signed or not, topic and size.
struct Message {
    payload: Vec<u8>,
    topic: Topic,
    recipient: SecretKey,
    recipient_hex: String,
    symmetric: Option<(SymmetricKey, String)>,
    signer: Option<(SecretKey, String)>,
    target: f64,
}

impl Message {
    fn random(random: &mut Random) -> Self {
        // Half of the sizes small, where the edges of padding and size field are; the rest up to 70,000.
        let size = match random.below(8) {
            0 => random.below(3),
            1 => 180 + random.below(80),
            2 => 65_400 + random.below(300),
            3 | 4 => random.below(1000),
            5 => 70_000 - random.below(2),
            _ => random.below(70_001),
        };
        let (recipient, recipient_hex) = random.secret_key();
        Self {
            payload: random.bytes(size),
            topic: Topic(random.array()),
            recipient,
            recipient_hex,
            symmetric: random.flag().then(|| {
                let key: [u8; 32] = random.array();
                (SymmetricKey::from_bytes(&key), hex::encode(key))
            }),
            signer: random.flag().then(|| random.secret_key()),
            // Few bits for the large ones: the reference hashes the whole envelope for each nonce.
            target: if random.flag() {
                0.0
            } else {
                random.below(1000) as f64 / (50.0 * (size + 400) as f64)
            },
        }
    }

    fn to(&self) -> Recipient<'_> {
        match &self.symmetric {
            Some((key, _)) => Recipient::Symmetric(key),
            None => Recipient::PublicKey(self.recipient.public_key()),
        }
    }

    fn seal(&self) -> Envelope<'static> {
        let request = SealRequest {
            payload: &self.payload,
            to: self.to(),
            signer: self.signer.as_ref().map(|signer| &signer.0),
            topic: self.topic,
            now: now(),
            ttl: 50,
            work: Work {
                target: self.target,
                limit: Duration::from_secs(120),
                threads: 0,
            },
        };
        seal(&request, &mut |_| ControlFlow::Continue(())).unwrap()
    }

    fn open(&self, envelope: &Envelope<'_>) -> Result<Opened, Error> {
        match &self.symmetric {
            Some((key, _)) => open_symmetric(envelope, key),
            None => open_asymmetric(envelope, &self.recipient),
        }
    }

    /// Asks the Go program to open it.
    fn open_request(&self, rlp: &[u8]) -> Value {
        match &self.symmetric {
            Some((_, key)) => json!({"op": "open", "envelope": hex::encode(rlp), "key": key}),
            None => {
                json!({"op": "open", "envelope": hex::encode(rlp), "private": self.recipient_hex})
            }
        }
    }

    fn describe(&self) -> String {
        let kind = if self.symmetric.is_some() {
            "symmetric"
        } else {
            "asymmetric"
        };
        let signed = if self.signer.is_some() {
            "signed"
        } else {
            "unsigned"
        };
        format!(
            "{kind}, {signed}, {} bytes, work {}",
            self.payload.len(),
            self.target
        )
    }
}

#[test]
fn what_we_seal_go_ethereum_opens() {
    let (mut random, mut geth) = (Random::new("what_we_seal_go_ethereum_opens"), Geth::start());
    for round in 0..rounds(240) {
        let message = Message::random(&mut random);
        let envelope = message.seal();
        let rlp = envelope.encode();
        let answer = geth.get(&message.open_request(&rlp));
        let context = format!("round {round}: {}", message.describe());
        assert!(unhex(&answer["payload"]) == message.payload, "{context}");
        let signer = message
            .signer
            .as_ref()
            .map(|signer| signer.0.public_key().to_hex());
        assert_eq!(answer["signer"].as_str(), signer.as_deref(), "{context}");
        assert_eq!(unhex(&answer["hash"]), envelope.hash(), "{context}");
        let padding = message.open(&envelope).unwrap().padding().len();
        assert_eq!(answer["padding"], padding, "{context}");
        let work = work_of(&envelope, envelope.ttl).unwrap();
        assert_eq!(answer["pow"], format!("{:x}", work.to_bits()), "{context}");
        assert!(work >= message.target, "{context}");
        geth.get(&json!({"op": "receive", "envelope": hex::encode(&rlp), "minpow": message.target, "max": 1 << 20}));
    }
}

#[test]
fn what_go_ethereum_seals_we_open() {
    let (mut random, mut geth) = (Random::new("what_go_ethereum_seals_we_open"), Geth::start());
    for round in 0..rounds(240) {
        let message = Message::random(&mut random);
        let answer = geth.get(&json!({
            "op": "seal",
            "payload": hex::encode(&message.payload),
            "topic": message.topic.to_string(),
            "to": if message.symmetric.is_some() { String::new() } else { message.recipient.public_key().to_hex() },
            "key": message.symmetric.as_ref().map_or("", |key| &key.1),
            "from": message.signer.as_ref().map_or("", |signer| &signer.1),
            "ttl": 50,
            "pow": message.target,
        }));
        let context = format!("round {round}: {}", message.describe());
        let rlp = unhex(&answer["envelope"]);
        let envelope = Envelope::decode(&rlp).unwrap();
        assert!(envelope.encode() == rlp, "{context}");
        assert_eq!(envelope.topic, message.topic, "{context}");
        assert_eq!(unhex(&answer["hash"]), envelope.hash(), "{context}");
        let work = Checks {
            minimum_work: message.target,
            ..Checks::at(now())
        }
        .check(&envelope)
        .unwrap();
        assert_eq!(answer["pow"], format!("{:x}", work.to_bits()), "{context}");
        let opened = message.open(&envelope).unwrap();
        assert!(opened.payload() == message.payload, "{context}");
        assert_eq!(
            opened.signer(),
            message.signer.as_ref().map(|signer| signer.0.public_key()),
            "{context}"
        );
        // Whoever has another key learns nothing.
        let other = Message {
            symmetric: None,
            recipient: random.secret_key().0,
            ..message
        };
        assert_eq!(
            other.open(&envelope).err(),
            Some(Error::NotForThisKey),
            "{context}"
        );
    }
}

#[test]
fn passwords_make_the_same_keys() {
    let mut geth = Geth::start();
    for password in ["status", "a", "Ünïcödé \u{1F98A}", " with spaces "] {
        let answer = geth.get(&json!({"op": "info", "password": password}));
        assert_eq!(
            unhex(&answer["key"]),
            SymmetricKey::from_password(password).expose(),
            "{password}"
        );
    }
}
