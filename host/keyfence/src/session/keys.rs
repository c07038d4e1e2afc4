//! The wallet on the card: loading, making, removing, deriving.

use super::{Session, Verified, state::Initialized};
use crate::{
    commands::{
        Capabilities, DeriveKey, GenerateKey, GetStatus, KeyMaterial, LoadKey, LoadSeed, RemoveKey,
    },
    error::{CardError, Error},
    key::KeyUid,
    path::{Path, PathSource},
    secret::Seed,
    version::Version,
};

impl Session<Verified> {
    /// Loads a seed. The card's KEY_UID is checked against the seed's own.
    pub fn load_seed(&mut self, seed: &Seed) -> Result<KeyUid, Error> {
        self.capable(Capabilities::KEY_MANAGEMENT, "take a key")?;
        if seed.expose().len() != 64 {
            self.require(
                Version::V3_2,
                "take a seed of this length",
                "before 3.2 cards take 64 bytes only",
            )?;
        }
        let key_uid = self.command(&LoadSeed(seed))?;
        self.loaded(key_uid, seed.key_uid()?)
    }

    /// Loads a key, with or without chain code. The card's KEY_UID is checked against the key's own.
    pub fn load_key(&mut self, key: &KeyMaterial) -> Result<KeyUid, Error> {
        self.capable(Capabilities::KEY_MANAGEMENT, "take a key")?;
        let key_uid = self.command(&LoadKey(key))?;
        self.loaded(key_uid, key.private_key.public_key()?.key_uid())
    }

    /// Makes a new wallet on the card. There is no backup of it.
    pub fn generate_key(&mut self) -> Result<KeyUid, Error> {
        self.capable(Capabilities::KEY_MANAGEMENT, "make a key")?;
        let key_uid = self.command(&GenerateKey)?;
        self.loaded(key_uid, key_uid)
    }

    fn loaded(&mut self, key_uid: KeyUid, expected: KeyUid) -> Result<KeyUid, Error> {
        self.state.application_mut().key_uid = Some(key_uid);
        if key_uid == expected {
            Ok(key_uid)
        } else {
            Err(CardError::MalformedAnswer {
                command: "LOAD KEY",
                what: "another key's KEY_UID",
            }
            .into())
        }
    }

    /// Removes the wallet from the card.
    pub fn remove_key(&mut self) -> Result<(), Error> {
        self.command(&RemoveKey)?;
        self.state.application_mut().key_uid = None;
        Ok(())
    }

    /// Sets the current path.
    pub fn derive(&mut self, source: PathSource, path: &Path) -> Result<(), Error> {
        self.command(&DeriveKey { source, path })
            .map_err(|error| self.conditions(error))
    }

    /// A refusal for unmet conditions may mean that there is no key at all: asks the card.
    pub(super) fn conditions(&mut self, error: Error) -> Error {
        let unclear = matches!(
            error,
            Error::Card(
                CardError::NoChainCode
                    | CardError::ExportRefused { .. }
                    | CardError::PinlessRefused { .. }
                    | CardError::PinlessSignRefused
            )
        );
        if !unclear {
            return error;
        }
        match self.command(&GetStatus) {
            Ok(status) if !status.key_loaded => CardError::NoKey.into(),
            Ok(_) => error,
            Err(other) => other,
        }
    }
}
