//! A public key: a point of secp256k1.

use crate::error::InputError;
use k256::elliptic_curve::sec1::ToSec1Point;
use sha2::{Digest, Sha256};
use std::fmt;

/// A point of secp256k1, kept uncompressed: 04, X (32), Y (32), big-endian.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 65]);

impl PublicKey {
    /// Reads SEC1 bytes: 65 uncompressed or 33 compressed. A point off the curve is refused.
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, InputError> {
        let point = k256::PublicKey::from_sec1_bytes(bytes).map_err(|_| InputError::Key {
            what: "the public key",
        })?;
        Ok(Self::from_point(&point))
    }

    pub(crate) fn from_point(point: &k256::PublicKey) -> Self {
        let mut bytes = [0; 65];
        bytes.copy_from_slice(point.to_sec1_point(false).as_bytes());
        Self(bytes)
    }

    /// The 65 bytes of the uncompressed form.
    pub fn as_bytes(&self) -> &[u8; 65] {
        &self.0
    }

    /// The 33 bytes of the compressed form.
    pub fn to_compressed(&self) -> [u8; 33] {
        let mut bytes = [0; 33];
        bytes[0] = 2 + (self.0[64] & 1);
        bytes[1..].copy_from_slice(&self.0[1..33]);
        bytes
    }

    /// SHA-256 of the uncompressed form: the KEY_UID, if this is a master key.
    pub fn key_uid(&self) -> super::KeyUid {
        Sha256::digest(self.0).into()
    }

    /// The point for calculations.
    pub(crate) fn to_point(self) -> Result<k256::PublicKey, InputError> {
        k256::PublicKey::from_sec1_bytes(&self.0).map_err(|_| InputError::Key {
            what: "the public key",
        })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}
