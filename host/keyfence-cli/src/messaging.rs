//! What `message` and `store` share: both keys of the card, and the store that belongs to them.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use keyfence_messaging::store::{KeyFormat, Spelling, Store, StoreError};
use keyfence_messaging::{CardKeys, PublicKey};

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::files;
use crate::secret::{PinArg, Secrets};
use crate::user_dirs;

/// `--format` of stores.
#[derive(ValueEnum, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// A raw key derived from the database private key, SQLCipher 4's defaults
    #[default]
    Own,
    /// As Status' clients do: the database public key is the passphrase
    Status,
}

/// `--spelling`.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq)]
pub enum StatusSpelling {
    /// 04…
    Mobile,
    /// 0x04…
    Desktop,
}

/// Key format of a store, with the variations of Status' clients.
#[derive(clap::Args, Clone, Copy)]
pub struct FormatArgs {
    /// Key format of the store
    #[arg(long, value_enum, default_value_t = Format::Own)]
    store_format: Format,

    /// Status format: how the passphrase is spelt [default: mobile; both are tried on an existing file]
    #[arg(long, value_enum)]
    spelling: Option<StatusSpelling>,

    /// Status format: rounds of PBKDF2 [default: 3200]
    #[arg(long, value_name = "ROUNDS", value_parser = clap::value_parser!(u32).range(1..))]
    kdf_iterations: Option<u32>,
}

impl FormatArgs {
    pub fn key_format(&self) -> Result<KeyFormat> {
        key_format(self.store_format, self.spelling, self.kdf_iterations)
    }
}

/// A format with what only Status' has.
pub fn key_format(
    format: Format,
    spelling: Option<StatusSpelling>,
    kdf_iterations: Option<u32>,
) -> Result<KeyFormat> {
    let spelling = spelling.map(|spelling| match spelling {
        StatusSpelling::Mobile => Spelling::Mobile,
        StatusSpelling::Desktop => Spelling::Desktop,
    });
    match format {
        Format::Status => Ok(KeyFormat::Status {
            spelling,
            kdf_iterations,
        }),
        Format::Own if spelling.is_none() && kdf_iterations.is_none() => Ok(KeyFormat::Own),
        Format::Own => Err(CliError::usage(
            "E-STORE-FORMAT",
            "--spelling and --kdf-iterations are the Status format's",
        )
        .hint("Add --store-format status, or leave them out.")),
    }
}

/// Which store.
#[derive(clap::Args, Clone)]
pub struct StoreArgs {
    /// The store's file [default: one in the user's data directory, named after the whisper key]
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,

    #[command(flatten)]
    format: FormatArgs,
}

impl StoreArgs {
    /// The file that was named, or the one of these keys.
    pub fn path(&self, keys: &CardKeys) -> Result<PathBuf> {
        match &self.store {
            Some(path) => Ok(path.clone()),
            None => {
                let name = keys.whisper.public_key().to_hex();
                // Its X coordinate's first 8 bytes: each card, and each of its PINs, has its own.
                Ok(user_dirs::data_dir()?
                    .join("stores")
                    .join(format!("{}.db", &name[2..18])))
            }
        }
    }

    /// Was a file named?
    pub fn is_named(&self) -> bool {
        self.store.is_some()
    }

    /// Opens the store.
    pub fn open(&self, keys: &CardKeys) -> Result<Store> {
        Ok(Store::open(
            &self.path(keys)?,
            &keys.database,
            self.key_format()?,
        )?)
    }

    /// Opens the store, or makes it.
    pub fn open_or_create(&self, keys: &CardKeys) -> Result<Store> {
        let path = self.path(keys)?;
        if self.store.is_none()
            && let Some(directory) = path.parent()
        {
            files::create_private_dir(directory)?;
        }
        Ok(Store::open_or_create(
            &path,
            &keys.database,
            self.key_format()?,
        )?)
    }

    pub fn key_format(&self) -> Result<KeyFormat> {
        self.format.key_format()
    }
}

impl Context {
    /// Both keys of the card, with the PIN verified; the card is free again afterwards.
    pub fn card_keys(&mut self, pin: &PinArg, secrets: &mut Secrets) -> Result<CardKeys> {
        let mut session = self.verified(pin, secrets)?;
        let simulated = session.is_simulated();
        let keys = CardKeys::from_card(&mut session)?;
        self.warn_if_simulated(simulated);
        Ok(keys)
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::from_explained(&error)
    }
}

impl From<keyfence_messaging::Error> for CliError {
    fn from(error: keyfence_messaging::Error) -> Self {
        Self::from_explained(&error)
    }
}

/// Unix time in seconds, as Whisper counts it: in 32 bits.
pub fn now() -> u32 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| u32::try_from(time.as_secs()).unwrap_or(u32::MAX))
}

/// A key in hexadecimal digits, or a contact's name.
pub fn person(text: &str, store: Option<&Store>) -> Result<PublicKey> {
    match (text.parse::<PublicKey>(), store) {
        (Ok(key), _) => Ok(key),
        (Err(_), Some(store)) => Ok(store.contact(text)?),
        (Err(error), None) => Err(error.into()),
    }
}
