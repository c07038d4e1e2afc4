//! secp256k1 keys as the card gives and takes them.

mod agreement;
mod extended;
mod private;
mod public;

pub(crate) use agreement::EphemeralKey;
pub use extended::ExtendedPublicKey;
pub use private::PrivateKey;
pub use public::PublicKey;

/// What tells one wallet from another: SHA-256 of the uncompressed master public key.
pub type KeyUid = [u8; 32];
