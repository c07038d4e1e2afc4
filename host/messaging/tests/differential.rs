//! Hostile envelopes: accepted here exactly when go-ethereum 1.9.20 accepts them, and then with the same content.
//!
//! Known differences, both refused here on purpose: what makes the reference panic (it counts as its refusal), and on
//! receiving a time to live of 0 (its work would be infinite, but for the moment that it comes from the future).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
#[path = "common/raw.rs"]
mod raw;

use core::ops::ControlFlow;

use alloy_rlp::{Encodable, Header};
use common::{Geth, Random, now, unhex};
use keyfence_messaging::{
    Checks, Envelope, Error, Opened, Recipient, SealRequest, SecretKey, SymmetricKey, Topic, Work,
    open_asymmetric, open_symmetric, seal,
};
use raw::{KEY, ecies, ecies_raw, gcm};
use serde_json::json;
use sha3::{Digest, Keccak256};

fn rounds(quick: usize) -> usize {
    if std::env::var("KEYFENCE_SOAK").is_ok_and(|soak| soak == "1") {
        quick * 20
    } else {
        quick
    }
}

/// Both sides, and counts of what they said.
struct Both {
    geth: Geth,
    accepted: usize,
    refused: usize,
    panicked: usize,
    secret: SecretKey,
    symmetric: SymmetricKey,
}

impl Both {
    fn new() -> Self {
        Self {
            geth: Geth::start(),
            accepted: 0,
            refused: 0,
            panicked: 0,
            secret: SecretKey::from_bytes(&KEY).unwrap(),
            symmetric: SymmetricKey::from_bytes(&KEY),
        }
    }

    /// Decodes and opens on both sides and compares.
    fn compare(&mut self, rlp: &[u8], symmetric: bool, context: &str) -> bool {
        let key = if symmetric { "key" } else { "private" };
        let theirs = self
            .geth
            .ask(&json!({"op": "open", "envelope": hex::encode(rlp), key: hex::encode(KEY)}));
        let ours = self.open(rlp, symmetric);
        let accepted = theirs["ok"] == true;
        assert_eq!(
            ours.is_ok(),
            accepted,
            "{context}: ours {ours:?}, theirs {theirs}\n{}",
            hex::encode(rlp)
        );
        match ours {
            Ok((opened, hash)) => {
                assert_eq!(unhex(&theirs["payload"]), opened.payload(), "{context}");
                assert_eq!(theirs["padding"], opened.padding().len(), "{context}");
                let signer = opened.signer().map(|signer| signer.to_hex());
                assert_eq!(theirs["signer"].as_str(), signer.as_deref(), "{context}");
                assert_eq!(unhex(&theirs["hash"]), hash, "{context}");
                self.accepted += 1;
            }
            Err(_) => self.refused += 1,
        }
        self.panicked += usize::from(
            theirs["error"]
                .as_str()
                .is_some_and(|error| error.starts_with("panic")),
        );
        accepted
    }

    fn open(&self, rlp: &[u8], symmetric: bool) -> Result<(Opened, [u8; 32]), Error> {
        let envelope = Envelope::decode(rlp)?;
        assert!(
            envelope.encode() == rlp,
            "an accepted encoding that isn't the canonical one"
        );
        let opened = if symmetric {
            open_symmetric(&envelope, &self.symmetric)
        } else {
            open_asymmetric(&envelope, &self.secret)
        }?;
        Ok((opened, envelope.hash()))
    }
}

fn envelope(data: Vec<u8>) -> Envelope<'static> {
    Envelope {
        expiry: 1_700_000_000,
        ttl: 50,
        topic: Topic([1, 2, 3, 4]),
        data: data.into(),
        nonce: 77,
    }
}

/// A plaintext signed with a signature of our choice.
fn signed(random: &mut Random, content: &[u8]) -> Vec<u8> {
    let key = k256::ecdsa::SigningKey::from_slice(&random.array::<32>()).unwrap();
    let (signature, id) = key.sign_prehash_recoverable(&Keccak256::digest(content));
    [content, &signature.to_bytes(), &[id.to_byte()]].concat()
}

#[test]
fn plaintexts() {
    let (mut random, mut both) = (Random::new("differential plaintexts"), Both::new());
    // Every flag with short contents: where the reference slices what isn't there.
    for flags in [0u8, 1, 2, 3, 4, 5, 6, 7, 0x80, 0xFD, 0xFF] {
        for length in [0, 1, 2, 3, 4, 5, 63, 64, 65, 66, 67, 68, 69, 70] {
            for fill in [0, 1, length as u8, 0xFF] {
                let plaintext = [vec![flags], vec![fill; length]].concat();
                both.compare(
                    &envelope(gcm(&plaintext)).encode(),
                    true,
                    "short, symmetric",
                );
                if fill == 0 {
                    both.compare(
                        &envelope(ecies(&plaintext)).encode(),
                        false,
                        "short, asymmetric",
                    );
                }
            }
        }
    }
    both.compare(&envelope(gcm(&[])).encode(), true, "empty");
    both.compare(&envelope(ecies(&[])).encode(), false, "empty");
    // Sizes around the end of the message, signed or not.
    for n in 0..4usize {
        for slack in -70..4i64 {
            for sign in [false, true] {
                let size = 40 + slack;
                if size < 0 {
                    continue;
                }
                let mut content = vec![n as u8 | if sign { 4 } else { 0 }];
                content.extend_from_slice(&size.to_le_bytes()[..n]);
                content.extend_from_slice(&random.bytes(40));
                let plaintext = if sign {
                    signed(&mut random, &content)
                } else {
                    content
                };
                both.compare(&envelope(gcm(&plaintext)).encode(), true, "sizes");
            }
        }
    }
    println!(
        "{} accepted, {} refused, the reference panicked {} times",
        both.accepted, both.refused, both.panicked
    );
    assert!(both.accepted > 100 && both.refused > 300 && both.panicked > 10);
}

#[test]
fn signatures() {
    let (mut random, mut both) = (Random::new("differential signatures"), Both::new());
    let order =
        hex::decode("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141").unwrap();
    let mut accepted_v = [0; 256];
    for round in 0..rounds(30) {
        let content = [&[5, 3, 1, 2, 3][..], &random.bytes(20)].concat();
        let good = signed(&mut random, &content);
        let at = good.len() - 65;
        for v in (0..=255u8)
            .step_by(if round == 0 { 1 } else { 9 })
            .chain([0, 1, 2, 3, 4, 27, 28, 29, 30, 31])
        {
            let mut bad = good.clone();
            bad[at + 64] = v;
            accepted_v[usize::from(v)] +=
                u32::from(both.compare(&envelope(gcm(&bad)).encode(), true, "v"));
        }
        for (offset, value) in [
            (0, vec![0; 32]),
            (32, vec![0; 32]),
            (0, order.clone()),
            (32, order.clone()),
        ] {
            let mut bad = good.clone();
            bad[at + offset..at + offset + 32].copy_from_slice(&value);
            both.compare(&envelope(gcm(&bad)).encode(), true, "r or s out of range");
        }
        // A high s, which ECDSA verifiers of this curve refuse and recovery doesn't.
        let signature = k256::ecdsa::Signature::from_slice(&good[at..at + 64]).unwrap();
        let mut high = good.clone();
        high[at + 32..at + 64].copy_from_slice(&(-*signature.s()).to_bytes());
        high[at + 64] ^= 1;
        assert!(both.compare(&envelope(gcm(&high)).encode(), true, "high s"));
        // Small r with v of 2 and 3: R's X coordinate is r + n.
        let mut reduced = good.clone();
        reduced[at..at + 32].fill(0);
        reduced[at + 31] = round as u8;
        for v in 0..4 {
            reduced[at + 64] = v;
            accepted_v[usize::from(v)] +=
                u32::from(both.compare(&envelope(gcm(&reduced)).encode(), true, "small r"));
        }
        let mut noise = good.clone();
        noise[at..].copy_from_slice(&random.bytes(65));
        noise[at + 64] &= 3;
        both.compare(&envelope(gcm(&noise)).encode(), true, "random signature");
    }
    assert!(
        accepted_v[..4].iter().all(|&times| times > 0)
            && accepted_v[4..].iter().all(|&times| times == 0)
    );
}

#[test]
fn ciphertexts() {
    let (mut random, mut both) = (Random::new("differential ciphertexts"), Both::new());
    let good = ecies(&[&[1, 2, 8, 9][..], &[0; 60]].concat());
    assert!(both.compare(&envelope(good.clone()).encode(), false, "good"));
    for length in 0..good.len() {
        both.compare(&envelope(good[..length].to_vec()).encode(), false, "cut");
    }
    // Right tags over an IV that isn't whole: the reference dies of them.
    for length in 0..20 {
        both.compare(
            &envelope(ecies_raw(&vec![5; length])).encode(),
            false,
            "short IV",
        );
    }
    for first in 0..=255 {
        let mut bad = good.clone();
        bad[0] = first;
        both.compare(&envelope(bad).encode(), false, "first byte");
    }
    let p =
        hex::decode("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f").unwrap();
    for (x, y) in [
        (vec![0; 32], vec![0; 32]),
        (p.clone(), good[33..65].to_vec()),
        (good[1..33].to_vec(), p.clone()),
    ] {
        let bad = [&[4][..], &x, &y, &good[65..]].concat();
        both.compare(&envelope(bad).encode(), false, "bad point");
    }
    let gcm = gcm(&[&[1, 2, 8, 9][..], &[0; 30]].concat());
    assert!(both.compare(&envelope(gcm.clone()).encode(), true, "good"));
    for length in 0..gcm.len() {
        both.compare(&envelope(gcm[..length].to_vec()).encode(), true, "cut");
    }
    for _ in 0..rounds(100) {
        for (data, symmetric) in [(&good, false), (&gcm, true)] {
            let mut bad = data.clone();
            let at = random.below(bad.len());
            bad[at] ^= 1 << random.below(8);
            assert!(!both.compare(&envelope(bad).encode(), symmetric, "a bit"));
            let mut longer = data.clone();
            let extra = 1 + random.below(20);
            longer.extend_from_slice(&random.bytes(extra));
            assert!(!both.compare(&envelope(longer).encode(), symmetric, "longer"));
        }
    }
}

/// An item of RLP that may be encoded wrongly: bytes with a chosen header.
fn item(random: &mut Random, bytes: &[u8]) -> Vec<u8> {
    let mut right = Vec::new();
    bytes.encode(&mut right);
    match random.below(12) {
        0 => [&[0x80 + bytes.len().min(55) as u8][..], bytes].concat(),
        1 => [&[0xB8, bytes.len() as u8][..], bytes].concat(),
        2 => [
            &[0xB9, (bytes.len() >> 8) as u8, bytes.len() as u8][..],
            bytes,
        ]
        .concat(),
        3 => [
            &[
                0xBF,
                0,
                0,
                0,
                0,
                0,
                0,
                (bytes.len() >> 8) as u8,
                bytes.len() as u8,
            ][..],
            bytes,
        ]
        .concat(),
        4 => [&[0xC0 + bytes.len().min(55) as u8][..], bytes].concat(),
        5 => right[..right.len() - 1].to_vec(),
        6 => [
            &[0xBF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF][..],
            bytes,
        ]
        .concat(),
        7 => [&right[..], &[0x80]].concat(),
        8 => Vec::new(),
        _ => right,
    }
}

fn list(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Header {
        list: true,
        payload_length: payload.len(),
    }
    .encode(&mut out);
    out.extend_from_slice(payload);
    out
}

#[test]
fn encodings() {
    let (mut random, mut both) = (Random::new("differential encodings"), Both::new());
    let data = gcm(&[&[1, 2, 8, 9][..], &[0; 30]].concat());
    let integer = |random: &mut Random, limit: usize| -> Vec<u8> {
        let length = random.below(limit + 2);
        let mut bytes = random.bytes(length);
        if random.below(4) == 0 && length > 0 {
            bytes[0] = [0, 1, 0x7F, 0x80][random.below(4)];
        }
        bytes
    };
    for round in 0..rounds(1500) {
        // One or two fields wrong, the others right.
        let wrong = [random.below(6), random.below(8)];
        let mut fields: Vec<Vec<u8>> = vec![
            vec![0x65, 0x53, 0xF1, 0x00],
            vec![50],
            vec![1, 2, 3, 4],
            data.clone(),
            vec![0x12, 0x34],
        ];
        let length = random.below(6);
        let topic = random.bytes(length);
        let mut payload = Vec::new();
        for (i, field) in fields.iter_mut().enumerate() {
            if wrong.contains(&i) {
                *field = match i {
                    0 | 1 => integer(&mut random, 4),
                    2 => topic.clone(),
                    4 => integer(&mut random, 8),
                    _ => field.clone(),
                };
                payload.extend_from_slice(&item(&mut random, field));
            } else {
                field.as_slice().encode(&mut payload);
            }
        }
        if wrong[1] == 6 {
            payload.push(0x80);
        }
        let mut rlp = list(&payload);
        match random.below(16) {
            0 => rlp.push(random.below(256) as u8),
            1 => rlp.truncate(random.below(rlp.len())),
            2 => {
                let at = random.below(12);
                rlp[at] = random.below(256) as u8;
            }
            3 => rlp = [&[0xB8, payload.len() as u8][..], &payload].concat(),
            4 => rlp = [&[0xF9, 0, payload.len() as u8][..], &payload].concat(),
            5 => rlp = list(&rlp),
            _ => {}
        }
        both.compare(&rlp, true, &format!("round {round}"));
    }
    println!("{} accepted, {} refused", both.accepted, both.refused);
    assert!(both.accepted > 100 && both.refused > 100);
    for rlp in [
        &[][..],
        &[0],
        &[0x80],
        &[0xC0],
        &[0xFF],
        &[0xFF; 9],
        &[0xF8],
        &[0xF8, 0x37],
        &[0xC1, 0xC0],
    ] {
        both.compare(rlp, true, "tiny");
    }
}

#[test]
fn what_a_node_takes() {
    let (mut random, mut both) = (Random::new("differential receive"), Both::new());
    let (mut taken, mut refused) = (0, 0);
    for round in 0..rounds(400) {
        let now = now();
        // Seconds near a limit are left out: the clock may tick between the two.
        let ttl = [1, 10, 50, 1000, u32::MAX - 40][random.below(5)];
        let expiry = match random.below(8) {
            0 => now.wrapping_sub(5 + random.below(100) as u32),
            1 => now + 16 + random.below(100) as u32,
            2 => random.below(1 << 32) as u32,
            3 => (now + 5).wrapping_add(ttl),
            4 => (now + 15).wrapping_add(ttl),
            _ => (now + 5).max(now.wrapping_add(ttl).wrapping_sub(5)),
        };
        let length = 1 + random.below(2000);
        let envelope = Envelope {
            expiry,
            ttl,
            topic: Topic(random.array()),
            data: random.bytes(length).into(),
            nonce: random.below(1 << 20) as u64,
        };
        let minimum_work = [0.0, 1e-5, 1e-4, 1e-3][random.below(4)];
        let max_size = [1 << 20, 1000][random.below(2)];
        let checks = Checks {
            now,
            minimum_work,
            max_size,
            accept_expired: false,
        };
        // The reference's own second may be a later one; where that decides, the round says nothing.
        let later = Checks {
            now: now + 2,
            ..checks
        };
        let ours = checks.check(&envelope);
        if ours.is_ok() != later.check(&envelope).is_ok() {
            continue;
        }
        let theirs = both.geth.ask(&json!({
            "op": "receive", "envelope": hex::encode(envelope.encode()), "minpow": minimum_work, "max": max_size,
        }));
        assert_eq!(
            ours.is_ok(),
            theirs["ok"] == true,
            "round {round}: ours {ours:?}, theirs {theirs}, {envelope:?}, now {now}"
        );
        if ours.is_ok() {
            taken += 1
        } else {
            refused += 1
        }
    }
    println!("{taken} taken, {refused} refused");
    assert!(taken > 50 && refused > 50);

    let zero = Envelope {
        expiry: now() + 5,
        ttl: 0,
        topic: Topic([0; 4]),
        data: vec![1].into(),
        nonce: 0,
    };
    let theirs = both.geth.ask(&json!({
        "op": "receive", "envelope": hex::encode(zero.encode()), "minpow": 1e-9, "max": 1000,
    }));
    assert_eq!(theirs["ok"], true, "the known difference has gone");
    assert_eq!(Checks::at(now()).check(&zero), Err(Error::ZeroTtl));
}

#[test]
fn real_envelopes_with_changes() {
    let (mut random, mut both) = (Random::new("differential changes"), Both::new());
    let signer = SecretKey::from_bytes(&[0x77; 32]).unwrap();
    for round in 0..rounds(300) {
        let symmetric = random.flag();
        let length = random.below(600);
        let payload = random.bytes(length);
        let (secret, key) = (
            SecretKey::from_bytes(&KEY).unwrap(),
            SymmetricKey::from_bytes(&KEY),
        );
        let request = SealRequest {
            payload: &payload,
            to: if symmetric {
                Recipient::Symmetric(&key)
            } else {
                Recipient::PublicKey(secret.public_key())
            },
            signer: random.flag().then_some(&signer),
            topic: Topic(random.array()),
            now: now(),
            ttl: 50,
            work: Work::NONE,
        };
        let mut rlp = seal(&request, &mut |_| ControlFlow::Continue(()))
            .unwrap()
            .encode();
        for _ in 0..random.below(3) {
            let limit = if random.flag() { 24 } else { rlp.len() };
            let at = random.below(limit);
            match random.below(4) {
                0 => rlp[at] ^= 1 << random.below(8),
                1 => rlp[at] = random.below(256) as u8,
                2 => drop(rlp.remove(at)),
                _ => rlp.insert(at, random.below(256) as u8),
            }
        }
        both.compare(&rlp, symmetric, &format!("round {round}"));
    }
    println!("{} accepted, {} refused", both.accepted, both.refused);
    assert!(both.accepted > 50 && both.refused > 50);
}
