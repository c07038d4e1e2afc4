//! Derivation paths: components, their text form, errors that say where, and what a path is appended to.

use crate::error::{Explain, Family};
use std::{borrow::Cow, fmt, str::FromStr};

/// The most components a path may have on a card.
pub const MAX_DEPTH: usize = 10;

/// One step of a derivation path: an index of 31 bits and the hardened bit (bit 31), as BIP-32 encodes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component(u32);

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

/// Why a text is no path, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    /// What is wrong.
    pub kind: PathErrorKind,
    /// The character at which it is wrong, counted from 1.
    pub column: usize,
}

/// What can be wrong with the text of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathErrorKind {
    /// Nothing but white space.
    Empty,
    /// A character that has no place there.
    Unexpected(char),
    /// A number was expected.
    NumberExpected,
    /// An index of 2147483648 or more.
    IndexTooLarge,
    /// More than [`MAX_DEPTH`] components.
    TooDeep,
}

impl Explain for PathError {
    fn code(&self) -> &'static str {
        "E-PATH"
    }

    fn family(&self) -> Family {
        Family::Usage
    }

    fn hint(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self.kind {
            PathErrorKind::Unexpected('\u{2019}' | '\u{2032}' | '\u{2018}' | '`') => {
                "Mark a hardened component with ' (apostrophe), h or H."
            }
            PathErrorKind::IndexTooLarge => {
                "An index is at most 2147483647; mark a hardened one with ', h or H instead of adding 2147483648."
            }
            PathErrorKind::TooDeep => "A card derives at most 10 components.",
            _ => "Write a path as m/43'/60'/1581'/0'/0.",
        })
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            PathErrorKind::Empty => f.write_str("the path is empty"),
            PathErrorKind::Unexpected(c) => write!(
                f,
                "'{c}' has no place at character {} of the path",
                self.column
            ),
            PathErrorKind::NumberExpected => write!(
                f,
                "a number is missing at character {} of the path",
                self.column
            ),
            PathErrorKind::IndexTooLarge => write!(
                f,
                "the index at character {} of the path is above 2147483647",
                self.column
            ),
            PathErrorKind::TooDeep => write!(
                f,
                "the path has more than {MAX_DEPTH} components, from character {}",
                self.column
            ),
        }
    }
}

impl std::error::Error for PathError {}

/// Reads the text forms of paths and rules from left to right, and knows the character it has reached.
pub(crate) struct Scanner {
    characters: Vec<char>,
    at: usize,
}

impl Scanner {
    pub(crate) fn new(text: &str) -> Self {
        let leading = text.chars().take_while(|c| c.is_whitespace()).count();
        Self {
            characters: text.trim_end().chars().collect(),
            at: leading,
        }
    }

    pub(crate) fn error(&self, kind: PathErrorKind) -> PathError {
        PathError {
            kind,
            column: self.column(),
        }
    }

    pub(crate) fn column(&self) -> usize {
        self.at + 1
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    pub(crate) fn at_end(&self) -> bool {
        self.at >= self.characters.len()
    }

    /// Takes the given character if it comes next.
    pub(crate) fn take(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.at += 1;
        }
        found
    }

    /// The error for whatever comes next where something else was wanted.
    pub(crate) fn unexpected(&self) -> PathError {
        match self.peek() {
            Some(c) => self.error(PathErrorKind::Unexpected(c)),
            None => self.error(PathErrorKind::NumberExpected),
        }
    }

    /// Takes an optional `m/`, or `m` alone.
    pub(crate) fn skip_master(&mut self) -> Result<(), PathError> {
        if self.at_end() {
            return Err(self.error(PathErrorKind::Empty));
        }
        if self.take('m') {
            self.separator()?;
        }
        Ok(())
    }

    /// Takes the `/` between components; one that nothing follows is an error.
    pub(crate) fn separator(&mut self) -> Result<(), PathError> {
        if self.at_end() {
            return Ok(());
        }
        if !self.take('/') {
            return Err(self.unexpected());
        }
        if self.at_end() {
            Err(self.error(PathErrorKind::NumberExpected))
        } else {
            Ok(())
        }
    }

    /// Takes a decimal or `0x` number below 2^31.
    pub(crate) fn number(&mut self) -> Result<u32, PathError> {
        let start = self.at;
        let rest = self.characters.get(start..).unwrap_or_default();
        let radix = if matches!(rest, ['0', 'x', ..]) {
            16
        } else {
            10
        };
        if radix == 16 {
            self.at += 2;
        }
        let digits = self.at;
        let mut value: u64 = 0;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(radix)) {
            value = (value * u64::from(radix) + u64::from(digit)).min(u64::from(u32::MAX));
            self.at += 1;
        }
        if self.at == digits {
            return Err(match self.peek() {
                Some(c) if c != '/' => self.error(PathErrorKind::Unexpected(c)),
                _ => self.error(PathErrorKind::NumberExpected),
            });
        }
        match u32::try_from(value) {
            Ok(index) if index < Component::HARDENED_BIT => Ok(index),
            _ => Err(PathError {
                kind: PathErrorKind::IndexTooLarge,
                column: start + 1,
            }),
        }
    }

    /// Takes a component: a number and an optional mark.
    pub(crate) fn component(&mut self) -> Result<Component, PathError> {
        let index = self.number()?;
        let hardened = self.take('\'') || self.take('h') || self.take('H');
        Ok(Component(if hardened {
            index | Component::HARDENED_BIT
        } else {
            index
        }))
    }
}

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
