//! What went wrong, as the person or program in front of the command sees it: family (exit code), stable code, message, hint, details.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

/// The families of errors. Each is one exit code; the numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Family {
    /// The command line or an answer to a prompt.
    Usage = 2,
    /// Reader, PC/SC service, simulator.
    Transport = 3,
    /// The card's state, or an answer that wasn't expected.
    Card = 4,
    /// The export policy refused.
    Policy = 5,
    /// PIN, PUK, pairing, MAC.
    Authentication = 6,
    /// Files, stores, envelopes.
    Data = 7,
}

/// An error with all that is printed of it. Never holds a secret.
#[derive(Debug)]
pub struct CliError {
    pub family: Family,
    /// Stable, `E-…`; programs may compare it.
    pub code: &'static str,
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// More for programs, by name: tries left, the word's number and the like.
    pub details: Map<String, Value>,
}

/// The result of everything that can end the command.
pub type Result<T, E = CliError> = std::result::Result<T, E>;

impl CliError {
    /// An error of a family, with its stable code and a message that starts in lower case and has no full stop.
    pub fn new(family: Family, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            family,
            code,
            message: message.into(),
            hint: None,
            details: Map::new(),
        }
    }

    pub fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Family::Usage, code, message)
    }

    pub fn transport(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Family::Transport, code, message)
    }

    pub fn data(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Family::Data, code, message)
    }

    /// What to do next: a sentence, or a command to type.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A detail for programs.
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        self.family as u8
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {} [{}]", self.message, self.code)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CliError {}

impl Serialize for CliError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("hint", &self.hint)?;
        map.serialize_entry("exit", &self.exit_code())?;
        map.serialize_entry("details", &self.details)?;
        map.end()
    }
}
