//! `keyfence authority`: the key that signs policies.

mod new;
mod show;

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
    New(new::Args),
    Show(show::Args),
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::New(args) => new::run(args, ctx),
        Verb::Show(args) => show::run(args, ctx),
    }
}
