//! The policy of the card in the reader.

use keyfence::policy::CardPolicy;
use keyfence::session::{ChannelState, Session};

use crate::error::{CliError, Result};

/// What a card tells of its policy, and which card it is.
pub struct CardState {
    pub uid: [u8; 16],
    pub card: CardPolicy,
    pub simulated: bool,
}

/// Reads all of it, in a few APDUs; the channel is needed, the PIN isn't.
pub fn read<S: ChannelState>(session: &mut Session<S>) -> Result<CardState> {
    let state = session.policy_state()?;
    let policy = session.policy_bytes()?;
    let signature = session.policy_signature()?;
    let floor = session.floor_bytes()?;
    let card = CardPolicy::decode(&state, &policy, &signature, &floor)
        .map_err(|error| CliError::from_explained(&error))?;
    Ok(CardState {
        uid: session.application().uid,
        card,
        simulated: session.is_simulated(),
    })
}
