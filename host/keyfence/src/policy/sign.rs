//! The policy authority: its key, its signature over a policy, and where the signing key may live.

use core::fmt;

use k256::PublicKey;
use k256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use k256::ecdsa::{Signature, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::encoding::{Policy, Refusal, SignedPolicy};

/// What is signed begins with these bytes, so that the signature can't be taken for one over anything else.
pub const SIGNING_DOMAIN: &[u8] = b"keycard-export-policy-v1";

/// An authority's public key: an uncompressed point of secp256k1, 65 bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AuthorityKey([u8; Self::LEN]);

/// The first 8 bytes of SHA-256 of an authority's 65-byte key, by which cards and people name it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 8]);

impl AuthorityKey {
    /// The length of the encoded key.
    pub const LEN: usize = 65;

    /// The key that these bytes encode: 04, then x and y, 32 bytes each. `None` when they are no point of the curve.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; Self::LEN] = bytes.try_into().ok()?;
        if bytes.first() != Some(&4) {
            return None;
        }
        PublicKey::from_sec1_bytes(&bytes).ok().map(|_| Self(bytes))
    }

    /// The 65 bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// The name of the key.
    pub fn fingerprint(&self) -> Fingerprint {
        let digest: [u8; 32] = Sha256::digest(self.0).into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        Fingerprint([a, b, c, d, e, f, g, h])
    }
}

impl fmt::Debug for AuthorityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthorityKey({})", self.fingerprint())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whoever signs policies: a key in a file, in a hardware module, on another computer.
pub trait PolicyAuthority {
    /// Why it couldn't sign.
    type Error;

    /// The public key that cards know.
    fn public_key(&self) -> AuthorityKey;

    /// An ECDSA signature over SHA-256 of [`signing_message`], DER-encoded. The whole policy is passed so that a signer with eyes of its
    /// own can look at it.
    fn sign(&self, policy: &Policy) -> Result<Vec<u8>, Self::Error>;
}

/// The bytes whose SHA-256 an authority signs.
pub fn signing_message(policy: &Policy) -> Vec<u8> {
    [SIGNING_DOMAIN, &policy.encode()].concat()
}

/// Whether the signature, high or low s, is this authority's over the encoded policy.
pub fn verify_signature(encoded_policy: &[u8], signature: &[u8], authority: &AuthorityKey) -> bool {
    let digest = Sha256::new()
        .chain_update(SIGNING_DOMAIN)
        .chain_update(encoded_policy)
        .finalize();
    let Ok(key) = VerifyingKey::from_sec1_bytes(authority.as_bytes()) else {
        return false;
    };
    let Ok(signature) = Signature::from_der(signature) else {
        return false;
    };
    // k256 takes low s only; the two forms of one signature are equally valid on cards.
    key.verify_prehash(&digest, &signature.normalize_s())
        .is_ok()
}

impl SignedPolicy {
    /// The policy, signed by this authority.
    pub fn sign<A: PolicyAuthority>(
        policy: Policy,
        authority: &A,
    ) -> Result<Result<Self, Refusal>, A::Error> {
        let signature = authority.sign(&policy)?;
        Ok(Self::new(policy, signature))
    }

    /// Whether the signature is this authority's.
    pub fn is_signed_by(&self, authority: &AuthorityKey) -> bool {
        verify_signature(&self.policy().encode(), self.signature(), authority)
    }
}

/// An authority whose signing key is in this process's memory, wiped when dropped.
pub struct SoftwareAuthority(SigningKey);

impl SoftwareAuthority {
    /// The authority with this secret scalar, or `None` when it is 0 or not below the curve's order.
    pub fn from_secret(secret: &[u8; 32]) -> Option<Self> {
        SigningKey::from_slice(secret).ok().map(Self)
    }
}

impl fmt::Debug for SoftwareAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SoftwareAuthority({})", self.public_key().fingerprint())
    }
}

impl PolicyAuthority for SoftwareAuthority {
    type Error = SigningFailed;

    fn public_key(&self) -> AuthorityKey {
        let mut bytes = [0; AuthorityKey::LEN];
        let point = self.0.verifying_key().to_sec1_point(false);
        for (place, byte) in bytes.iter_mut().zip(point.as_bytes()) {
            *place = *byte;
        }
        AuthorityKey(bytes)
    }

    fn sign(&self, policy: &Policy) -> Result<Vec<u8>, SigningFailed> {
        let digest = Sha256::digest(signing_message(policy));
        let signature: Signature = self.0.sign_prehash(&digest).map_err(|_| SigningFailed)?;
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

/// A software key couldn't sign: a one-in-2^128 event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningFailed;

impl fmt::Display for SigningFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the authority's key couldn't sign")
    }
}

impl std::error::Error for SigningFailed {}
