//! What a reported version can do: the differences of genuine cards from 2.2 to 3.2.

use crate::error::CardError;
use std::fmt;

/// The version that SELECT reports, major and minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Major.
    pub major: u8,
    /// Minor.
    pub minor: u8,
}

impl Version {
    /// 3.0: data, Cash.
    pub const V3_0: Self = Self { major: 3, minor: 0 };
    /// 3.1: identity, factory reset, alternative PIN, extended public keys.
    pub const V3_1: Self = Self { major: 3, minor: 1 };
    /// 3.2: ephemeral pairings, seeds of any length.
    pub const V3_2: Self = Self { major: 3, minor: 2 };
    /// 4.0: another secure channel.
    pub const V4_0: Self = Self { major: 4, minor: 0 };

    /// From the two bytes of SELECT.
    pub fn from_bytes([major, minor]: [u8; 2]) -> Self {
        Self { major, minor }
    }

    /// An error unless this version is `since` or later.
    pub(crate) fn require(
        self,
        since: Self,
        what: &'static str,
        words: &'static str,
    ) -> Result<(), CardError> {
        if self >= since {
            Ok(())
        } else {
            Err(CardError::Unsupported { what, since: words })
        }
    }

    /// Whether EXPORT KEY of the master with option 1 returns a stale key, so that DERIVE KEY has to go before it (up to 3.0.2).
    pub(crate) fn exports_stale_master(self) -> bool {
        self < Self::V3_1
    }

    /// Whether NDEF content is set by its own instruction, in one piece (2.x).
    pub(crate) fn sets_ndef_by_own_instruction(self) -> bool {
        self < Self::V3_0
    }

    /// Whether NDEF content may come in several pieces (3.2 and later).
    pub(crate) fn stores_ndef_in_pieces(self) -> bool {
        self >= Self::V3_2
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
