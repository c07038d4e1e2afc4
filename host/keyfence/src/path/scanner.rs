//! Reads the text forms of paths and of the policy's rules.

use super::{Component, PathError, PathErrorKind};

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
