//! `keyfence sign`: signatures by keys that stay on the card.

mod hash;
mod message;
mod signer;
mod typed_data;

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
    Hash(hash::Args),
    Message(message::Args),
    TypedData(typed_data::Args),
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Hash(args) => hash::run(args, ctx),
        Verb::Message(args) => message::run(args, ctx),
        Verb::TypedData(args) => typed_data::run(args, ctx),
    }
}
