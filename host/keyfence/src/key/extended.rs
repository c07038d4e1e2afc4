//! An extended public key: a public key with the chain code that derives its soft children.

use super::PublicKey;

/// A public key and its chain code. Not secret, but it shows every soft child's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedPublicKey {
    /// The public key.
    pub public_key: PublicKey,
    /// The chain code.
    pub chain_code: [u8; 32],
}
