//! `keyfence pairing list`: the pairings that this computer keeps; no card is needed.

use std::fmt;

use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;

/// List the pairings that this computer keeps
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence pairing list
  keyfence --json pairing list")]
pub struct Args {}

#[derive(Serialize)]
struct List {
    pairings: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    uid: String,
    slot: u8,
    created: u64,
    simulated: bool,
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pairings.is_empty() {
            return f.write_str("no pairings on this computer");
        }
        write!(f, "{:<32}  slot", "card UID")?;
        for entry in &self.pairings {
            write!(
                f,
                "\n{:<32}  {:>4}{}",
                entry.uid,
                entry.slot,
                if entry.simulated { "  simulated" } else { "" }
            )?;
        }
        Ok(())
    }
}

pub fn run(_args: Args, ctx: &mut Context) -> Result<Output> {
    let pairings = ctx.pairings()?.list()?;
    let entry = |pairing: &crate::pairings::Pairing| Entry {
        uid: pairing.uid.clone(),
        slot: pairing.slot,
        created: pairing.created,
        simulated: pairing.simulated,
    };
    Ok(Output::new(List {
        pairings: pairings.iter().map(entry).collect(),
    }))
}
