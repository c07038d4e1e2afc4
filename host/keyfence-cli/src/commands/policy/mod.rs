//! `keyfence policy`: what private keys may leave a card, and how that changes.

mod apply;
mod build;
mod check;
mod diff;
mod freeze;
mod lint;
mod narrow;
mod show;
mod sign;
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
    Show(show::Args),
    Check(check::Args),
    Lint(lint::Args),
    Diff(diff::Args),
    Build(build::Args),
    Sign(sign::Args),
    Verify(verify::Args),
    Apply(apply::Args),
    Narrow(narrow::Args),
    Freeze(freeze::Args),
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    match args.verb {
        Verb::Show(args) => show::run(args, ctx),
        Verb::Check(args) => check::run(args, ctx),
        Verb::Lint(args) => lint::run(args, ctx),
        Verb::Diff(args) => diff::run(args, ctx),
        Verb::Build(args) => build::run(args, ctx),
        Verb::Sign(args) => sign::run(args, ctx),
        Verb::Verify(args) => verify::run(args, ctx),
        Verb::Apply(args) => apply::run(args, ctx),
        Verb::Narrow(args) => narrow::run(args, ctx),
        Verb::Freeze(args) => freeze::run(args, ctx),
    }
}
