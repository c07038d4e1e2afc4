//! `keyfence pairing remove`: frees a slot of the card, or only forgets a pairing that is of no use any more.

use std::fmt;

use keyfence::pairing::Slot;
use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Free this computer's pairing slot, or another one
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence pairing remove                                              free this computer's slot
  keyfence pairing remove --slot 3                                     free the slot of a lost computer
  keyfence pairing remove --forget 00112233445566778899aabbccddeeff    without the card: only forget the pairing here")]
pub struct Args {
    #[command(flatten)]
    pin: PinArg,

    /// Free this slot instead of this computer's
    #[arg(long, value_name = "N")]
    slot: Option<u8>,

    /// Forget the pairing with the card of this UID; the card isn't asked and keeps its slot
    #[arg(long, value_name = "UID", conflicts_with = "slot")]
    forget: Option<String>,
}

#[derive(Serialize)]
struct Removed {
    uid: String,
    /// None: the card wasn't asked.
    freed_slot: Option<u8>,
    forgotten: bool,
}

impl fmt::Display for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.freed_slot {
            Some(slot) => write!(f, "slot {slot} of card {} is free", self.uid)?,
            None => {
                return write!(
                    f,
                    "the pairing with card {} is forgotten; if the card still exists its slot stays taken",
                    self.uid
                );
            }
        }
        if self.forgotten {
            f.write_str("; this computer is not paired with it any more")?;
        }
        Ok(())
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match &args.forget {
        Some(uid) => forget(ctx, uid),
        None => unpair(&args, ctx),
    }
}

fn unpair(args: &Args, ctx: &mut Context) -> Result<Output> {
    let session = ctx.selected()?;
    let uid = session.application().uid;
    let session = ctx.open(session)?;
    let own = session.pairing().slot;
    let mut session = ctx.verify(session, &args.pin, &mut Secrets::new())?;
    let slot = args.slot.map_or(own, Slot);
    session.unpair(slot)?;
    let forgotten = slot == own && ctx.pairings()?.forget(uid)?;
    Ok(Output::new(Removed {
        uid: hex::encode(uid),
        freed_slot: Some(slot.0),
        forgotten,
    }))
}

fn forget(ctx: &Context, text: &str) -> Result<Output> {
    let mut uid = [0; 16];
    hex::decode_to_slice(text, &mut uid).map_err(|_| {
        CliError::usage("E-HEX", "a UID is 16 bytes in hex")
            .hint("`keyfence pairing list` shows them.")
    })?;
    if !ctx.pairings()?.forget(uid)? {
        return Err(CliError::usage(
            "E-PAIRING-NOT-HERE",
            format!("this computer has no pairing with a card {text}"),
        )
        .hint("`keyfence pairing list` shows those that it has."));
    }
    Ok(Output::new(Removed {
        uid: hex::encode(uid),
        freed_slot: None,
        forgotten: true,
    }))
}
