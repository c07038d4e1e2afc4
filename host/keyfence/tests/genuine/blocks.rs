//! What our own cards give and take in blocks: policies of every length.

use crate::double::{GenuineCard, verified};
use keyfence::{Explain, error::CardError, error::Error};

const V3_2: [u8; 2] = [3, 2];

fn bytes(length: usize) -> Vec<u8> {
    (0..=255).cycle().take(length).collect()
}

#[test]
fn a_policy_is_read_to_its_end() {
    for length in [0, 1, 199, 200, 201, 240, 399, 400] {
        let whole = bytes(length);
        let mut card = GenuineCard::new(V3_2).verified();
        for (index, block) in whole.chunks(200).enumerate() {
            card = card.exchange(
                &format!("80c901{index:02x}"),
                &format!("{} 9000", hex::encode(block)),
            );
        }
        card = match length {
            0 => card.exchange("80c90100", "9000"),
            // A full block may be the last one: only the next one tells.
            full if full % 200 == 0 => card.exchange(&format!("80c901{:02x}", full / 200), "6a86"),
            _ => card,
        };
        assert_eq!(verified(card).policy_bytes().unwrap(), whole, "{length}");
    }
}

#[test]
fn an_update_goes_in_blocks_and_only_the_last_one_says_so() {
    let digest = hex::encode([0xdd; 32]);
    for length in [1, 221, 222, 312] {
        let whole = bytes(length);
        let blocks: Vec<&[u8]> = whole.chunks(221).collect();
        let mut card = GenuineCard::new(V3_2).verified();
        for (index, block) in blocks.iter().enumerate() {
            let last = index + 1 == blocks.len();
            let p1 = if last { "80" } else { "00" };
            let command = format!(
                "80c8{p1}{index:02x} {:02x} {}",
                block.len(),
                hex::encode(block)
            );
            let answer = if last {
                format!("{digest} 9000")
            } else {
                "9000".to_owned()
            };
            card = card.exchange(&command, &answer);
        }
        assert_eq!(
            verified(card).update_policy(&whole).unwrap(),
            [0xdd; 32],
            "{length}"
        );
    }
}

#[test]
fn a_refused_block_ends_the_update() {
    for (status, code) in [
        ("6982", "E-POLICY-SIGNATURE"),
        ("6985", "E-POLICY-STATE"),
        ("6a80", "E-POLICY-CONTENT"),
        ("6a86", "E-CARD-STATUS"),
        ("6d00", "E-CARD-UNSUPPORTED"),
    ] {
        let command = format!("80c80000 dd {}", hex::encode(bytes(221)));
        let mut session = verified(GenuineCard::new(V3_2).verified().exchange(&command, status));
        let error = session.update_policy(&bytes(300)).unwrap_err();
        assert_eq!(error.code(), code, "{status}");
        assert!(session.is_channel_open(), "wrapped refusals close nothing");
    }
    let card = GenuineCard::new(V3_2)
        .verified()
        .exchange("80c88000 01 00", "9000");
    let error = verified(card).update_policy(&[0]).unwrap_err();
    assert!(
        matches!(error, Error::Card(CardError::MalformedAnswer { .. })),
        "a digest is missing"
    );
}
