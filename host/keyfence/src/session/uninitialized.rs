//! What a card before INIT takes.

use super::{Selected, Session, Uninitialized};
use crate::{
    commands::{CardInfo, Init, Select, SlotChoice},
    error::{CardError, Error, Failed},
    policy::{AuthorityKey, Fingerprint},
    version::Version,
};

impl Session<Uninitialized> {
    /// Gives the card its PIN, PUK and pairing secret, and selects it again.
    ///
    /// The card's key came in clear: whoever sits between could have swapped it. [`Session::confirm_init`] is the next step.
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

impl Session<Selected> {
    /// Looks from inside a channel whether INIT arrived as it was sent: the pairing secret, and the policy authority, none included.
    ///
    /// `installed` is the authority that the card's issuer installed, if any; such a card takes none by INIT.
    /// Takes the ephemeral slot, and selects again; before 3.2 cards have neither that slot nor an authority, and nothing is done.
    pub fn confirm_init(
        self,
        init: &Init,
        installed: Option<Fingerprint>,
    ) -> Result<Session<Selected>, Error> {
        let mut session = self;
        if session.application().version < Version::V3_2 {
            return Ok(session);
        }
        let expected = init
            .policy_authority
            .as_ref()
            .map(AuthorityKey::fingerprint)
            .or(installed);
        let record = session.pair_with_secret(&init.pairing_secret, SlotChoice::Ephemeral)?;
        let mut session = session.with_pairing(record)?.open()?;
        session.check_authority(expected)?;
        Ok(session.reselect()?.ready()?)
    }
}
