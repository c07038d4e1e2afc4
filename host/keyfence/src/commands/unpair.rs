//! UNPAIR: gives a slot back.

use super::{Command, empty};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    pairing::Slot,
    protocol::ins,
};

/// UNPAIR.
#[derive(Clone, Copy, Debug)]
pub struct Unpair {
    /// The slot to wipe.
    pub slot: Slot,
}

impl Command for Unpair {
    const NAME: &'static str = "UNPAIR";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::UNPAIR, self.slot.0, 0)
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::WRONG_P1P2 => CardError::NoSuchSlot { slot: self.slot },
            other => super::unexpected::<Self>(other),
        }
    }
}
