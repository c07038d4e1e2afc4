//! `keyfence key remove`: takes the key off the card.

use std::fmt;

use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::secret::{PinArg, Secrets};
use crate::terminal;

/// Take the key off the card; needs the PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence key remove
  keyfence key remove --yes")]
pub struct Args {
    #[command(flatten)]
    pin: PinArg,

    /// Don't ask
    #[arg(long)]
    yes: bool,
}

#[derive(Serialize)]
struct Removed {
    /// False: there was no key.
    removed: bool,
}

impl fmt::Display for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.removed {
            "the key is removed from the card"
        } else {
            "the card had no key"
        })
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let mut session = ctx.channel()?;
    let loaded = session.status()?.key_loaded;
    if loaded
        && !args.yes
        && !terminal::confirm("Without a backup the keys of this card are lost. Remove the key?")?
    {
        return Err(
            CliError::usage("E-DECLINED", "cancelled; nothing was changed")
                .hint("Run the command again, and answer with what it asks for."),
        );
    }
    let mut session = ctx.verify(session, &args.pin, &mut Secrets::new())?;
    session.remove_key()?;
    Ok(Output::new(Removed { removed: loaded }))
}
