//! GENERATE KEY: a new wallet, made on the card and never seen outside.

use super::{Command, exactly};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    key::KeyUid,
    protocol::ins,
};

/// GENERATE KEY. There is no backup of such a key.
#[derive(Clone, Copy, Debug)]
pub struct GenerateKey;

impl Command for GenerateKey {
    const NAME: &'static str = "GENERATE KEY";
    type Answer = KeyUid;

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::GENERATE_KEY, 0, 0)
    }

    fn parse(&self, data: &[u8]) -> Result<KeyUid, CardError> {
        exactly::<Self, 32>(data, "the KEY_UID has not 32 bytes")
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::CONDITIONS => CardError::PinRequired,
            other => super::unexpected::<Self>(other),
        }
    }
}
