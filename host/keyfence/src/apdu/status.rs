//! Status words (ISO 7816-4, and the Keycard's uses of them).

use std::fmt;

/// The two bytes that end every answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusWord(pub u16);

impl StatusWord {
    /// Success.
    pub const OK: Self = Self(0x9000);
    /// Wrong length.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// Security status not satisfied: plain, the channel is closed.
    pub const SECURITY: Self = Self(0x6982);
    /// Conditions of use not satisfied.
    pub const CONDITIONS: Self = Self(0x6985);
    /// Authentication method blocked (some genuine cards' blocked PIN).
    pub const BLOCKED: Self = Self(0x6983);
    /// Invalid data: here an invalid BIP-32 child.
    pub const INVALID_CHILD: Self = Self(0x6984);
    /// Wrong data.
    pub const WRONG_DATA: Self = Self(0x6A80);
    /// File or applet not found.
    pub const NOT_FOUND: Self = Self(0x6A82);
    /// Not enough room: no free pairing slot.
    pub const FULL: Self = Self(0x6A84);
    /// Wrong P1 or P2.
    pub const WRONG_P1P2: Self = Self(0x6A86);
    /// Referenced data not found: no PIN-less path.
    pub const REFERENCE: Self = Self(0x6A88);
    /// Wrong parameters: no parent, unknown option.
    pub const NO_PARENT: Self = Self(0x6B00);
    /// Unknown instruction.
    pub const UNKNOWN_INS: Self = Self(0x6D00);
    /// Unknown class.
    pub const UNKNOWN_CLA: Self = Self(0x6E00);

    /// Whether this is 9000.
    pub fn is_ok(self) -> bool {
        self == Self::OK
    }

    /// The tries left that a 63Cx tells, 0 for a blocked PIN.
    pub fn tries_left(self) -> Option<u8> {
        (self.0 & 0xfff0 == 0x63c0).then_some((self.0 & 0x0f) as u8)
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Debug for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusWord({:04X})", self.0)
    }
}
