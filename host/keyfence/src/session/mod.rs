//! A conversation with a card, with what may be asked now in its type.
//!
//! ```text
//! select ─┬─ Uninitialized ── init ──┐
//!         └─ Selected ◄──────────────┘
//!               │ with_pairing
//!             Paired ── open ── Open ── verify_pin / unblock_pin ── Verified
//! ```
//! A step that fails gives the session back in its old state ([`crate::Failed`]). A channel that broke stays in its type, but each command
//! answers [`crate::CardError::ChannelClosed`]; [`Session::reselect`] starts over.

mod card;
mod channel;
mod credentials;
mod data;
mod export;
mod keys;
mod link;
mod pairing;
mod policy;
mod select;
mod signing;
mod state;
mod uninitialized;

pub use export::Eip1581Keys;
pub use select::Selection;
pub use state::{
    ChannelState, Initialized, Open, Paired, Selected, State, Uninitialized, Verified,
};

use crate::{
    apdu::{Answer, CommandApdu},
    commands::{Application, Capabilities, Command},
    error::{CardError, Error, Failed},
    key::PublicKey,
    pairing::PairingRecord,
    transport::Card,
    version::Version,
};
use link::Link;
use std::fmt;

/// A session with a card in state `S`.
pub struct Session<S> {
    link: Link,
    public_key: PublicKey,
    state: S,
}

impl<S> fmt::Debug for Session<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session<{}>", std::any::type_name::<S>())
    }
}

impl<S: State> Session<S> {
    /// The card's channel key, as SELECT gave it.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The reader's name.
    pub fn reader_name(&self) -> &str {
        self.link.card().reader_name()
    }

    /// Whether the card is a simulated one, which protects nothing.
    pub fn is_simulated(&self) -> bool {
        self.link.card().is_simulated()
    }

    /// Ends the session.
    pub fn into_card(self) -> Box<dyn Card> {
        self.link.into_card()
    }

    /// Sends one command, in the channel if the state has one. The typed calls of each state are the usual way.
    pub fn command<C: Command>(&mut self, command: &C) -> Result<C::Answer, Error> {
        self.link.command(command, S::IN_CHANNEL)
    }

    /// Sends an APDU as it is given, in the channel if the state has one, and answers what came back, refusals too.
    pub fn transmit(&mut self, apdu: &CommandApdu) -> Result<Answer, Error> {
        self.link.transmit(apdu, S::IN_CHANNEL)
    }

    fn into_state<T>(self, change: impl FnOnce(S) -> T) -> Session<T> {
        Session {
            link: self.link,
            public_key: self.public_key,
            state: change(self.state),
        }
    }

    fn failed<T>(self, error: impl Into<Error>) -> Result<T, Box<Failed<Self>>> {
        Err(Box::new(Failed {
            session: self,
            error: error.into(),
        }))
    }
}

impl<S: Initialized> Session<S> {
    /// What SELECT told; its KEY_UID follows this session's own changes.
    pub fn application(&self) -> &Application {
        self.state.application()
    }

    /// An error unless the card's capabilities say that it can.
    fn capable(&self, capability: Capabilities, what: &'static str) -> Result<(), CardError> {
        if self.application().capabilities.has(capability) {
            return Ok(());
        }
        Err(CardError::Unsupported {
            what,
            since: "its capabilities say so",
        })
    }

    fn require(
        &self,
        since: Version,
        what: &'static str,
        words: &'static str,
    ) -> Result<(), CardError> {
        self.application().version.require(since, what, words)
    }
}

impl<S: ChannelState> Session<S> {
    /// The pairing in use.
    pub fn pairing(&self) -> &PairingRecord {
        self.state.pairing()
    }

    /// Whether the channel still stands.
    pub fn is_channel_open(&self) -> bool {
        self.link.has_channel()
    }
}
