//! `keyfence pairing`: this computer's pairings with cards.

mod add;
mod export;
mod import;
mod list;
mod remove;
mod transfer;

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
    Export(export::Args),
    Import(import::Args),
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Add(args) => add::run(args, ctx),
        Verb::Export(args) => export::run(args, ctx),
        Verb::Import(args) => import::run(args, ctx),
        Verb::List(args) => list::run(args, ctx),
        Verb::Remove(args) => remove::run(args, ctx),
    }
}
