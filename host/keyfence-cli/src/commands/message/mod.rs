//! `keyfence message`: Whisper envelopes, sealed and opened with the card's whisper key, and the messages kept of them.

mod input;
mod list;
mod open;
mod seal;
mod show;
mod view;

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
    Seal(seal::Args),
    Open(open::Args),
    List(list::Args),
    Show(show::Args),
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Seal(args) => seal::run(args, ctx),
        Verb::Open(args) => open::run(args, ctx),
        Verb::List(args) => list::run(args, ctx),
        Verb::Show(args) => show::run(args, ctx),
    }
}
