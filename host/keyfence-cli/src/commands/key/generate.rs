//! `keyfence key generate`: the card makes its own key, which nobody ever sees.

use std::fmt;

use serde::Serialize;

use super::load::refuse_to_lose_a_key;
use crate::context::Context;
use crate::error::Result;
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Let the card make its own key, without any backup; needs the PIN
///
/// Nobody ever sees this key: if the card is lost or wiped, so is the key. With a backup: `keyfence key load --generate 24`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence key generate
  keyfence key generate --replace")]
pub struct Args {
    #[command(flatten)]
    pin: PinArg,

    /// Replace the key that is on the card
    #[arg(long)]
    replace: bool,
}

#[derive(Serialize)]
struct Generated {
    key_uid: String,
    simulated: bool,
}

impl fmt::Display for Generated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let simulated = if self.simulated {
            " (simulated card)"
        } else {
            ""
        };
        write!(
            f,
            "the card made a key; it has no backup{simulated}\nkey UID: {}",
            self.key_uid
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let mut session = ctx.channel()?;
    refuse_to_lose_a_key(session.status()?.key_loaded, args.replace)?;
    let simulated = session.is_simulated();
    ctx.warn_if_simulated(simulated);
    let mut session = ctx.verify(session, &args.pin, &mut Secrets::new())?;
    let key_uid = session.generate_key()?;
    Ok(Output::new(Generated {
        key_uid: hex::encode(key_uid),
        simulated,
    }))
}
