//! `keyfence pinless set`: lets one path sign without a PIN.

use keyfence::Path;

use super::Pinless;
use crate::context::Context;
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Let the key of one path sign without a PIN; needs the PIN
///
/// It belongs to the PIN (main or alternative) that it was set under. Not possible at or below a key that may be exported.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence pinless set \"m/44'/60'/0'/0/9\"
  keyfence sign hash --pinless HASH")]
pub struct Args {
    path: String,
    #[command(flatten)]
    pin: PinArg,
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let path: Path = args.path.parse().map_err(keyfence::InputError::Path)?;
    if path.is_empty() {
        return Err(CliError::usage(
            "E-PINLESS-MASTER",
            "the master key can't sign without a PIN",
        )
        .hint("To end signing without a PIN: `keyfence pinless unset`."));
    }
    let mut session = ctx.verified(&args.pin, &mut Secrets::new())?;
    session.set_pinless_path(&path)?;
    Ok(Output::new(Pinless {
        path: Some(path.to_string()),
    }))
}
