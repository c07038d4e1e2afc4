//! `keyfence policy diff`: what one policy opens and closes that another doesn't.

use std::path::PathBuf;

use keyfence::policy::Evaluator;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;
use crate::policy::{Change, load, read};

/// Show what a policy opens and closes, compared with another one or with the card's
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence policy diff new.toml              what would change on the card
  keyfence policy diff old.signed new.toml")]
pub struct Args {
    /// The policy before, or the only one: then the card's is the one before
    first: PathBuf,
    /// The policy after
    second: Option<PathBuf>,
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let first = load(&args.first)?.policy;
    let (before, after) = match args.second {
        Some(second) => (Evaluator::new(first), Evaluator::new(load(&second)?.policy)),
        None => {
            let card = read(&mut ctx.channel()?)?.card;
            (card.evaluator(), card.evaluator_after(&first))
        }
    };
    Ok(Output::new(Change::between(&before, &after)))
}
