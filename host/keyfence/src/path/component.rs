//! One component of a derivation path.

use std::fmt;

/// One step of a derivation path: an index of 31 bits and the hardened bit (bit 31), as BIP-32 encodes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component(pub(super) u32);

impl Component {
    /// Bit 31: set in a hardened component.
    pub const HARDENED_BIT: u32 = 0x8000_0000;
    /// The lowest of all components, `0`.
    pub const MIN: Self = Self(0);
    /// The highest of all components, `2147483647'`.
    pub const MAX: Self = Self(u32::MAX);

    /// The component `index'`, or `None` when the index needs more than 31 bits.
    pub const fn hardened(index: u32) -> Option<Self> {
        if index < Self::HARDENED_BIT {
            Some(Self(index | Self::HARDENED_BIT))
        } else {
            None
        }
    }

    /// The component `index` without hardening, or `None` when the index needs more than 31 bits.
    pub const fn normal(index: u32) -> Option<Self> {
        if index < Self::HARDENED_BIT {
            Some(Self(index))
        } else {
            None
        }
    }

    /// The component that these 32 bits encode; every value is one.
    pub const fn from_u32(bits: u32) -> Self {
        Self(bits)
    }

    /// The 32 bits that encode the component.
    pub const fn to_u32(self) -> u32 {
        self.0
    }

    /// Whether bit 31 is set.
    pub const fn is_hardened(self) -> bool {
        self.0 & Self::HARDENED_BIT != 0
    }

    /// The index without the hardened bit.
    pub const fn index(self) -> u32 {
        self.0 & !Self::HARDENED_BIT
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}",
            self.index(),
            if self.is_hardened() { "'" } else { "" }
        )
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
