//! `keyfence store`: the encrypted message store as a file.

mod backup;
mod key;
mod rekey;
mod status;

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
    Status(status::Args),
    Backup(backup::Args),
    Rekey(rekey::Args),
    Key(key::Args),
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Status(args) => status::run(args, ctx),
        Verb::Backup(args) => backup::run(args, ctx),
        Verb::Rekey(args) => rekey::run(args, ctx),
        Verb::Key(args) => key::run(args, ctx),
    }
}
