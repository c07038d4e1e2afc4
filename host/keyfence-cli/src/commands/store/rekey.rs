//! `keyfence store rekey`: from another key to this card's, or from one format to the other.

use std::fmt;
use std::path::PathBuf;

use keyfence_messaging::DatabaseKey;
use keyfence_messaging::store::Store;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::messaging::{Format, FormatArgs, key_format};
use crate::output::Output;
use crate::secret::{OldDatabaseKeyArg, PinArg, Secrets};

/// Encrypt a store with this card's database key instead of the one that it has
///
/// For a card whose key has changed, or another card. The old key is the private key that `keyfence export database` printed of
/// the old card (64 hexadecimal digits); with --same-key only the format changes. Interrupted at any moment, the store opens
/// with the old key or with the new one.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence --reader old export database --format hex --out old-key   before: the old card's key
  keyfence store rekey --store messages.db --old-key-from file:old-key
  keyfence store rekey --store messages.db --same-key --format status")]
pub struct Args {
    /// The store's file
    #[arg(long, value_name = "FILE")]
    store: PathBuf,

    #[command(flatten)]
    from: FormatArgs,

    /// Key format that it gets
    #[arg(long, value_enum, default_value_t = Format::Own)]
    format: Format,

    /// It has this card's key already: only the format changes
    #[arg(long)]
    same_key: bool,

    #[command(flatten)]
    old_key: OldDatabaseKeyArg,

    #[command(flatten)]
    pin: PinArg,
}

#[derive(Serialize)]
struct Rekeyed {
    file: String,
    format: String,
    messages: u64,
}

impl fmt::Display for Rekeyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({} messages) now opens with this card's key, format {}",
            self.file, self.messages, self.format
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let mut secrets = Secrets::new();
    let from = args.from.key_format()?;
    let to = key_format(args.format, None, None)?;
    let keys = ctx.card_keys(&args.pin, &mut secrets)?;
    let old = match args.same_key {
        true => keys.database.clone(),
        false => old_key(&args.old_key.read(&mut secrets)?)?,
    };
    let store = Store::open(&args.store, &old, from)?.rekey(&keys.database, to)?;
    let status = store.status()?;
    store.close()?;
    Ok(Output::new(Rekeyed {
        file: args.store.display().to_string(),
        format: status.parameters.to_string(),
        messages: status.messages,
    }))
}

/// 64 hexadecimal digits, alone or behind a name as `export` prints them.
fn old_key(line: &str) -> Result<DatabaseKey> {
    let digits = line.split_whitespace().next_back().unwrap_or_default();
    let bad = || {
        CliError::usage(
            "E-OLD-KEY",
            "the old database key isn't 64 hexadecimal digits",
        )
        .hint("Give what `keyfence export database` printed of the old card.")
    };
    let bytes = Zeroizing::new(hex::decode(digits).map_err(|_| bad())?);
    DatabaseKey::from_bytes(&bytes).map_err(|_| bad())
}
