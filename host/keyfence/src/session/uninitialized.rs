//! What a card before INIT takes.

use super::{Selected, Session, Uninitialized};
use crate::{
    commands::{CardInfo, Init, Select},
    error::{CardError, Failed},
};

impl Session<Uninitialized> {
    /// Gives the card its PIN, PUK and pairing secret, and selects it again.
    ///
    /// The card's key came in clear: whoever sits between could have swapped it. Compare the policy's fingerprint afterwards.
    pub fn init(self, init: &Init) -> Result<Session<Selected>, Box<Failed<Self>>> {
        let mut session = self;
        let result = init
            .encrypt(&session.public_key)
            .and_then(|command| session.command(&command))
            .and_then(|()| session.link.command(&Select, false));
        match result {
            Ok(CardInfo {
                public_key,
                application: Some(application),
            }) => Ok(Session {
                link: session.link,
                public_key,
                state: Selected { application },
            }),
            Ok(_) => session.failed(CardError::NotInitialized),
            Err(error) => session.failed(error),
        }
    }
}
