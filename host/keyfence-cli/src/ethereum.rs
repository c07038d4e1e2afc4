//! What Ethereum makes of a public key.

use alloy_primitives::Address;
use keyfence::key::PublicKey;

/// The first account of most Ethereum wallets.
pub const DEFAULT_PATH: &str = "m/44'/60'/0'/0/0";

/// The address, with EIP-55's checksum in its letters.
pub fn address_of(key: &PublicKey) -> String {
    let [_, point @ ..] = key.as_bytes();
    Address::from_raw_public_key(point).to_checksum(None)
}
