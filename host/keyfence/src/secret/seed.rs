//! A BIP-32 seed.

use crate::error::InputError;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A BIP-32 seed of 16 to 64 bytes; BIP-39 makes 64.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Seed(Vec<u8>);

impl Seed {
    /// Takes a copy of 16 to 64 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, InputError> {
        if !(16..=64).contains(&bytes.len()) {
            return Err(InputError::Length {
                what: "the seed",
                given: bytes.len(),
                expected: "it must have 16 to 64",
            });
        }
        Ok(Self(bytes.to_vec()))
    }

    /// Reads 32 to 128 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, InputError> {
        let bytes = Zeroizing::new(
            hex::decode(text.trim()).map_err(|_| InputError::Hex { what: "the seed" })?,
        );
        Self::from_slice(&bytes)
    }

    /// The bytes.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seed({} bytes)", self.0.len())
    }
}
