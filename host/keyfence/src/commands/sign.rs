//! SIGN: ECDSA over a 32-byte hash.

use super::{Command, derive_key::path_refusal, malformed};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    path::{Path, PathSource},
    protocol::ins,
    signature::RecoverableSignature,
};

/// The key that signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignPath {
    /// The current path's.
    Current,
    /// A path's; the current path stays.
    Derive(PathSource, Path),
    /// A path's, which becomes the current one.
    MakeCurrent(PathSource, Path),
    /// The PIN-less path's.
    Pinless,
}

/// SIGN.
#[derive(Clone, Debug)]
pub struct Sign<'a> {
    /// The hash, signed as it is.
    pub hash: &'a [u8; 32],
    /// Which key.
    pub path: &'a SignPath,
}

impl Command for Sign<'_> {
    const NAME: &'static str = "SIGN";
    /// Checked against the public key that the card names; whether that is the right one, the caller knows.
    type Answer = RecoverableSignature;

    fn request(&self) -> CommandApdu {
        let (p1, path) = match self.path {
            SignPath::Current => (0, Vec::new()),
            SignPath::Derive(source, path) => (1 | source.bits(), path.to_bytes()),
            SignPath::MakeCurrent(source, path) => (2 | source.bits(), path.to_bytes()),
            SignPath::Pinless => (3, Vec::new()),
        };
        CommandApdu::new(ins::SIGN, p1, 0).with_data(&[&self.hash[..], &path].concat())
    }

    fn parse(&self, data: &[u8]) -> Result<RecoverableSignature, CardError> {
        RecoverableSignature::from_template(data, self.hash)
            .ok_or_else(|| malformed::<Self>("not the signature template"))?
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match (status, self.path) {
            (StatusWord::REFERENCE, _) => CardError::NoPinlessPath,
            (StatusWord::CONDITIONS, SignPath::Pinless) => CardError::PinlessSignRefused,
            (StatusWord::CONDITIONS, _) => CardError::NoChainCode,
            (other, _) => path_refusal::<Self>(other),
        }
    }
}
