//! SELECT, and what kind of session it starts.

use super::{
    Session,
    link::Link,
    state::{Initialized, Selected, State, Uninitialized},
};
use crate::{
    commands::Capabilities,
    commands::{CardInfo, Command, FactoryReset, Identification, IdentifyCard, Select},
    error::{CardError, Error, Failed},
    secret::Secret32,
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
    let CardInfo {
        public_key,
        application,
    } = link.command(&Select, false)?;
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

    fn identify_with(&mut self, challenge: [u8; 32]) -> Result<Identification, Error> {
        self.command(&IdentifyCard { challenge })
    }
}

impl Session<Uninitialized> {
    /// Asks for the card's identity certificate and a signature over a random challenge.
    pub fn identify(&mut self) -> Result<Identification, Error> {
        self.identify_with(*Secret32::random()?.expose())
    }
}

impl<S: Initialized> Session<S> {
    /// Asks for the card's identity certificate and a signature over a random challenge.
    pub fn identify(&mut self) -> Result<Identification, Error> {
        self.require(
            crate::version::Version::V3_1,
            "identify itself",
            "cards from 3.1 on can",
        )?;
        self.identify_with(*Secret32::random()?.expose())
    }

    /// Wipes the card: keys, PINs, pairings, public data. No PIN is asked for: make sure before.
    pub fn factory_reset(self) -> Result<Session<Uninitialized>, Box<Failed<Self>>> {
        if !self
            .application()
            .capabilities
            .has(Capabilities::FACTORY_RESET)
        {
            return self.failed(CardError::Unsupported {
                what: "be reset",
                since: "cards from 3.1 on can",
            });
        }
        let mut session = self;
        // With the channel open a refusal would come wrapped: FACTORY RESET is for the clear.
        session.link.set_channel(None);
        let steps = session.link.command(&Select, false).map(drop);
        match steps.and_then(|()| session.link.command(&FactoryReset, false)) {
            Err(error) => session.failed(error),
            Ok(()) => match session.link.command(&Select, false) {
                Ok(CardInfo {
                    public_key,
                    application: None,
                }) => Ok(Session {
                    link: session.link,
                    public_key,
                    state: Uninitialized(()),
                }),
                Ok(_) => {
                    let (command, what) = (FactoryReset::NAME, "the card is still initialised");
                    session.failed(CardError::MalformedAnswer { command, what })
                }
                Err(error) => session.failed(error),
            },
        }
    }
}
