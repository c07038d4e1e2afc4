//! UNBLOCK PIN: a new PIN for a blocked one, by the PUK.

use super::{Command, empty};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    protocol::ins,
    secret::{Pin, Puk},
};
use zeroize::Zeroizing;

/// UNBLOCK PIN. The new PIN counts as verified.
#[derive(Clone, Debug)]
pub struct UnblockPin<'a> {
    /// The PUK; a wrong one costs one of its tries.
    pub puk: &'a Puk,
    /// The PIN from now on.
    pub new_pin: &'a Pin,
}

impl Command for UnblockPin<'_> {
    const NAME: &'static str = "UNBLOCK PIN";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        let data = Zeroizing::new([&self.puk.expose()[..], self.new_pin.expose()].concat());
        CommandApdu::new(ins::UNBLOCK_PIN, 0, 0).with_data(&data)
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match (status, status.tries_left()) {
            (_, Some(0)) => CardError::PukBlocked,
            (_, Some(tries_left)) => CardError::PukWrong { tries_left },
            (StatusWord::CONDITIONS, _) => CardError::PinNotBlocked,
            (other, _) => super::unexpected::<Self>(other),
        }
    }
}
