//! What went wrong, as the person or program in front of the command sees it: family (exit code), stable code, message, hint, details.

use std::fmt;

pub use keyfence::Family;
use keyfence::{CardError, Explain, InputError, TransportError};
use serde::Serialize;
use serde_json::{Map, Value};

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
        exit_code(self.family)
    }

    /// An error that can tell code, family and hint by itself.
    pub fn from_explained(error: &dyn Explain) -> Self {
        let hint = error.hint();
        Self {
            family: error.family(),
            code: error.code(),
            message: error.to_string(),
            hint: (!hint.is_empty()).then(|| hint.into_owned()),
            details: Map::new(),
        }
    }
}

/// Each family is one exit code; the numbers are part of the interface.
pub fn exit_code(family: Family) -> u8 {
    match family {
        Family::Usage => 2,
        Family::Transport => 3,
        Family::Card => 4,
        Family::Policy => 5,
        Family::Authentication => 6,
        Family::Data => 7,
    }
}

impl From<keyfence::Error> for CliError {
    fn from(error: keyfence::Error) -> Self {
        match error {
            keyfence::Error::Card(error) => error.into(),
            keyfence::Error::Input(error) => error.into(),
            keyfence::Error::Transport(error) => error.into(),
            other => Self::from_explained(&other),
        }
    }
}

impl From<CardError> for CliError {
    fn from(error: CardError) -> Self {
        let told = Self::from_explained(&error);
        match error {
            CardError::PinWrong { tries_left } | CardError::PukWrong { tries_left } => {
                told.detail("tries_left", tries_left)
            }
            CardError::PinBlocked | CardError::PukBlocked => told.detail("tries_left", 0),
            CardError::PairingOtherCard { paired, found } => told
                .detail("paired_uid", hex::encode(paired))
                .detail("uid", hex::encode(found)),
            CardError::ExportRefused { paths } => told.detail(
                "paths",
                paths.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ),
            CardError::UnexpectedStatus { status, .. } => told.detail("status", status.to_string()),
            _ => told,
        }
    }
}

impl From<InputError> for CliError {
    fn from(error: InputError) -> Self {
        let told = Self::from_explained(&error);
        match error {
            InputError::MnemonicWord { position } => told.detail("word", position),
            InputError::MnemonicLength { count } => told.detail("words", count),
            InputError::Path(error) => told.detail("column", error.column),
            _ => told,
        }
    }
}

impl From<TransportError> for CliError {
    /// The library doesn't know how a program is told what to use: the hints say it in our options.
    fn from(error: TransportError) -> Self {
        let told = Self::from_explained(&error);
        match error {
            TransportError::NoReader => told.hint("Plug in a reader, or use a simulated card: --simulator."),
            TransportError::SeveralReaders { names } => told
                .hint("Say which one: --reader with its name or a part of it that fits only one, or KEYFENCE_READER.")
                .detail("readers", names),
            TransportError::UnknownReader { names, .. } => told.detail("readers", names),
            TransportError::SimulatorUnreachable { .. } => {
                told.hint("Start one: `keyfence sim start`.")
            }
            TransportError::SimulatorBusy { .. } => {
                told.hint("Wait for the other command to end, or start a second card: `keyfence sim start --name NAME`.")
            }
            TransportError::SimulatorGone(_) | TransportError::SimulatorTimeout(_) => told
                .hint("Start it again: `keyfence sim start`; unless it keeps a --state file its card is a new one."),
            TransportError::SimulatorNotFound { tried } => {
                let tried: Vec<_> = tried.iter().map(|path| path.display().to_string()).collect();
                let message = format!("{}; looked at: {}", told.message, tried.join(", "));
                Self { message, ..told }.detail("tried", tried)
            }
            _ => told,
        }
    }
}

impl<S> From<Box<keyfence::Failed<S>>> for CliError {
    fn from(failed: Box<keyfence::Failed<S>>) -> Self {
        failed.error.into()
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
