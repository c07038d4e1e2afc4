//! secp256k1 keys as Whisper uses them: 65-byte public keys and zeroized private ones.

use core::fmt;
use core::str::FromStr;

use k256::elliptic_curve::sec1::ToSec1Point;
use zeroize::Zeroizing;

use crate::Error;

/// A public key of secp256k1, shown and compared as its 65 bytes `04 X Y`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub(crate) k256::PublicKey);

impl PublicKey {
    /// Reads 65 bytes `04 X Y` or 33 bytes `02|03 X`.
    ///
    /// # Errors
    /// [`Error::PublicKey`] for another length or form, or a point off the curve.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        match (bytes.len(), bytes.first()) {
            (65, Some(4)) | (33, Some(2 | 3)) => k256::PublicKey::from_sec1_bytes(bytes)
                .map(Self)
                .map_err(|_| Error::PublicKey),
            _ => Err(Error::PublicKey),
        }
    }

    /// The 65 bytes `04 X Y`.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 65] {
        let mut bytes = [0; 65];
        bytes.copy_from_slice(self.0.to_sec1_point(false).as_bytes());
        bytes
    }

    /// The 130 hexadecimal digits of [`to_bytes`](Self::to_bytes), lower case.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.to_bytes())
    }
}

impl FromStr for PublicKey {
    type Err = Error;

    /// Hexadecimal digits, with or without `0x`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        if digits.len() > 130 {
            return Err(Error::PublicKey);
        }
        Self::from_bytes(&hex::decode(digits).map_err(|_| Error::PublicKey)?)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// A private key of secp256k1: wiped on drop, never shown, never serialised.
#[derive(Clone)]
pub struct SecretKey {
    pub(crate) secret: k256::SecretKey,
    // Made once: making one costs as much as a signature.
    pub(crate) signing: k256::ecdsa::SigningKey,
    public: PublicKey,
}

impl SecretKey {
    /// Reads 32 bytes, big-endian.
    ///
    /// # Errors
    /// [`Error::SecretKey`] for another length, 0, or the curve's order and more.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| Error::SecretKey)?;
        let secret = k256::SecretKey::from_bytes(bytes.into()).map_err(|_| Error::SecretKey)?;
        let signing = k256::ecdsa::SigningKey::from(&secret);
        let public = PublicKey(k256::PublicKey::from(signing.verifying_key()));
        Ok(Self {
            secret,
            signing,
            public,
        })
    }

    /// The public key that belongs to it.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// X coordinate (32 bytes, big-endian) of the Diffie-Hellman point with another's public key.
    #[must_use]
    pub fn shared_x(&self, other: &PublicKey) -> Zeroizing<[u8; 32]> {
        let shared =
            k256::ecdh::diffie_hellman(self.secret.to_nonzero_scalar(), other.0.as_affine());
        let mut x = Zeroizing::new([0; 32]);
        x.copy_from_slice(shared.raw_secret_bytes());
        x
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}
