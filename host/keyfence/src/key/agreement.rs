//! The host's half of a key agreement: an ephemeral key, used once.

use super::PublicKey;
use crate::{
    error::{Error, InputError},
    secret::Secret32,
};

/// A key pair for one ECDH.
pub(crate) struct EphemeralKey(k256::SecretKey);

impl EphemeralKey {
    pub(crate) fn random() -> Result<Self, Error> {
        loop {
            // A scalar that is 0 or not below n comes up once in 2^128 draws.
            if let Ok(key) = k256::SecretKey::from_slice(Secret32::random()?.expose()) {
                return Ok(Self(key));
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn from_scalar(scalar: &[u8]) -> Self {
        Self(k256::SecretKey::from_slice(scalar).unwrap())
    }

    pub(crate) fn public_key(&self) -> PublicKey {
        PublicKey::from_point(&self.0.public_key())
    }

    /// The X coordinate of the common point.
    pub(crate) fn agree(self, other: &PublicKey) -> Result<Secret32, InputError> {
        let shared = self.0.diffie_hellman(&other.to_point()?);
        Secret32::from_slice(shared.raw_secret_bytes())
    }
}
