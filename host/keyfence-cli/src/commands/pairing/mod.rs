//! `keyfence pairing`: this computer's pairings with cards.

mod add;
mod list;
mod remove;

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
    Add(add::Args),
    List(list::Args),
    Remove(remove::Args),
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Add(args) => add::run(args, ctx),
        Verb::List(args) => list::run(args, ctx),
        Verb::Remove(args) => remove::run(args, ctx),
    }
}
