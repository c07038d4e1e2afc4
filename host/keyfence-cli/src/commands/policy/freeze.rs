//! `keyfence policy freeze`: no update until FACTORY RESET, with the PIN alone.

use std::fmt;

use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::policy::read;
use crate::secret::{PinArg, Secrets};
use crate::terminal;

/// Refuse every later policy for good, until the card is reset; rules can still be switched off; needs the PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence policy freeze")]
pub struct Args {
    /// Don't ask
    #[arg(long, short)]
    yes: bool,

    #[command(flatten)]
    pin: PinArg,
}

#[derive(Serialize)]
struct Frozen {
    card: String,
    frozen: bool,
    already: bool,
}

impl fmt::Display for Frozen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.already {
            "was frozen already"
        } else {
            "is frozen"
        };
        write!(
            f,
            "the policy of card {} {how}: it takes no other until the card is reset",
            self.card
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let mut session = ctx.channel()?;
    let state = read(&mut session)?;
    let question = "Freeze the card's policy? No update is taken then until the card is reset, which wipes its keys.";
    if !args.yes && !terminal::confirm(question)? {
        return Err(CliError::usage("E-DECLINED", "nothing was changed")
            .hint("Run the command again, and answer with what it asks for."));
    }
    let mut session = ctx.verify(session, &args.pin, &mut Secrets::new())?;
    session.freeze_policy()?;
    Ok(Output::new(Frozen {
        card: hex::encode(state.uid),
        frozen: true,
        already: state.card.state.frozen,
    }))
}
