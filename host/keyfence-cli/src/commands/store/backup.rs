//! `keyfence store backup`: an encrypted copy.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::messaging::{Format, StoreArgs, key_format};
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Write an encrypted copy of the store; the same card opens it
///
/// The copy is read back and checked before it gets its name; an existing file is never replaced.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence store backup /media/usb/messages.db
  keyfence store status --store /media/usb/messages.db")]
pub struct Args {
    /// The copy
    #[arg(value_name = "FILE")]
    to: PathBuf,

    /// Key format of the copy
    #[arg(long, value_enum, default_value_t = Format::Own)]
    format: Format,

    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    pin: PinArg,
}

#[derive(Serialize)]
struct Backup {
    file: String,
    messages: u64,
}

impl fmt::Display for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} messages copied to {}", self.messages, self.file)
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let keys = ctx.card_keys(&args.pin, &mut Secrets::new())?;
    let store = args.store.open(&keys)?;
    store.backup(
        &args.to,
        &keys.database,
        key_format(args.format, None, None)?,
    )?;
    let messages = store.status()?.messages;
    store.close()?;
    Ok(Output::new(Backup {
        file: args.to.display().to_string(),
        messages,
    }))
}
