//! `keyfence pin`: PIN, PUK and pairing password of a card in use.

mod change;
mod unblock;

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
    Change(change::Args),
    Unblock(unblock::Args),
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Change(args) => change::run(args, ctx),
        Verb::Unblock(args) => unblock::run(args, ctx),
    }
}
