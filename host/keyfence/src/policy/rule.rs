//! One rule: prefix, boundary range, tail; its text form both ways.

use core::fmt;
use core::str::FromStr;
use std::borrow::Cow;

use super::{MAX_PREFIX, Path};
use crate::error::{Explain, Family};
use crate::path::{Component, MAX_DEPTH, PathError, PathErrorKind, Scanner};

/// A range of paths: fixed prefix components, one boundary component in `[lo, hi]` (both hardened), and `tail_min..=tail_max` further
/// components of any value.
///
/// Read a rule as a grant of its boundary nodes with everything below them; the tail is least privilege on top of that.
/// Text: `m/43'/60'/1581'/[0'..1']/{1..6}`; `[2']` and `{3}` are accepted for a range of one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Rule {
    prefix: Vec<Component>,
    lo: Component,
    hi: Component,
    tail_min: u8,
    tail_max: u8,
}

/// Why prefix, boundary and tail make no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleError {
    /// More than [`MAX_PREFIX`] prefix components.
    PrefixTooLong,
    /// `lo` or `hi` isn't hardened: what lies below could be climbed out of.
    BoundaryNotHardened,
    /// `lo` is above `hi`.
    BoundaryReversed,
    /// `tail_min` is above `tail_max`.
    TailReversed,
    /// Prefix, boundary and longest tail together are more than [`MAX_DEPTH`] components.
    TooDeep,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PrefixTooLong => {
                write!(f, "more than {MAX_PREFIX} components before the boundary")
            }
            Self::BoundaryNotHardened => f.write_str("the boundary isn't hardened at both ends"),
            Self::BoundaryReversed => f.write_str("the boundary range runs backwards"),
            Self::TailReversed => f.write_str("the tail range runs backwards"),
            Self::TooDeep => write!(
                f,
                "prefix, boundary and tail reach deeper than {MAX_DEPTH} components"
            ),
        }
    }
}

impl std::error::Error for RuleError {}

impl Rule {
    /// A rule of these parts.
    pub fn new(
        prefix: impl Into<Vec<Component>>,
        lo: Component,
        hi: Component,
        tail_min: u8,
        tail_max: u8,
    ) -> Result<Self, RuleError> {
        let prefix = prefix.into();
        if prefix.len() > MAX_PREFIX {
            return Err(RuleError::PrefixTooLong);
        }
        if !lo.is_hardened() || !hi.is_hardened() {
            return Err(RuleError::BoundaryNotHardened);
        }
        if lo > hi {
            return Err(RuleError::BoundaryReversed);
        }
        if tail_min > tail_max {
            return Err(RuleError::TailReversed);
        }
        if prefix.len() + 1 + usize::from(tail_max) > MAX_DEPTH {
            return Err(RuleError::TooDeep);
        }
        Ok(Self {
            prefix,
            lo,
            hi,
            tail_min,
            tail_max,
        })
    }

    /// The fixed components before the boundary.
    pub fn prefix(&self) -> &[Component] {
        &self.prefix
    }

    /// The lowest boundary component.
    pub const fn lo(&self) -> Component {
        self.lo
    }

    /// The highest boundary component.
    pub const fn hi(&self) -> Component {
        self.hi
    }

    /// The fewest components below the boundary.
    pub const fn tail_min(&self) -> u8 {
        self.tail_min
    }

    /// The most components below the boundary.
    pub const fn tail_max(&self) -> u8 {
        self.tail_max
    }

    /// How many boundary nodes the rule names.
    pub const fn boundary_count(&self) -> u32 {
        self.hi.to_u32() - self.lo.to_u32() + 1
    }

    /// The depth of the boundary nodes: the number of components of their paths.
    pub fn boundary_depth(&self) -> usize {
        self.prefix.len() + 1
    }

    /// The range of component `position` (from 0), or `None` past the boundary, where everything is allowed.
    pub fn range(&self, position: usize) -> Option<(Component, Component)> {
        if let Some(component) = self.prefix.get(position) {
            return Some((*component, *component));
        }
        (position == self.prefix.len()).then_some((self.lo, self.hi))
    }

    /// Whether the path is a boundary node of this rule or lies below one, however deep.
    pub fn covers(&self, path: &Path) -> bool {
        let path = path.as_slice();
        let Some((prefix, rest)) = path.split_at_checked(self.prefix.len()) else {
            return false;
        };
        prefix == self.prefix
            && rest
                .first()
                .is_some_and(|boundary| self.lo <= *boundary && *boundary <= self.hi)
    }

    /// Whether the whole path is one that the rule names.
    pub fn matches(&self, path: &Path) -> bool {
        let depth = self.boundary_depth();
        self.covers(path)
            && path.len() >= depth + usize::from(self.tail_min)
            && path.len() <= depth + usize::from(self.tail_max)
    }

    /// The text of the boundary nodes with everything below them, as a person reads a grant: `m/43'/60'/1581'/[0'..1']`.
    pub fn subtree_text(&self) -> String {
        let mut text = String::from("m");
        for component in &self.prefix {
            text.push_str(&format!("/{component}"));
        }
        if self.lo == self.hi {
            text.push_str(&format!("/{}", self.lo));
        } else {
            text.push_str(&format!("/[{}..{}]", self.lo, self.hi));
        }
        text
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("m")?;
        self.prefix
            .iter()
            .try_for_each(|component| write!(f, "/{component}"))?;
        write!(
            f,
            "/[{}..{}]/{{{}..{}}}",
            self.lo, self.hi, self.tail_min, self.tail_max
        )
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is no rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleTextError {
    /// What is wrong.
    pub kind: RuleTextErrorKind,
    /// The character at which it is wrong, counted from 1.
    pub column: usize,
}

/// What can be wrong with the text of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleTextErrorKind {
    /// A component or a separator is malformed.
    Path(PathErrorKind),
    /// There is no boundary: no component in brackets.
    NoBoundary,
    /// There is no tail: no range in braces at the end.
    NoTail,
    /// The closing bracket or brace is missing.
    Unclosed(char),
    /// A tail length above 9.
    TailTooLong,
    /// The parts make no rule.
    Rule(RuleError),
}

impl From<PathError> for RuleTextError {
    fn from(error: PathError) -> Self {
        Self {
            kind: RuleTextErrorKind::Path(error.kind),
            column: error.column,
        }
    }
}

impl Explain for RuleTextError {
    fn code(&self) -> &'static str {
        "E-POLICY-RULE"
    }

    fn family(&self) -> Family {
        Family::Usage
    }

    fn hint(&self) -> Cow<'static, str> {
        Cow::Borrowed(match &self.kind {
            RuleTextErrorKind::Path(
                kind @ (PathErrorKind::Unexpected('\u{2019}' | '\u{2032}' | '\u{2018}' | '`')
                | PathErrorKind::IndexTooLarge
                | PathErrorKind::TooDeep),
            ) => {
                return PathError {
                    kind: kind.clone(),
                    column: self.column,
                }
                .hint();
            }
            RuleTextErrorKind::NoBoundary => {
                "Put the hardened component, or range, whose subtrees the rule grants in brackets: [2'] or [0'..1']."
            }
            RuleTextErrorKind::NoTail => {
                "Say how many components may follow the boundary: {1..6}, or {0} for the boundary node itself."
            }
            RuleTextErrorKind::Path(_) | RuleTextErrorKind::Unclosed(_) => {
                "Write a rule as m/43'/60'/1581'/[0'..1']/{1..6}."
            }
            RuleTextErrorKind::TailTooLong | RuleTextErrorKind::Rule(RuleError::TooDeep) => {
                "A path has at most 10 components in all."
            }
            RuleTextErrorKind::Rule(RuleError::BoundaryNotHardened) => {
                "Only hardened derivation can't be climbed: mark both ends of the boundary with '."
            }
            RuleTextErrorKind::Rule(RuleError::BoundaryReversed | RuleError::TailReversed) => {
                "Write the lower end first."
            }
            RuleTextErrorKind::Rule(RuleError::PrefixTooLong) => {
                "A rule has at most 8 components before its boundary."
            }
        })
    }
}

impl fmt::Display for RuleTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.column;
        match &self.kind {
            RuleTextErrorKind::Path(PathErrorKind::Empty) => f.write_str("the rule is empty"),
            RuleTextErrorKind::Path(PathErrorKind::Unexpected(c)) => {
                write!(f, "'{c}' has no place at character {column} of the rule")
            }
            RuleTextErrorKind::Path(PathErrorKind::NumberExpected) => {
                write!(f, "a number is missing at character {column} of the rule")
            }
            RuleTextErrorKind::Path(PathErrorKind::IndexTooLarge) => {
                write!(
                    f,
                    "the index at character {column} of the rule is above 2147483647"
                )
            }
            RuleTextErrorKind::Path(PathErrorKind::TooDeep) => write!(
                f,
                "too many components, from character {column} of the rule"
            ),
            RuleTextErrorKind::NoBoundary => write!(
                f,
                "the rule has no boundary in brackets (looked for at character {column})"
            ),
            RuleTextErrorKind::NoTail => write!(
                f,
                "the rule has no tail in braces (looked for at character {column})"
            ),
            RuleTextErrorKind::Unclosed(c) => {
                write!(f, "'{c}' is missing at character {column} of the rule")
            }
            RuleTextErrorKind::TailTooLong => write!(
                f,
                "the tail at character {column} of the rule is longer than 9"
            ),
            RuleTextErrorKind::Rule(error) => write!(f, "{error} (character {column} of the rule)"),
        }
    }
}

impl std::error::Error for RuleTextError {}

impl FromStr for Rule {
    type Err = RuleTextError;

    fn from_str(text: &str) -> Result<Self, RuleTextError> {
        let at = |column, kind| RuleTextError { kind, column };
        let mut scanner = Scanner::new(text);
        scanner.skip_master()?;

        let mut prefix = Vec::new();
        while scanner.peek() != Some('[') {
            if scanner.at_end() || scanner.peek() == Some('{') {
                return Err(at(scanner.column(), RuleTextErrorKind::NoBoundary));
            }
            if prefix.len() > MAX_DEPTH {
                return Err(at(
                    scanner.column(),
                    RuleTextErrorKind::Rule(RuleError::PrefixTooLong),
                ));
            }
            prefix.push(scanner.component()?);
            scanner.separator()?;
        }

        let boundary_column = scanner.column();
        scanner.take('[');
        let lo = scanner.component()?;
        let hi = if scanner.take('.') {
            scanner.second_dot().and_then(|()| scanner.component())?
        } else {
            lo
        };
        if !scanner.take(']') {
            return Err(scanner.unclosed(']'));
        }
        if scanner.at_end() {
            return Err(at(scanner.column(), RuleTextErrorKind::NoTail));
        }
        scanner.separator()?;

        let tail_column = scanner.column();
        if !scanner.take('{') {
            return Err(at(tail_column, RuleTextErrorKind::NoTail));
        }
        let tail_min = scanner.tail_length()?;
        let tail_max = if scanner.take('.') {
            scanner
                .second_dot()
                .map_err(RuleTextError::from)
                .and_then(|()| scanner.tail_length())?
        } else {
            tail_min
        };
        if !scanner.take('}') {
            return Err(scanner.unclosed('}'));
        }
        if !scanner.at_end() {
            return Err(scanner.unexpected().into());
        }

        Self::new(prefix, lo, hi, tail_min, tail_max).map_err(|error| {
            let column = match error {
                RuleError::PrefixTooLong => 1,
                RuleError::BoundaryNotHardened | RuleError::BoundaryReversed => boundary_column,
                RuleError::TailReversed | RuleError::TooDeep => tail_column,
            };
            at(column, RuleTextErrorKind::Rule(error))
        })
    }
}

impl Scanner {
    fn second_dot(&mut self) -> Result<(), PathError> {
        if self.take('.') {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    /// The error for a range that isn't closed; a typographic apostrophe is named for what it is.
    fn unclosed(&self, closing: char) -> RuleTextError {
        match self.peek() {
            Some('\u{2019}' | '\u{2032}' | '\u{2018}' | '`') => self.unexpected().into(),
            _ => RuleTextError {
                kind: RuleTextErrorKind::Unclosed(closing),
                column: self.column(),
            },
        }
    }

    fn tail_length(&mut self) -> Result<u8, RuleTextError> {
        let column = self.column();
        let length = self.number()?;
        u8::try_from(length)
            .ok()
            .filter(|length| usize::from(*length) < MAX_DEPTH)
            .ok_or(RuleTextError {
                kind: RuleTextErrorKind::TailTooLong,
                column,
            })
    }
}
