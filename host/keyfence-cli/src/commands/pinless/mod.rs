//! `keyfence pinless`: the one path that signs without a PIN.

mod set;
mod unset;

use std::fmt;

use clap::Subcommand;
use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Set(set::Args),
    Unset(unset::Args),
}

/// The PIN-less path from now on.
#[derive(Serialize)]
struct Pinless {
    path: Option<String>,
}

impl fmt::Display for Pinless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(
                f,
                "{path} signs without a PIN from now on: whoever holds the card can use it"
            ),
            None => f.write_str("nothing signs without a PIN any more"),
        }
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Set(args) => set::run(args, ctx),
        Verb::Unset(args) => unset::run(args, ctx),
    }
}
