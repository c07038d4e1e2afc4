//! `keyfence policy narrow`: switches a rule off, with the PIN alone.

use std::fmt;

use keyfence::policy::Evaluator;
use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::policy::{Change, read};
use crate::secret::{PinArg, Secrets};
use crate::terminal;

/// Switch a rule of the card's policy off; only a later signed policy brings it back; needs the PIN, no authority
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence policy show                       the rules and their numbers
  keyfence policy narrow 1")]
pub struct Args {
    /// The rule's number, as `keyfence policy show` prints it
    rule: u8,

    /// Don't ask
    #[arg(long, short)]
    yes: bool,

    #[command(flatten)]
    pin: PinArg,
}

#[derive(Serialize)]
struct Narrowed {
    rule: u8,
    path: String,
    already: bool,
    change: Change,
}

impl fmt::Display for Narrowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let already = if self.already {
            " was off already"
        } else {
            " is off"
        };
        write!(
            f,
            "rule {}, {},{already}\n{}",
            self.rule, self.path, self.change
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let mut session = ctx.channel()?;
    let card = read(&mut session)?.card;
    let index = usize::from(args.rule);
    let rule = card.policy.rules().get(index).ok_or_else(|| {
        CliError::usage(
            "E-POLICY-NO-SUCH-RULE",
            format!("the card's policy has no rule {}", args.rule),
        )
        .hint("See the rules and their numbers: `keyfence policy show`.")
    })?;
    let before = card.evaluator();
    let after = Evaluator {
        switched_off: before.switched_off | 1 << index,
        ..before.clone()
    };
    let narrowed = Narrowed {
        rule: args.rule,
        path: rule.to_string(),
        already: before.is_off(index),
        change: Change::between(&before, &after),
    };
    if !args.yes
        && !terminal::confirm(&format!(
            "rule {}: {}\n{}\nSwitch it off? Only a later signed policy brings it back.",
            args.rule, rule, narrowed.change
        ))?
    {
        return Err(CliError::usage("E-DECLINED", "nothing was changed")
            .hint("Run the command again, and answer with what it asks for."));
    }
    let mut session = ctx.verify(session, &args.pin, &mut Secrets::new())?;
    // The digest says which policy the number is meant for, should another have come in between.
    session.narrow_policy(args.rule, card.state.digest.first_chunk().copied())?;
    Ok(Output::new(narrowed))
}
