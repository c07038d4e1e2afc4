//! `keyfence pinless unset`: nothing signs without a PIN any more.

use super::Pinless;
use crate::context::Context;
use crate::error::Result;
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Let nothing sign without a PIN any more; needs the PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence pinless unset")]
pub struct Args {
    #[command(flatten)]
    pin: PinArg,
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let mut session = ctx.verified(&args.pin, &mut Secrets::new())?;
    session.unset_pinless_path()?;
    Ok(Output::new(Pinless { path: None }))
}
