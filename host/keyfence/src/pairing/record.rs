//! A pairing as it is kept: which card, which slot, which key.

use crate::{error::InputError, secret::Secret32};
use std::fmt;
use zeroize::Zeroizing;

/// A pairing slot of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u8);

impl Slot {
    /// The slot that a selection forgets (3.2 and later).
    pub const EPHEMERAL: Self = Self(0xff);

    /// Whether the card forgets this pairing at the next selection, so that keeping it is useless.
    pub fn is_ephemeral(self) -> bool {
        self == Self::EPHEMERAL
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_ephemeral() {
            f.write_str("ephemeral")
        } else {
            write!(f, "{}", self.0)
        }
    }
}

/// A pairing with a card. The key is secret: whoever has it can open a channel (the PIN is still needed).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairingRecord {
    /// The UID of the card it was made with (a factory reset changes it).
    pub card_uid: [u8; 16],
    /// The slot on the card.
    pub slot: Slot,
    /// The pairing key.
    pub key: Secret32,
}

impl PairingRecord {
    /// The length of [`Self::to_bytes`].
    pub const LENGTH: usize = 16 + 1 + 32;

    /// UID (16), slot (1), key (32).
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::LENGTH]> {
        let mut bytes = Zeroizing::new([0; Self::LENGTH]);
        bytes[..16].copy_from_slice(&self.card_uid);
        bytes[16] = self.slot.0;
        bytes[17..].copy_from_slice(self.key.expose());
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InputError> {
        let wrong = InputError::PairingRecord {
            reason: "it must have 49 bytes",
        };
        let (card_uid, rest) = bytes.split_first_chunk::<16>().ok_or(wrong.clone())?;
        let (slot, key) = rest.split_first().ok_or(wrong.clone())?;
        let key = Secret32::from_slice(key).map_err(|_| wrong)?;
        Ok(Self {
            card_uid: *card_uid,
            slot: Slot(*slot),
            key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_from_its_bytes_and_nothing_else_does() {
        let record = PairingRecord {
            card_uid: [7; 16],
            slot: Slot(3),
            key: Secret32::new([9; 32]),
        };
        assert_eq!(
            PairingRecord::from_bytes(record.to_bytes().as_slice()).unwrap(),
            record
        );
        for length in [0, 16, 17, 48, 50] {
            assert!(
                PairingRecord::from_bytes(&vec![0; length]).is_err(),
                "{length}"
            );
        }
    }
}
