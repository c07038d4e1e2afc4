//! `keyfence pairing import`: takes a pairing over from another computer.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::transfer;
use crate::context::Context;
use crate::error::{CliError, Result};
use crate::files;
use crate::output::Output;
use crate::secret::{Secrets, TransferPassphraseArg};

/// Take over a pairing that `keyfence pairing export` wrote on another computer
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence pairing import laptop.age")]
pub struct Args {
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Replace this computer's pairing with the same card
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    passphrase: TransferPassphraseArg,
}

#[derive(Serialize)]
struct Imported {
    uid: String,
    slot: u8,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "this computer uses slot {} of card {} from now on",
            self.slot, self.uid
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let sealed =
        std::fs::read(&args.file).map_err(|error| files::unreadable(&args.file, &error))?;
    let passphrase = args.passphrase.read(&mut Secrets::new())?;
    ctx.progress("decrypting…");
    let pairing = transfer::open(&sealed, &passphrase)?;
    let store = ctx.pairings()?;
    let present = store.list()?.iter().any(|other| other.uid == pairing.uid);
    if present && !args.force {
        return Err(CliError::usage(
            "E-PAIRING-EXISTS",
            format!("this computer is paired with card {} already", pairing.uid),
        )
        .hint("To replace that pairing: --force; its slot of the card stays taken."));
    }
    store.put(&pairing)?;
    Ok(Output::new(Imported {
        uid: pairing.uid.clone(),
        slot: pairing.slot,
    }))
}
