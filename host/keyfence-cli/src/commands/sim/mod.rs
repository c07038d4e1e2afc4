//! `keyfence sim`: simulated cards that stay after the command that started them.

mod start;
mod status;
mod stop;

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
    Start(start::Args),
    Stop(stop::Args),
    Status(status::Args),
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Start(args) => start::run(args, ctx),
        Verb::Stop(args) => stop::run(args, ctx),
        Verb::Status(args) => status::run(args, ctx),
    }
}
