//! What a path given to a command is appended to.

/// What the components given to DERIVE KEY, SIGN or EXPORT KEY are appended to (bits 7 and 6 of P1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PathSource {
    /// The master key.
    #[default]
    Master,
    /// The parent of the card's current path.
    Parent,
    /// The card's current path.
    Current,
}

impl PathSource {
    /// The bits in P1.
    pub const fn bits(self) -> u8 {
        match self {
            Self::Master => 0x00,
            Self::Parent => 0x40,
            Self::Current => 0x80,
        }
    }
}
