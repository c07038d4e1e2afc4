//! A private key that left the card, or that goes onto it.

use super::PublicKey;
use crate::{error::InputError, secret::Secret32};

/// A private key of secp256k1: a scalar from 1 to n - 1, big-endian. Wiped on drop, compared in constant time, never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateKey(Secret32);

impl PrivateKey {
    /// Checks that the scalar is neither 0 nor n or above.
    pub fn new(scalar: Secret32) -> Result<Self, InputError> {
        match k256::SecretKey::from_slice(scalar.expose()) {
            Ok(_) => Ok(Self(scalar)),
            Err(_) => Err(InputError::Key {
                what: "the private key",
            }),
        }
    }

    /// Reads 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, InputError> {
        Self::new(Secret32::from_slice(bytes)?)
    }

    /// The scalar's bytes. Whoever copies them wipes the copy.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// The public key that belongs to it.
    pub fn public_key(&self) -> Result<PublicKey, InputError> {
        let secret = k256::SecretKey::from_slice(self.expose()).map_err(|_| InputError::Key {
            what: "the private key",
        })?;
        Ok(PublicKey::from_point(&secret.public_key()))
    }
}
