//! Topics: the first four bytes of keccak-256 of a channel's name, and the names of all five kinds.

use core::fmt;
use core::str::FromStr;

use sha3::{Digest, Keccak256};
use zeroize::Zeroizing;

use crate::{Error, PublicKey, SecretKey};

/// Number of partitioned topics: public keys share one when their X coordinates agree modulo this.
pub const PARTITIONS: u16 = 5000;

/// Four bytes by which receivers pick out envelopes that may be theirs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Topic(pub [u8; 4]);

impl Topic {
    /// The topic of a channel's name.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        let hash = Keccak256::digest(name.as_bytes());
        Self([hash[0], hash[1], hash[2], hash[3]])
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for Topic {
    type Err = Error;

    /// Eight hexadecimal digits, with or without `0x`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut topic = [0; 4];
        hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut topic)
            .map_err(|_| Error::Text("a topic is eight hexadecimal digits"))?;
        Ok(Self(topic))
    }
}

/// Name of the topic that only this key listens on: `contact-discovery-` and the key's 130 hexadecimal digits.
pub(crate) fn personal_name(key: &PublicKey) -> String {
    format!("contact-discovery-{}", key.to_hex())
}

/// Name of the topic shared by one in 5,000 keys: `contact-discovery-` and the decimal remainder of X.
pub(crate) fn partitioned_name(key: &PublicKey) -> String {
    let x = &key.to_bytes()[1..33];
    let remainder = x.iter().fold(0u32, |r, &byte| {
        (r << 8 | u32::from(byte)) % u32::from(PARTITIONS)
    });
    format!("contact-discovery-{remainder}")
}

/// Name (and password) of the topic on which a key publishes its contact code.
pub(crate) fn contact_code_name(key: &PublicKey) -> String {
    format!("0x{}-contact-code", key.to_hex())
}

/// Name (and password) of the topic that two keys negotiate: hex of the X coordinate of their Diffie-Hellman point.
pub(crate) fn negotiated_name(own: &SecretKey, other: &PublicKey) -> Zeroizing<String> {
    Zeroizing::new(hex::encode(own.shared_x(other).as_slice()))
}
