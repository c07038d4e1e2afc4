//! `keyfence pin unblock`: a new PIN, with the PUK, after too many wrong ones.

use std::fmt;

use keyfence::CardError;
use keyfence::secret::{Pin, Puk};
use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;
use crate::secret::{NewPinArg, PukArg, Secrets};

/// Set a new PIN with the PUK, after too many wrong PINs
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence pin unblock
  keyfence pin unblock --puk-from file:puk.txt --new-pin-from prompt")]
pub struct Args {
    #[command(flatten)]
    puk: PukArg,
    #[command(flatten)]
    new_pin: NewPinArg,
}

#[derive(Serialize)]
struct Unblocked {
    unblocked: bool,
}

impl fmt::Display for Unblocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the PIN is unblocked; the new one counts from now on")
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let mut session = ctx.channel()?;
    let status = session.status()?;
    if status.pin_tries > 0 {
        // Asked before the PUK is typed: the card would refuse in any case.
        return Err(CardError::PinNotBlocked.into());
    }
    match status.puk_tries {
        0 => return Err(CardError::PukBlocked.into()),
        1 => ctx.warn("W-PUK-LAST-TRY", "this is the last try: after another wrong PUK the card can only be wiped, and its keys are lost"),
        _ => {}
    }
    let secrets = &mut Secrets::new();
    let puk = Puk::parse(&args.puk.read(secrets)?)?;
    let pin = Pin::parse(&args.new_pin.read_new(secrets)?)?;
    session.unblock_pin(&puk, &pin)?;
    Ok(Output::new(Unblocked { unblocked: true }))
}
