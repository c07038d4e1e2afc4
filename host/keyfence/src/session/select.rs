//! SELECT, and what kind of session it starts.

use super::{
    Session,
    link::Link,
    state::{Selected, State, Uninitialized},
};
use crate::{
    commands::{CardInfo, Select},
    error::{CardError, Error, TransportError},
    transport::Card,
};

/// A selected card: new, or with credentials.
#[derive(Debug)]
pub enum Selection {
    /// Before INIT.
    Uninitialized(Session<Uninitialized>),
    /// Initialised.
    Ready(Session<Selected>),
}

impl Selection {
    /// The session of an initialised card.
    pub fn ready(self) -> Result<Session<Selected>, CardError> {
        match self {
            Self::Ready(session) => Ok(session),
            Self::Uninitialized(_) => Err(CardError::NotInitialized),
        }
    }

    /// The session of a card before INIT.
    pub fn uninitialized(self) -> Result<Session<Uninitialized>, CardError> {
        match self {
            Self::Uninitialized(session) => Ok(session),
            Self::Ready(_) => Err(CardError::AlreadyInitialized),
        }
    }
}

impl Session<Selected> {
    /// Selects the Keycard applet. A card of another secure channel version is refused before anything is tried on it.
    pub fn select(card: Box<dyn Card>) -> Result<Selection, Error> {
        start(Link::new(card))
    }
}

pub(super) fn start(mut link: Link) -> Result<Selection, Error> {
    link.set_channel(None);
    let selected = match link.command(&Select, false) {
        // Another program's reset took nothing from us yet.
        Err(Error::Transport(TransportError::ResetByOther)) => link.command(&Select, false),
        selected => selected,
    };
    let CardInfo {
        public_key,
        application,
    } = selected?;
    Ok(match application {
        None => Selection::Uninitialized(Session {
            link,
            public_key,
            state: Uninitialized(()),
        }),
        Some(application) => Selection::Ready(Session {
            link,
            public_key,
            state: Selected { application },
        }),
    })
}

impl<S: State> Session<S> {
    /// Selects again: the channel, the PIN verification and an ephemeral pairing are gone.
    pub fn reselect(self) -> Result<Selection, Error> {
        start(self.link)
    }

    /// Resets the card, then selects.
    pub fn reset(self) -> Result<Selection, Error> {
        let mut card = self.into_card();
        card.reset()?;
        Session::select(card)
    }
}
