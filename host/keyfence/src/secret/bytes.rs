//! 32 secret bytes, what every symmetric and private key here consists of.

use crate::error::InputError;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// 32 secret bytes.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret32([u8; 32]);

impl Secret32 {
    /// Takes the bytes over; the caller wipes its own copy.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, InputError> {
        let mut secret = Self([0; 32]);
        if bytes.len() != secret.0.len() {
            return Err(InputError::Length {
                what: "the secret",
                given: bytes.len(),
                expected: "it must have 32",
            });
        }
        secret.0.copy_from_slice(bytes);
        Ok(secret)
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, InputError> {
        let mut secret = Self([0; 32]);
        hex::decode_to_slice(text.trim(), &mut secret.0).map_err(|_| InputError::Hex {
            what: "32 secret bytes",
        })?;
        Ok(secret)
    }

    /// 32 bytes from the operating system's generator.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut secret = Self([0; 32]);
        getrandom::fill(&mut secret.0)?;
        Ok(secret)
    }

    /// The bytes. Whoever copies them wipes the copy.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Secret32 {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Secret32 {}

impl fmt::Debug for Secret32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret32(32 bytes)")
    }
}
