//! MUTUALLY AUTHENTICATE: the first message in the channel; that it comes through proves the keys.

use super::{Command, exactly};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    protocol::ins,
};

/// MUTUALLY AUTHENTICATE.
#[derive(Clone, Copy, Debug)]
pub struct MutuallyAuthenticate {
    /// 32 random bytes.
    pub challenge: [u8; 32],
}

impl Command for MutuallyAuthenticate {
    const NAME: &'static str = "MUTUALLY AUTHENTICATE";
    type Answer = [u8; 32];

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::MUTUALLY_AUTHENTICATE, 0, 0).with_data(&self.challenge)
    }

    fn parse(&self, data: &[u8]) -> Result<[u8; 32], CardError> {
        exactly::<Self, 32>(data, "the card's challenge has not 32 bytes")
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            // The slot holds another key: it was given back and taken anew, by someone else.
            StatusWord::SECURITY => CardError::PairingUnknown,
            other => super::unexpected::<Self>(other),
        }
    }
}
