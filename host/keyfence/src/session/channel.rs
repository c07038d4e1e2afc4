//! What an open channel gives without a PIN, and the steps to a verified one.

use super::{ChannelState, Open, Session, Verified};
use crate::{
    commands::{
        Capabilities, GenerateMnemonic, GetCurrentPath, GetStatus, PinStatus, UnblockPin, VerifyPin,
    },
    error::{Error, Failed},
    mnemonic::{Mnemonic, WordCount},
    path::Path,
    secret::{Pin, Puk},
};

impl<S: ChannelState> Session<S> {
    /// Tries left and whether a key is loaded.
    pub fn status(&mut self) -> Result<PinStatus, Error> {
        self.command(&GetStatus)
    }

    /// The current path.
    pub fn current_path(&mut self) -> Result<Path, Error> {
        self.command(&GetCurrentPath)
    }

    /// A mnemonic from the card's random generator, its checksum checked. The card doesn't load it.
    pub fn generate_mnemonic(&mut self, words: WordCount) -> Result<Mnemonic, Error> {
        let indexes = self.command(&GenerateMnemonic(words))?;
        Ok(Mnemonic::from_indexes(&indexes)?)
    }
}

impl Session<Open> {
    /// Verifies a PIN, main or alternative: the card doesn't say which. A wrong one costs a try of both.
    pub fn verify_pin(self, pin: &Pin) -> Result<Session<Verified>, Box<Failed<Self>>> {
        let mut session = self;
        let result = session.capable(Capabilities::CREDENTIALS, "verify a PIN");
        match result
            .map_err(Error::from)
            .and_then(|()| session.command(&VerifyPin(pin)))
        {
            Ok(()) => Ok(session.verified()),
            Err(error) => session.failed(error),
        }
    }

    /// Sets a new PIN by the PUK, which then counts as verified. Only while the PIN is blocked.
    pub fn unblock_pin(
        self,
        puk: &Puk,
        new_pin: &Pin,
    ) -> Result<Session<Verified>, Box<Failed<Self>>> {
        let mut session = self;
        let result = session.capable(Capabilities::CREDENTIALS, "unblock a PIN");
        match result
            .map_err(Error::from)
            .and_then(|()| session.command(&UnblockPin { puk, new_pin }))
        {
            Ok(()) => Ok(session.verified()),
            Err(error) => session.failed(error),
        }
    }

    fn verified(self) -> Session<Verified> {
        self.into_state(
            |Open {
                 application,
                 record,
             }| Verified {
                application,
                record,
            },
        )
    }
}

impl Session<Verified> {
    /// Forgets in the type that a PIN is verified, for instance to verify the other one. The card doesn't forget it.
    pub fn into_open(self) -> Session<Open> {
        self.into_state(
            |Verified {
                 application,
                 record,
             }| Open {
                application,
                record,
            },
        )
    }
}
