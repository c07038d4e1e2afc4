//! Taking keys out of the card, as far as its policy lets them.

use super::{Session, Verified};
use crate::{
    commands::{DeriveKey, ExportKey, ExportKeys, Exportable, KeyChoice},
    error::{CardError, Error},
    key::{ExtendedPublicKey, PrivateKey, PublicKey},
    path::{Path, PathSource},
    version::Version,
};

/// The two private keys that leave by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eip1581Keys {
    /// The whisper (chat identity) key, m/43'/60'/1581'/0'/0.
    pub whisper: PrivateKey,
    /// The database key, m/43'/60'/1581'/1'/0.
    pub database: PrivateKey,
}

impl Session<Verified> {
    /// The private key of a path from the master, if the card's policy lets it out.
    pub fn export_private(&mut self, path: &Path) -> Result<PrivateKey, Error> {
        self.export(&KeyChoice::Derive(PathSource::Master, path.clone()))
    }

    /// The public key of a path from the master.
    pub fn export_public(&mut self, path: &Path) -> Result<PublicKey, Error> {
        self.export(&KeyChoice::Derive(PathSource::Master, path.clone()))
    }

    /// The extended public key of a path from the master; refused at and below the policy's boundaries.
    pub fn export_extended(&mut self, path: &Path) -> Result<ExtendedPublicKey, Error> {
        self.export(&KeyChoice::Derive(PathSource::Master, path.clone()))
    }

    /// Whisper and database key, in one APDU where the card can.
    pub fn export_eip1581(&mut self) -> Result<Eip1581Keys, Error> {
        let keys: Vec<PrivateKey> = self.export_many(&[Path::whisper(), Path::database()])?;
        match <[PrivateKey; 2]>::try_from(keys) {
            Ok([whisper, database]) => Ok(Eip1581Keys { whisper, database }),
            Err(_) => Err(CardError::MalformedAnswer {
                command: "EXPORT KEY",
                what: "not two keys",
            }
            .into()),
        }
    }

    /// Any kind of key, of any choice.
    pub fn export<K: Exportable>(&mut self, choice: &KeyChoice) -> Result<K, Error> {
        self.check_extended::<K>(choice)?;
        if let KeyChoice::Derive(PathSource::Master, path) = choice
            && path.is_empty()
            && self.application().version.exports_stale_master()
        {
            self.command(&DeriveKey {
                source: PathSource::Master,
                path,
            })
            .map_err(|error| self.conditions(error))?;
            return self.export(&KeyChoice::Current);
        }
        self.command(&ExportKey::new(choice)).map_err(|error| {
            let error = self.named(error, choice);
            self.export_refusal(error)
        })
    }

    /// One key for each path from the master, in order: several in one APDU where the card can, else one by one.
    ///
    /// All or nothing: a path that is refused fails the whole call.
    pub fn export_many<K: Exportable>(&mut self, paths: &[Path]) -> Result<Vec<K>, Error> {
        let mut keys = Vec::with_capacity(paths.len());
        let mut rest = paths;
        while !rest.is_empty() && self.may_export_many() {
            let (command, after) = ExportKeys::<K>::first_of(rest);
            match self
                .command(&command)
                .map_err(|error| self.export_refusal(error))?
            {
                Some(some) => {
                    self.link.extensions = Some(true);
                    keys.extend(some);
                    rest = after;
                }
                None => self.link.extensions = Some(false),
            }
        }
        for path in rest {
            keys.push(self.export(&KeyChoice::Derive(PathSource::Master, path.clone()))?);
        }
        Ok(keys)
    }

    /// Whether to try many paths at once: not on cards known to be genuine ones.
    fn may_export_many(&self) -> bool {
        self.application().version >= Version::V3_2 && self.link.extensions != Some(false)
    }

    /// Extended public keys: from 3.1 on, and the master's from our cards only, since genuine ones give a stale chain code with it.
    fn check_extended<K: Exportable>(&mut self, choice: &KeyChoice) -> Result<(), Error> {
        if K::P2 != <ExtendedPublicKey as Exportable>::P2 {
            return Ok(());
        }
        self.require(
            Version::V3_1,
            "give extended public keys",
            "cards from 3.1 on can",
        )?;
        let is_master = self.resolve(choice)?.is_empty();
        if is_master && !self.has_extensions()? {
            let since = "genuine cards answer with a stale chain code";
            return Err(CardError::Unsupported {
                what: "give the master's extended public key",
                since,
            }
            .into());
        }
        Ok(())
    }

    /// The path from the master; by the card's current path where the choice is relative to it.
    fn resolve(&mut self, choice: &KeyChoice) -> Result<Path, Error> {
        if let Some(path) = choice.absolute() {
            return Ok(path.clone());
        }
        let current = self.current_path()?;
        let (base, path) = match choice {
            KeyChoice::Current => (current, None),
            KeyChoice::Derive(source, path) | KeyChoice::MakeCurrent(source, path) => {
                let base = match source {
                    PathSource::Master => Path::master(),
                    PathSource::Parent => current.parent().ok_or(CardError::NoParent)?,
                    PathSource::Current => current,
                };
                (base, Some(path))
            }
        };
        let below = path.map_or(&[][..], Path::as_slice);
        Path::new([base.as_slice(), below].concat()).ok_or(
            CardError::DataRefused {
                command: "EXPORT KEY",
            }
            .into(),
        )
    }

    /// The refusal of a choice relative to the current path, with its path from the master.
    fn named(&mut self, error: Error, choice: &KeyChoice) -> Error {
        let Error::Card(CardError::ExportRefused { paths }) = &error else {
            return error;
        };
        match self.resolve(choice) {
            Ok(path) if paths.is_empty() => CardError::ExportRefused { paths: vec![path] }.into(),
            _ => error,
        }
    }

    /// Tells apart what the card's one status word for a refused export means.
    fn export_refusal(&mut self, error: Error) -> Error {
        let Error::Card(CardError::ExportRefused { .. }) = &error else {
            return error;
        };
        let error = self.conditions(error);
        let Error::Card(CardError::ExportRefused { paths }) = error else {
            return error;
        };
        // The policy doesn't restrict public keys: where one is refused as well, the key has no chain code.
        let no_chain_code = paths.iter().any(|path| {
            let public = KeyChoice::Derive(PathSource::Master, path.clone());
            !path.is_empty()
                && matches!(
                    self.command(&ExportKey::<PublicKey>::new(&public)),
                    Err(Error::Card(CardError::ExportRefused { .. }))
                )
        });
        if no_chain_code {
            CardError::NoChainCode.into()
        } else {
            CardError::ExportRefused { paths }.into()
        }
    }
}
