//! `keyfence ndef`: what a phone reads when the card is held to it.

mod get;
mod set;
mod uri;

use clap::Subcommand;

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

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Get(args) => get::run(args, ctx),
        Verb::Set(args) => set::run(args, ctx),
    }
}
