//! The nouns. Each is a module of the same shape: `Args` (what comes after the noun) and `run(Args, &mut Context) -> Result<Output>`; each verb of it likewise, in a file of its own.

mod completions;
mod pairing;
mod sim;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;

/// The first word of a command.
#[derive(Subcommand)]
pub enum Noun {
    /// Pairings of this computer with cards
    Pairing(pairing::Args),
    /// Simulated cards: start, stop, status
    Sim(sim::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// Runs one command.
pub fn run(noun: Noun, ctx: &mut Context) -> Result<Output> {
    match noun {
        Noun::Pairing(args) => pairing::run(args, ctx),
        Noun::Sim(args) => sim::run(args, ctx),
        Noun::Completions(args) => completions::run(args, ctx),
    }
}
