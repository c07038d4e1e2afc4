//! Symmetric envelopes: AES-256-GCM, data = ciphertext || tag (16) || nonce (12), no associated data.

use core::fmt;

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::Error;

/// Rounds of PBKDF2-HMAC-SHA-256 from a password to a key. (Not 65,536: the reference says 65356, and so does everybody.)
pub const PASSWORD_ROUNDS: u32 = 65_356;

pub(crate) const NONCE_LENGTH: usize = 12;
pub(crate) const TAG_LENGTH: usize = 16;

/// A key for symmetric envelopes, 32 bytes, wiped on drop.
pub struct SymmetricKey {
    bytes: Zeroizing<[u8; 32]>,
    // Expanded once: most of the time spent on a short message would be the key schedule. Zeroizes itself.
    cipher: Aes256Gcm,
}

impl SymmetricKey {
    /// A key from its 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self {
            bytes: Zeroizing::new(*bytes),
            cipher: Aes256Gcm::new(bytes.into()),
        }
    }

    /// The key of a password: PBKDF2-HMAC-SHA-256 with an empty salt and [`PASSWORD_ROUNDS`].
    #[must_use]
    pub fn from_password(password: &str) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        pbkdf2::pbkdf2_hmac::<Sha256>(
            password.as_bytes(),
            b"",
            PASSWORD_ROUNDS,
            bytes.as_mut_slice(),
        );
        Self::from_bytes(&bytes)
    }

    /// The 32 bytes, for those who must hand them to another program.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Encrypts `message[prefix..]` in place and appends tag and nonce.
    pub(crate) fn seal(
        &self,
        mut message: Vec<u8>,
        nonce: &[u8; NONCE_LENGTH],
    ) -> Result<Vec<u8>, Error> {
        let tag = self
            .cipher
            .encrypt_inout_detached(&Nonce::from(*nonce), b"", message.as_mut_slice().into())
            .map_err(|_| Error::PayloadTooLarge {
                size: message.len(),
                limit: crate::MAX_PAYLOAD,
            })?;
        message.extend_from_slice(&tag);
        message.extend_from_slice(nonce);
        Ok(message)
    }

    /// Decrypts `ciphertext || tag || nonce`.
    pub(crate) fn open(&self, data: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (rest, nonce) = data
            .split_last_chunk::<NONCE_LENGTH>()
            .ok_or(Error::NotForThisKey)?;
        let (ciphertext, tag) = rest
            .split_last_chunk::<TAG_LENGTH>()
            .ok_or(Error::NotForThisKey)?;
        let mut message = Zeroizing::new(ciphertext.to_vec());
        self.cipher
            .decrypt_inout_detached(
                &Nonce::from(*nonce),
                b"",
                message.as_mut_slice().into(),
                &Tag::from(*tag),
            )
            .map_err(|_| Error::NotForThisKey)?;
        Ok(message)
    }
}

impl Clone for SymmetricKey {
    fn clone(&self) -> Self {
        Self::from_bytes(&self.bytes)
    }
}

impl Drop for SymmetricKey {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl fmt::Debug for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SymmetricKey(..)")
    }
}
