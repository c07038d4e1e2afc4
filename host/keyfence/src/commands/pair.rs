//! PAIR: both sides show that they know the pairing secret; the card gives a slot and a key.

use super::{Command, exactly, malformed};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    pairing::Slot,
    protocol::ins,
    secret::{PairingSecret, Secret32},
};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Which slot to ask for (P2, from 3.2 on; earlier cards have kept slots only).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SlotChoice {
    /// A kept slot if one is free, else the ephemeral one.
    #[default]
    Any,
    /// The ephemeral slot, forgotten at the next selection.
    Ephemeral,
    /// A kept slot, or an error when all are taken.
    Persistent,
}

/// PAIR, step 1: our challenge.
#[derive(Clone, Debug)]
pub struct PairFirst<'a> {
    /// What both sides know.
    pub secret: &'a PairingSecret,
    /// 32 random bytes.
    pub challenge: [u8; 32],
    /// Which slot.
    pub choice: SlotChoice,
}

/// The card's challenge, from a card that showed that it knows the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardChallenge([u8; 32]);

/// PAIR, step 2: our answer to the card's challenge.
#[derive(Clone, Debug)]
pub struct PairFinal<'a> {
    /// What both sides know.
    pub secret: &'a PairingSecret,
    /// From step 1.
    pub challenge: CardChallenge,
}

/// The slot and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairedSlot {
    /// The slot.
    pub slot: Slot,
    /// The pairing key.
    pub key: Secret32,
}

fn hash(secret: &PairingSecret, bytes: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(secret.expose())
        .chain_update(bytes)
        .finalize()
        .into()
}

impl Command for PairFirst<'_> {
    const NAME: &'static str = "PAIR";
    type Answer = CardChallenge;

    fn request(&self) -> CommandApdu {
        let p2 = match self.choice {
            SlotChoice::Any => 0,
            SlotChoice::Ephemeral => 1,
            SlotChoice::Persistent => 2,
        };
        CommandApdu::new(ins::PAIR, 0, p2).with_data(&self.challenge)
    }

    fn parse(&self, data: &[u8]) -> Result<CardChallenge, CardError> {
        let answer: [u8; 64] =
            exactly::<Self, 64>(data, "cryptogram and challenge have not 64 bytes")?;
        let (cryptogram, challenge) = answer.split_at(32);
        if !bool::from(hash(self.secret, &self.challenge).ct_eq(cryptogram)) {
            return Err(CardError::PairingPassword);
        }
        exactly::<Self, 32>(challenge, "challenge").map(CardChallenge)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::FULL => CardError::SlotsFull,
            other => super::unexpected::<Self>(other),
        }
    }
}

impl Command for PairFinal<'_> {
    const NAME: &'static str = "PAIR";
    type Answer = PairedSlot;

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::PAIR, 1, 0).with_data(&hash(self.secret, &self.challenge.0))
    }

    fn parse(&self, data: &[u8]) -> Result<PairedSlot, CardError> {
        let [slot, salt @ ..] = data else {
            return Err(malformed::<Self>("empty"));
        };
        let salt: [u8; 32] = exactly::<Self, 32>(salt, "slot and salt have not 33 bytes")?;
        Ok(PairedSlot {
            slot: Slot(*slot),
            key: Secret32::new(hash(self.secret, &salt)),
        })
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::SECURITY => CardError::PairingPassword,
            StatusWord::FULL => CardError::SlotsFull,
            other => super::unexpected::<Self>(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::PairingPassword;
    use serde_json::Value;

    #[test]
    fn vectors_come_out_byte_for_byte() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../test-vectors/channel.json"
        );
        let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let vectors = vectors["pairing"].as_array().unwrap();
        assert!(!vectors.is_empty());
        for vector in vectors {
            let field = |name: &str| hex::decode(vector[name].as_str().unwrap()).unwrap();
            let data = |name: &str| field(name)[..field(name).len() - 2].to_vec();
            let password = PairingPassword::new(vector["password"].as_str().unwrap());
            let candidates = [Some(password.secret()), password.secret_as_typed()];
            let secret = candidates
                .into_iter()
                .flatten()
                .find(|secret| secret.expose()[..] == field("secret"))
                .unwrap();
            let challenge = field("client_challenge").try_into().unwrap();
            let first = PairFirst {
                secret: &secret,
                challenge,
                choice: SlotChoice::Any,
            };
            assert_eq!(
                first.request().to_bytes().unwrap().as_slice(),
                field("step1_command")
            );
            let challenge = first.parse(&data("step1_answer")).unwrap();
            let last = PairFinal {
                secret: &secret,
                challenge,
            };
            assert_eq!(
                last.request().to_bytes().unwrap().as_slice(),
                field("step2_command")
            );
            let paired = last.parse(&data("step2_answer")).unwrap();
            assert_eq!(paired.key.expose()[..], field("pairing_key"));
            let other = PairingPassword::new("another").secret();
            let wrong = PairFirst {
                secret: &other,
                ..first
            };
            assert_eq!(
                wrong.parse(&data("step1_answer")),
                Err(CardError::PairingPassword)
            );
        }
    }
}
