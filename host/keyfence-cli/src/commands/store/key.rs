//! `keyfence store key`: what another SQLCipher program must be given to open the store.

use std::fmt;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::Result;
use crate::messaging::{Format, StatusSpelling, key_format};
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Print the store's key and pragmas for another SQLCipher program; whoever sees them can read the store
///
/// In the Status format the passphrase is the database public key: a public export of that path is then as sensitive as
/// the private key.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  (keyfence store key; echo 'SELECT count(*) FROM messages;') | sqlcipher messages.db
  keyfence store key --format status --spelling desktop
  keyfence --json store key --format own")]
pub struct Args {
    /// Key format
    #[arg(long, value_enum, default_value_t = Format::Own)]
    format: Format,

    /// Status format: how the passphrase is spelt [default: mobile]
    #[arg(long, value_enum)]
    spelling: Option<StatusSpelling>,

    /// Status format: rounds of PBKDF2 [default: 3200]
    #[arg(long, value_name = "ROUNDS", value_parser = clap::value_parser!(u32).range(1..))]
    kdf_iterations: Option<u32>,

    #[command(flatten)]
    pin: PinArg,
}

#[derive(Serialize)]
struct Key {
    format: String,
    /// What stands between the quotes of `PRAGMA key`.
    key: Zeroizing<String>,
    /// The pragmas that follow it, in order.
    pragmas: Vec<Pragma>,
    #[serde(skip)]
    sql: Zeroizing<String>,
}

#[derive(Serialize)]
struct Pragma {
    name: &'static str,
    value: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sql.trim_end())
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let parameters = key_format(args.format, args.spelling, args.kdf_iterations)?.to_create();
    let keys = ctx.card_keys(&args.pin, &mut Secrets::new())?;
    Ok(Output::new(Key {
        format: parameters.to_string(),
        key: parameters.key_text(&keys.database),
        pragmas: parameters
            .pragmas()
            .into_iter()
            .map(|(name, value)| Pragma { name, value })
            .collect(),
        sql: parameters.to_sql(&keys.database),
    }))
}
