//! `keyfence data`: the small pieces of data that a card keeps for anybody to read.

mod get;
mod set;

use clap::{Subcommand, ValueEnum};
use keyfence::commands::DataKind;
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
    Get(get::Args),
    Set(set::Args),
}

/// Which piece of data
#[derive(Clone, Copy, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Slot {
    /// Free for use
    Public,
    /// What the Cash applet shows
    Cash,
}

impl From<Slot> for DataKind {
    fn from(slot: Slot) -> Self {
        match slot {
            Slot::Public => Self::Public,
            Slot::Cash => Self::Cash,
        }
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Get(args) => get::run(args, ctx),
        Verb::Set(args) => set::run(args, ctx),
    }
}
