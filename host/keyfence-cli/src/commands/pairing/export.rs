//! `keyfence pairing export`: a pairing for a second computer, encrypted.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::transfer;
use crate::context::Context;
use crate::error::{CliError, Result};
use crate::files::{self, Existing};
use crate::output::Output;
use crate::pairings::Pairing;
use crate::secret::{Secrets, TransferPassphraseArg};

/// Write a pairing into a file for a second computer, encrypted with a passphrase (age format)
///
/// Both computers then use the same slot: removing the pairing on one ends it for both.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence pairing export laptop.age
  keyfence pairing export --uid 00112233445566778899aabbccddeeff laptop.age")]
pub struct Args {
    /// The file to write (mode 0600)
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Which card's pairing, when there are several
    #[arg(long, value_name = "HEX")]
    uid: Option<String>,

    /// Replace the file if it exists
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    passphrase: TransferPassphraseArg,
}

#[derive(Serialize)]
struct Exported {
    uid: String,
    file: String,
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the pairing with card {} is in {}\nnext, on the other computer: keyfence pairing import {}",
            self.uid, self.file, self.file
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let pairing = choose(ctx.pairings()?.list()?, args.uid.as_deref())?;
    let existing = if args.force {
        Existing::Replace
    } else {
        Existing::Refuse
    };
    if existing == Existing::Refuse && args.file.symlink_metadata().is_ok() {
        return Err(files::exists(&args.file));
    }
    let passphrase = args.passphrase.read_new(&mut Secrets::new())?;
    ctx.progress("encrypting…");
    let sealed = transfer::seal(&pairing, &passphrase)?;
    files::write_private(&args.file, sealed.as_bytes(), existing)?;
    Ok(Output::new(Exported {
        uid: pairing.uid.clone(),
        file: args.file.display().to_string(),
    }))
}

fn choose(mut all: Vec<Pairing>, uid: Option<&str>) -> Result<Pairing> {
    match uid {
        Some(uid) => all.retain(|pairing| pairing.uid.eq_ignore_ascii_case(uid)),
        None if all.len() > 1 => {
            return Err(CliError::usage(
                "E-PAIRING-SEVERAL",
                "this computer has pairings with several cards",
            )
            .hint("Say which one: --uid; `keyfence pairing list` shows them."));
        }
        None => {}
    }
    all.pop().ok_or_else(|| {
        CliError::usage("E-PAIRING-NOT-HERE", "this computer has no such pairing")
            .hint("`keyfence pairing list` shows those that it has.")
    })
}
