//! `keyfence key`: the master key on the card.

mod generate;
mod load;
mod mnemonic;
mod phrase;
mod remove;
mod status;
mod verify;

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
    Load(load::Args),
    Generate(generate::Args),
    Remove(remove::Args),
    Status(status::Args),
    Verify(verify::Args),
    Mnemonic(mnemonic::Args),
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Load(args) => load::run(args, ctx),
        Verb::Generate(args) => generate::run(args, ctx),
        Verb::Remove(args) => remove::run(args, ctx),
        Verb::Status(args) => status::run(args, ctx),
        Verb::Mnemonic(args) => mnemonic::run(args, ctx),
        Verb::Verify(args) => verify::run(args, ctx),
    }
}
