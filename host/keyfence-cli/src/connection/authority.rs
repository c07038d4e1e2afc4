//! Reads the policy authority of a card through the ephemeral pairing, which takes no slot.

use keyfence::commands::SlotChoice;
use keyfence::policy::PolicyState;
use keyfence::secret::PairingPassword;
use keyfence::session::{Selected, Session};
use keyfence::{CardError, Error};

use crate::authorities::Authority;
use crate::error::{CliError, Result};

/// The card's authority, and the card selected anew. `None`: a card without an export policy that could be read (or changed).
pub fn read_authority(
    mut session: Session<Selected>,
    password: &PairingPassword,
) -> Result<(Session<Selected>, Option<Authority>)> {
    let record = match session.pair(password, SlotChoice::Ephemeral) {
        Ok(record) => record,
        // Before 3.2 there is no ephemeral pairing, and no policy either.
        Err(Error::Card(CardError::Unsupported { .. })) => return Ok((session, None)),
        Err(error) => return Err(error.into()),
    };
    let mut session = session.with_pairing(record)?.open()?;
    let authority = if session.has_extensions()? {
        let state = PolicyState::decode(&session.policy_state()?)
            .map_err(|error| CliError::from_explained(&error))?;
        Some(Authority(state.authority))
    } else {
        None
    };
    Ok((session.reselect()?.ready()?, authority))
}
