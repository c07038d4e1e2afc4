//! DERIVE KEY: sets the current path.

use super::{Command, empty};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    path::{Path, PathSource},
    protocol::ins,
};

/// DERIVE KEY.
#[derive(Clone, Debug)]
pub struct DeriveKey<'a> {
    /// What the components are appended to.
    pub source: PathSource,
    /// The components.
    pub path: &'a Path,
}

impl Command for DeriveKey<'_> {
    const NAME: &'static str = "DERIVE KEY";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::DERIVE_KEY, self.source.bits(), 0).with_data(&self.path.to_bytes())
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            // The PIN is verified where this can be called; whether the key or its chain code is missing, the caller finds out.
            StatusWord::CONDITIONS => CardError::NoChainCode,
            other => path_refusal::<Self>(other),
        }
    }
}

/// What status words mean that come with paths.
pub(super) fn path_refusal<C: Command + ?Sized>(status: StatusWord) -> CardError {
    match status {
        StatusWord::INVALID_CHILD => CardError::InvalidChild,
        StatusWord::NO_PARENT => CardError::NoParent,
        StatusWord::WRONG_DATA => super::refused::<C>(),
        other => super::unexpected::<C>(other),
    }
}
