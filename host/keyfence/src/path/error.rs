//! Why a text is no path, and where.

use super::MAX_DEPTH;
use crate::error::{Explain, Family};
use std::{borrow::Cow, fmt};

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
