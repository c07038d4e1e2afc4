//! What a card does in any state: it shows its identity, and it can be wiped.

use super::{
    Session,
    state::{Initialized, State, Uninitialized},
};
use crate::{
    commands::{
        Capabilities, CardInfo, Command, FactoryReset, Identification, IdentifyCard, Select,
    },
    error::{CardError, Error, Failed},
    secret::Secret32,
    version::Version,
};

impl<S: State> Session<S> {
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
        self.require(Version::V3_1, "identify itself", "cards from 3.1 on can")?;
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
