//! VERIFY PIN.

use super::{Command, empty};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    protocol::ins,
    secret::Pin,
};

/// VERIFY PIN. A wrong one costs a try, of the main and of the alternative PIN.
#[derive(Clone, Debug)]
pub struct VerifyPin<'a>(pub &'a Pin);

impl Command for VerifyPin<'_> {
    const NAME: &'static str = "VERIFY PIN";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::VERIFY_PIN, 0, 0).with_data(self.0.expose())
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status.tries_left() {
            Some(0) => CardError::PinBlocked,
            Some(tries_left) => CardError::PinWrong { tries_left },
            None => super::unexpected::<Self>(status),
        }
    }
}
