//! SET PINLESS PATH: the one path that signs without a PIN.

use super::{Command, derive_key::path_refusal, empty};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    path::Path,
    protocol::ins,
};

/// SET PINLESS PATH; the master's empty path unsets it.
#[derive(Clone, Debug)]
pub struct SetPinlessPath<'a>(pub &'a Path);

impl Command for SetPinlessPath<'_> {
    const NAME: &'static str = "SET PINLESS PATH";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::SET_PINLESS_PATH, 0, 0).with_data(&self.0.to_bytes())
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::CONDITIONS => CardError::PinlessRefused {
                path: self.0.clone(),
            },
            other => path_refusal::<Self>(other),
        }
    }
}
