//! BIP-32 derivation paths: from the master, of at most 10 components.

mod component;
mod error;
mod scanner;
mod source;

pub use component::Component;
pub use error::{PathError, PathErrorKind};
pub(crate) use scanner::Scanner;
pub use source::PathSource;

use std::{fmt, str::FromStr};

/// The most components a path may have on a card.
pub const MAX_DEPTH: usize = 10;

/// A derivation path from the master key, of at most [`MAX_DEPTH`] components.
///
/// Text: `m/43'/60'/1581'/0'/0`, with or without the `m/`, hardened by `'`, `h` or `H`; `m` alone is the master. Printed with `m/` and `'`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path(Vec<Component>);

impl Path {
    /// The master key's path, without components.
    pub const fn master() -> Self {
        Self(Vec::new())
    }

    /// The whisper (chat identity) key of EIP-1581: `m/43'/60'/1581'/0'/0`.
    pub fn whisper() -> Self {
        Self::eip1581(0)
    }

    /// The database key that Status' clients use: `m/43'/60'/1581'/1'/0`.
    pub fn database() -> Self {
        Self::eip1581(1)
    }

    fn eip1581(key_type: u32) -> Self {
        let hardened = |index| Component(index | Component::HARDENED_BIT);
        Self(vec![
            hardened(43),
            hardened(60),
            hardened(1581),
            hardened(key_type),
            Component(0),
        ])
    }

    /// A path of these components, or `None` when there are more than [`MAX_DEPTH`].
    pub fn new(components: impl Into<Vec<Component>>) -> Option<Self> {
        let components = components.into();
        (components.len() <= MAX_DEPTH).then_some(Self(components))
    }

    /// The components, from the master downwards.
    pub fn as_slice(&self) -> &[Component] {
        &self.0
    }

    /// The number of components.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether this is the master.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The components as a card takes them: 4 bytes each, big-endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|component| component.0.to_be_bytes())
            .collect()
    }

    /// The path that these bytes encode, or `None` when they are no multiple of 4 or too many.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return None;
        }
        Self::new(
            words
                .iter()
                .map(|word| Component(u32::from_be_bytes(*word)))
                .collect::<Vec<_>>(),
        )
    }

    /// The path without its last component, or `None` for the master.
    pub fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, parent)| Self(parent.to_vec()))
    }

    /// This path with one more component, or `None` when it is full.
    pub fn child(&self, component: Component) -> Option<Self> {
        let mut components = self.0.clone();
        components.push(component);
        Self::new(components)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("m")?;
        self.0
            .iter()
            .try_for_each(|component| write!(f, "/{component}"))
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut scanner = Scanner::new(text);
        scanner.skip_master()?;
        let mut components = Vec::new();
        while !scanner.at_end() {
            if components.len() == MAX_DEPTH {
                return Err(scanner.error(PathErrorKind::TooDeep));
            }
            components.push(scanner.component()?);
            scanner.separator()?;
        }
        Ok(Self(components))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_and_the_prefix_are_equal() {
        let path: Path = "m/43'/60'/1581'/0'/0".parse().unwrap();
        assert_eq!(path, Path::whisper());
        assert_eq!("43h/60H/1581'/0'/0".parse::<Path>().unwrap(), path);
        assert_eq!(path.to_string(), "m/43'/60'/1581'/0'/0");
        assert_eq!("m".parse::<Path>().unwrap(), Path::master());
        assert_eq!(Path::from_bytes(&path.to_bytes()).unwrap(), path);
        assert_eq!(path.parent().unwrap().child(Component::MIN).unwrap(), path);
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        for (text, column, kind) in [
            ("", 1, PathErrorKind::Empty),
            ("m/", 3, PathErrorKind::NumberExpected),
            ("/44'", 1, PathErrorKind::NumberExpected),
            ("m/44'//0", 7, PathErrorKind::NumberExpected),
            ("m44", 2, PathErrorKind::Unexpected('4')),
            ("M/44'", 1, PathErrorKind::Unexpected('M')),
            ("m/44'/x", 7, PathErrorKind::Unexpected('x')),
            ("m/44''", 6, PathErrorKind::Unexpected('\'')),
            ("m/44'/2147483648", 7, PathErrorKind::IndexTooLarge),
            ("m/99999999999999999999", 3, PathErrorKind::IndexTooLarge),
            ("0/1/2/3/4/5/6/7/8/9/10", 21, PathErrorKind::TooDeep),
        ] {
            assert_eq!(
                text.parse::<Path>(),
                Err(PathError { kind, column }),
                "{text:?}"
            );
        }
        assert_eq!("0/1/2/3/4/5/6/7/8/9".parse::<Path>().unwrap().len(), 10);
    }
}
