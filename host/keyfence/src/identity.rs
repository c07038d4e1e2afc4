//! A card's identity: its certificate, and what to make of it.

use crate::{commands::Identification, key::PublicKey, signature::recover};
use sha2::{Digest, Sha256};
use std::fmt;

/// An identity certificate: a card's identity key, signed by an issuer.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The card's identity key.
    pub identity_key: PublicKey,
    bytes: [u8; Self::LENGTH],
}

impl Certificate {
    /// Compressed key (33), recoverable signature of its SHA-256 (65).
    pub const LENGTH: usize = 98;

    /// Reads exactly [`Self::LENGTH`] bytes that start with a point of the curve.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; Self::LENGTH] = bytes.try_into().ok()?;
        let identity_key = PublicKey::from_sec1(&bytes[..33]).ok()?;
        Some(Self {
            identity_key,
            bytes,
        })
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.bytes
    }

    /// The key that signed it; `None` if the signature is none.
    pub fn issuer(&self) -> Option<PublicKey> {
        let (key, signature) = self.bytes.split_at(33);
        recover(signature.try_into().ok()?, &Sha256::digest(key).into())
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", hex::encode(self.bytes))
    }
}

/// What an identification proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The card holds the identity key, and the issuer asked for signed it.
    Genuine,
    /// The card holds the identity key, but another issuer signed it.
    OtherIssuer {
        /// Who did.
        issuer: PublicKey,
    },
    /// The certificate's signature is none.
    NoIssuer,
    /// The card doesn't hold the identity key: its signature over the challenge is wrong. A copied certificate.
    NotTheHolder,
}

impl Identification {
    /// Judges against the issuer's key.
    pub fn verdict(&self, issuer: &PublicKey) -> Verdict {
        if !self
            .signature
            .verifies(&self.challenge, &self.certificate.identity_key)
        {
            return Verdict::NotTheHolder;
        }
        match self.certificate.issuer() {
            None => Verdict::NoIssuer,
            Some(found) if found == *issuer => Verdict::Genuine,
            Some(issuer) => Verdict::OtherIssuer { issuer },
        }
    }
}
