//! REMOVE KEY: the card forgets its wallet.

use super::{Command, empty};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    protocol::ins,
};

/// REMOVE KEY.
#[derive(Clone, Copy, Debug)]
pub struct RemoveKey;

impl Command for RemoveKey {
    const NAME: &'static str = "REMOVE KEY";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::REMOVE_KEY, 0, 0)
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::CONDITIONS => CardError::PinRequired,
            other => super::unexpected::<Self>(other),
        }
    }
}
