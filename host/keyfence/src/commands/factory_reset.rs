//! FACTORY RESET: wipes keys, PINs and pairings. Anybody may.

use super::{Command, empty};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    protocol::ins,
};

/// FACTORY RESET.
#[derive(Clone, Copy, Debug)]
pub struct FactoryReset;

impl Command for FactoryReset {
    const NAME: &'static str = "FACTORY RESET";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::FACTORY_RESET, 0xaa, 0x55)
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::UNKNOWN_INS => CardError::Unsupported {
                what: "be reset",
                since: "cards from 3.1 on can",
            },
            other => super::unexpected::<Self>(other),
        }
    }
}
