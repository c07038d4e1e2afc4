//! `keyfence card`: the card as a whole.

mod identify;
mod info;
mod init;
mod reset;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;
pub use init::fingerprint;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Info(info::Args),
    Identify(identify::Args),
    Init(init::Args),
    Reset(reset::Args),
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Info(args) => info::run(args, ctx),
        Verb::Identify(args) => identify::run(args, ctx),
        Verb::Init(args) => init::run(args, ctx),
        Verb::Reset(args) => reset::run(args, ctx),
    }
}
