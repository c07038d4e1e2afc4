//! Errors of what the caller gave: paths, PINs, mnemonics, seeds.

use super::{Explain, Family};
use crate::path::PathError;
use std::borrow::Cow;

/// Input that can't be used; nothing was sent to the card.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// A derivation path that can't be read.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A PIN that isn't 6 digits.
    #[error("a PIN is 6 digits")]
    PinFormat,
    /// A PUK that isn't 12 digits.
    #[error("a PUK is 12 digits")]
    PukFormat,
    /// The alternative PIN equals the main one.
    #[error("the alternative PIN equals the PIN")]
    SamePins,
    /// A retry limit outside what cards accept.
    #[error("the {what} limit is {given}; a card takes {min} to {max}")]
    RetryLimit {
        /// "PIN" or "PUK".
        what: &'static str,
        /// What was given.
        given: u8,
        /// The least accepted.
        min: u8,
        /// The most accepted.
        max: u8,
    },
    /// A word that isn't in the BIP-39 English list.
    #[error("word {position} of the mnemonic is not in the BIP-39 list")]
    MnemonicWord {
        /// Which word, counted from 1.
        position: usize,
    },
    /// A number of words that BIP-39 doesn't have.
    #[error("a mnemonic has 12, 15, 18, 21 or 24 words, not {count}")]
    MnemonicLength {
        /// The number of words given.
        count: usize,
    },
    /// All words are known, but their checksum is wrong.
    #[error("the mnemonic's checksum is wrong")]
    MnemonicChecksum,
    /// Hexadecimal text that isn't.
    #[error("{what}: not hexadecimal, or not the right number of digits")]
    Hex {
        /// What was expected.
        what: &'static str,
    },
    /// A value of a wrong length.
    #[error("{what} has {given} bytes; {expected}")]
    Length {
        /// What it is.
        what: &'static str,
        /// Its length in bytes.
        given: usize,
        /// What is expected, in words.
        expected: &'static str,
    },
    /// A private key that is zero or not below the curve's order, or a public one off the curve.
    #[error("{what} is not a valid secp256k1 key")]
    Key {
        /// What it is.
        what: &'static str,
    },
    /// A stored pairing that can't be read.
    #[error("the stored pairing can't be read: {reason}")]
    PairingRecord {
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl Explain for InputError {
    fn code(&self) -> &'static str {
        match self {
            Self::Path(error) => error.code(),
            Self::PinFormat => "E-PIN-FORMAT",
            Self::PukFormat => "E-PUK-FORMAT",
            Self::SamePins => "E-PIN-SAME",
            Self::RetryLimit { .. } => "E-RETRY-LIMIT",
            Self::MnemonicWord { .. } => "E-MNEMONIC-WORD",
            Self::MnemonicLength { .. } => "E-MNEMONIC-LENGTH",
            Self::MnemonicChecksum => "E-MNEMONIC-CHECKSUM",
            Self::Hex { .. } => "E-HEX",
            Self::Length { .. } => "E-LENGTH",
            Self::Key { .. } => "E-KEY-INVALID",
            Self::PairingRecord { .. } => "E-PAIRING-RECORD",
        }
    }

    fn family(&self) -> Family {
        match self {
            Self::PairingRecord { .. } => Family::Data,
            _ => Family::Usage,
        }
    }

    fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::Path(error) => error.hint(),
            Self::PinFormat => "Nothing was sent to the card, no try spent.".into(),
            Self::PukFormat => "Nothing was sent to the card, no try spent.".into(),
            Self::RetryLimit { min, max, .. } => {
                format!("Choose a number from {min} to {max}.").into()
            }
            Self::MnemonicLength { .. } => {
                "Give all its words, with spaces between them, on one line.".into()
            }
            Self::Hex { .. } => {
                "Hexadecimal digits are 0 to 9 and a to f, two for each byte.".into()
            }
            Self::Length { .. } => "Check for something that is missing or too much.".into(),
            Self::Key { .. } => "Check for a digit that is wrong or missing.".into(),
            Self::SamePins => {
                "Choose two different PINs; otherwise the card can't tell them apart.".into()
            }
            Self::MnemonicWord { .. } => {
                "Check the spelling; the first four letters decide.".into()
            }
            Self::MnemonicChecksum => {
                "A word is wrong or two are swapped; compare with what you wrote down.".into()
            }
            Self::PairingRecord { .. } => "Remove the stored pairing and pair again.".into(),
        }
    }
}
