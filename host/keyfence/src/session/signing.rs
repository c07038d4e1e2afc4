//! Signatures, with the PIN or by the PIN-less path.

use super::{ChannelState, Selected, Session, Verified};
use crate::{
    commands::{SetPinlessPath, Sign, SignPath},
    error::Error,
    path::{Path, PathSource},
    signature::RecoverableSignature,
};

impl Session<Verified> {
    /// Signs a hash with the key of a path from the master; the current path stays.
    pub fn sign(&mut self, hash: &[u8; 32], path: &Path) -> Result<RecoverableSignature, Error> {
        self.sign_with(hash, &SignPath::Derive(PathSource::Master, path.clone()))
    }

    /// Signs a hash with any choice of key.
    pub fn sign_with(
        &mut self,
        hash: &[u8; 32],
        path: &SignPath,
    ) -> Result<RecoverableSignature, Error> {
        self.command(&Sign { hash, path })
            .map_err(|error| self.conditions(error))
    }

    /// Sets the path that signs without a PIN, in the tree of the PIN that is verified.
    pub fn set_pinless_path(&mut self, path: &Path) -> Result<(), Error> {
        self.command(&SetPinlessPath(path))
            .map_err(|error| self.conditions(error))
    }

    /// Unsets the PIN-less path.
    pub fn unset_pinless_path(&mut self) -> Result<(), Error> {
        self.command(&SetPinlessPath(&Path::master()))
    }
}

impl Session<Selected> {
    /// Signs with the PIN-less path: no pairing, no PIN.
    pub fn sign_pinless(&mut self, hash: &[u8; 32]) -> Result<RecoverableSignature, Error> {
        self.command(&Sign {
            hash,
            path: &SignPath::Pinless,
        })
    }
}

impl<S: ChannelState> Session<S> {
    /// Signs with the PIN-less path, in the channel.
    pub fn sign_pinless_in_channel(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<RecoverableSignature, Error> {
        self.command(&Sign {
            hash,
            path: &SignPath::Pinless,
        })
    }
}
