//! SET NDEF: how cards of 2.x take their NDEF content.

use super::{Command, empty};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    protocol::ins,
};

/// SET NDEF (2.x): the 2-byte length and the message in one piece.
#[derive(Clone, Debug)]
pub struct SetNdef<'a>(pub &'a [u8]);

impl Command for SetNdef<'_> {
    const NAME: &'static str = "SET NDEF";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::SET_NDEF, 0, 0).with_data(self.0)
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::CONDITIONS => CardError::PinRequired,
            StatusWord::WRONG_DATA => super::refused::<Self>(),
            other => super::unexpected::<Self>(other),
        }
    }
}
