//! Verifies the PIN: tells before the last try, asks no card that would refuse anyway.

use keyfence::CardError;
use keyfence::secret::Pin;
use keyfence::session::{Open, Session, Verified};

use crate::context::Context;
use crate::error::Result;
use crate::secret::{PinArg, Secrets};

impl Context {
    /// The card with an open channel and the PIN verified.
    pub fn verified(&mut self, pin: &PinArg, secrets: &mut Secrets) -> Result<Session<Verified>> {
        let session = self.channel()?;
        self.verify(session, pin, secrets)
    }

    /// Verifies the PIN in an open channel.
    pub fn verify(
        &mut self,
        mut session: Session<Open>,
        pin: &PinArg,
        secrets: &mut Secrets,
    ) -> Result<Session<Verified>> {
        match session.status()?.pin_tries {
            0 => return Err(CardError::PinBlocked.into()),
            1 => self.warn(
                "W-PIN-LAST-TRY",
                "this is the last try: after another wrong PIN only the PUK helps",
            ),
            _ => {}
        }
        let pin = Pin::parse(&pin.read(secrets)?)?;
        Ok(session.verify_pin(&pin)?)
    }
}
