//! Errors: each has a stable code, a family and a hint for what to do next.

mod card;
mod input;
mod transport;

pub use card::CardError;
pub use input::InputError;
pub use transport::TransportError;

use crate::policy::StateError;
use std::borrow::Cow;

/// The family an error belongs to; the command line maps it to an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// What the caller gave can't be used: a bad path, PIN format or mnemonic word.
    Usage,
    /// Reader, PC/SC service or simulator.
    Transport,
    /// The card's state or an answer nobody expects.
    Card,
    /// The export policy refused.
    Policy,
    /// PIN, PUK, pairing or the channel's MAC.
    Authentication,
    /// Stored data: pairings, stores, envelopes.
    Data,
}

/// What every error of this project can tell beside its message.
pub trait Explain: std::error::Error {
    /// A stable code such as `E-PIN-WRONG`, for programs and for looking up.
    fn code(&self) -> &'static str;
    /// The family, which decides the exit code.
    fn family(&self) -> Family;
    /// What to do next.
    fn hint(&self) -> Cow<'static, str>;
}

/// Any error of the library.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The way to the card failed.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The card refused or answered strangely.
    #[error(transparent)]
    Card(#[from] CardError),
    /// The caller's input can't be used.
    #[error(transparent)]
    Input(#[from] InputError),
    /// What the card tells of its policy doesn't hold together.
    #[error(transparent)]
    Policy(#[from] StateError),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Random(#[from] getrandom::Error),
}

impl Error {
    fn inner(&self) -> Option<&dyn Explain> {
        match self {
            Self::Transport(error) => Some(error),
            Self::Card(error) => Some(error),
            Self::Input(error) => Some(error),
            Self::Policy(error) => Some(error),
            Self::Random(_) => None,
        }
    }

    /// The card error, if it is one.
    pub fn card(&self) -> Option<&CardError> {
        match self {
            Self::Card(error) => Some(error),
            _ => None,
        }
    }
}

impl Explain for Error {
    fn code(&self) -> &'static str {
        self.inner().map_or("E-RANDOM", Explain::code)
    }

    fn family(&self) -> Family {
        self.inner().map_or(Family::Usage, Explain::family)
    }

    fn hint(&self) -> Cow<'static, str> {
        self.inner().map_or(
            Cow::Borrowed("Repeat the command; the system's random source may not be ready yet."),
            Explain::hint,
        )
    }
}

/// A step to another state that failed, with the session still in its old state, so that the caller can try again.
///
/// `?` in a function that returns [`Error`] drops the session.
#[derive(Debug)]
pub struct Failed<S> {
    /// The session as it was; if the channel broke, its commands answer [`CardError::ChannelClosed`].
    pub session: S,
    /// Why the step failed.
    pub error: Error,
}

impl<S> From<Failed<S>> for Error {
    fn from(failed: Failed<S>) -> Self {
        failed.error
    }
}

impl<S> From<Box<Failed<S>>> for Error {
    fn from(failed: Box<Failed<S>>) -> Self {
        failed.error
    }
}
