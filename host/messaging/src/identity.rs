//! The two keys that leave the card, and what is made of them.

use core::fmt;

use keyfence::CardError;
use keyfence::session::{Session, Verified};
use zeroize::Zeroizing;

use crate::{Error, PublicKey, SecretKey};

/// Both keys of a card. Neither can be serialised:
///
/// ```compile_fail
/// fn serialisable<T: serde::Serialize>() {}
/// serialisable::<keyfence_messaging::WhisperIdentity>();
/// ```
/// ```compile_fail
/// fn serialisable<T: serde::Serialize>() {}
/// serialisable::<keyfence_messaging::DatabaseKey>();
/// ```
#[derive(Clone, Debug)]
pub struct CardKeys {
    /// The chat identity.
    pub whisper: WhisperIdentity,
    /// The store's key.
    pub database: DatabaseKey,
}

impl CardKeys {
    /// Takes both keys from an open card whose PIN is verified: in one APDU where the card can.
    ///
    /// # Errors
    /// What the library says of the card; [`keyfence::CardError::ExportRefused`] if its policy lets one of them not out.
    pub fn from_card(session: &mut Session<Verified>) -> Result<Self, keyfence::Error> {
        let keys = session.export_eip1581()?;
        let read = || -> Result<Self, Error> {
            Ok(Self {
                whisper: WhisperIdentity::from_bytes(keys.whisper.expose())?,
                database: DatabaseKey::from_bytes(keys.database.expose())?,
            })
        };
        // The library has checked both scalars: this can't fail.
        read().map_err(|_| {
            CardError::MalformedAnswer {
                command: "EXPORT KEY",
                what: "not a private key",
            }
            .into()
        })
    }
}

/// The chat identity: opens and signs envelopes, negotiates topics. Wiped on drop, never serialised.
#[derive(Clone)]
pub struct WhisperIdentity(SecretKey);

impl WhisperIdentity {
    /// From the 32 bytes of m/43'/60'/1581'/0'/0.
    ///
    /// # Errors
    /// [`Error::SecretKey`] if they are no private key.
    pub fn from_bytes(private: &[u8]) -> Result<Self, Error> {
        SecretKey::from_bytes(private).map(Self)
    }

    /// The public key: the identity's name.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }

    /// The private key, for opening and signing.
    #[must_use]
    pub fn secret_key(&self) -> &SecretKey {
        &self.0
    }
}

impl fmt::Debug for WhisperIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WhisperIdentity")
            .field(self.public_key())
            .finish()
    }
}

/// The key of the message store. Wiped on drop, never serialised.
#[derive(Clone)]
#[cfg_attr(not(feature = "store"), allow(dead_code))]
pub struct DatabaseKey {
    private: Zeroizing<[u8; 32]>,
    public: Zeroizing<[u8; 65]>,
}

impl DatabaseKey {
    /// From the 32 bytes of m/43'/60'/1581'/1'/0.
    ///
    /// # Errors
    /// [`Error::SecretKey`] if they are no private key.
    pub fn from_bytes(private: &[u8]) -> Result<Self, Error> {
        let key = SecretKey::from_bytes(private)?;
        let mut copy = Zeroizing::new([0; 32]);
        copy.copy_from_slice(private);
        Ok(Self {
            private: copy,
            public: Zeroizing::new(key.public_key().to_bytes()),
        })
    }

    /// The raw key of the own format: HKDF-SHA-256(private key, no salt, info "keyfence database v1"), as 64
    /// hexadecimal digits.
    #[cfg(feature = "store")]
    pub(crate) fn own_hex(&self) -> Zeroizing<String> {
        let mut raw = Zeroizing::new([0; 32]);
        // 32 bytes are far below HKDF's limit of 255 hashes: this can't fail.
        let expanded = hkdf::Hkdf::<sha2::Sha256>::new(None, self.private.as_slice())
            .expand(b"keyfence database v1", raw.as_mut_slice());
        debug_assert!(expanded.is_ok());
        Zeroizing::new(hex::encode(raw.as_slice()))
    }

    /// The 130 hexadecimal digits of the public key: in the Status format they are the secret.
    #[cfg(feature = "store")]
    pub(crate) fn public_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.public.as_slice()))
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(..)")
    }
}
