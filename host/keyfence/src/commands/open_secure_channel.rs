//! OPEN SECURE CHANNEL: the two halves of a key agreement meet.

use super::{Command, malformed};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    key::PublicKey,
    pairing::Slot,
    protocol::ins,
};

/// OPEN SECURE CHANNEL.
#[derive(Clone, Copy, Debug)]
pub struct OpenSecureChannel {
    /// The pairing's slot.
    pub slot: Slot,
    /// Our ephemeral key.
    pub public_key: PublicKey,
}

/// What the card adds to the agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionSalt {
    /// Goes into the keys.
    pub salt: [u8; 32],
    /// The first message's IV.
    pub iv: [u8; 16],
}

impl Command for OpenSecureChannel {
    const NAME: &'static str = "OPEN SECURE CHANNEL";
    type Answer = SessionSalt;

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::OPEN_SECURE_CHANNEL, self.slot.0, 0)
            .with_data(self.public_key.as_bytes())
    }

    fn parse(&self, data: &[u8]) -> Result<SessionSalt, CardError> {
        let wrong = || malformed::<Self>("salt and IV have not 48 bytes");
        let (salt, iv) = data.split_first_chunk::<32>().ok_or_else(wrong)?;
        Ok(SessionSalt {
            salt: *salt,
            iv: iv.try_into().map_err(|_| wrong())?,
        })
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::WRONG_P1P2 => CardError::PairingUnknown,
            other => super::unexpected::<Self>(other),
        }
    }
}
