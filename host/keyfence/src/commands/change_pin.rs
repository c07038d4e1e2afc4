//! CHANGE PIN: the current PIN, the PUK, or the secret for new pairings.

use super::{Command, empty};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    protocol::ins,
    secret::{PairingSecret, Pin, Puk},
};

/// CHANGE PIN, P1 = 0: a new PIN in place of the one that was verified.
#[derive(Clone, Debug)]
pub struct ChangePin<'a>(pub &'a Pin);

/// CHANGE PIN, P1 = 1: a new PUK.
#[derive(Clone, Debug)]
pub struct ChangePuk<'a>(pub &'a Puk);

/// CHANGE PIN, P1 = 2: a new pairing secret; pairings there are stay.
#[derive(Clone, Debug)]
pub struct ChangePairingSecret<'a>(pub &'a PairingSecret);

fn refusal(status: StatusWord) -> CardError {
    match status {
        StatusWord::CONDITIONS => CardError::PinRequired,
        StatusWord::WRONG_DATA => CardError::DataRefused {
            command: ChangePin::NAME,
        },
        status => CardError::UnexpectedStatus {
            command: ChangePin::NAME,
            status,
        },
    }
}

impl Command for ChangePin<'_> {
    const NAME: &'static str = "CHANGE PIN";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::CHANGE_PIN, 0, 0).with_data(self.0.expose())
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        refusal(status)
    }
}

impl Command for ChangePuk<'_> {
    const NAME: &'static str = "CHANGE PIN";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::CHANGE_PIN, 1, 0).with_data(self.0.expose())
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        refusal(status)
    }
}

impl Command for ChangePairingSecret<'_> {
    const NAME: &'static str = "CHANGE PIN";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::CHANGE_PIN, 2, 0).with_data(self.0.expose())
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        refusal(status)
    }
}
