//! `keyfence pin change`: a new PIN, PUK or pairing password.

use std::fmt;

use clap::ValueEnum;
use keyfence::secret::{PairingPassword, Pin, Puk};
use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;
use crate::secret::{NewPairingPasswordArg, NewPinArg, NewPukArg, PinArg, Secrets};

/// Set a new PIN, PUK or pairing password; needs the PIN
///
/// After the alternative (duress) PIN it is that one which changes. A new pairing password counts for new
/// pairings only.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence pin change
  keyfence pin change puk
  keyfence pin change pairing-password
  keyfence pin change --pin-from env:OLD --new-pin-from env:NEW")]
pub struct Args {
    #[arg(value_enum, default_value_t = What::Pin)]
    what: What,
    #[command(flatten)]
    pin: PinArg,
    #[command(flatten)]
    new_pin: NewPinArg,
    #[command(flatten)]
    new_puk: NewPukArg,
    #[command(flatten)]
    new_pairing_password: NewPairingPasswordArg,
}

/// What to change
#[derive(Clone, Copy, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Pin,
    Puk,
    PairingPassword,
}

#[derive(Serialize)]
struct Changed {
    changed: What,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.changed {
            What::Pin => "the PIN is changed",
            What::Puk => "the PUK is changed",
            What::PairingPassword => "the pairing password is changed; existing pairings stay",
        })
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let secrets = &mut Secrets::new();
    let mut session = ctx.verified(&args.pin, secrets)?;
    match args.what {
        What::Pin => session.change_pin(&Pin::parse(&args.new_pin.read_new(secrets)?)?)?,
        What::Puk => session.change_puk(&Puk::parse(&args.new_puk.read_new(secrets)?)?)?,
        What::PairingPassword => {
            let password =
                PairingPassword::new(args.new_pairing_password.read_new(secrets)?.as_str());
            session.change_pairing_secret(&password.secret())?;
        }
    }
    Ok(Output::new(Changed { changed: args.what }))
}
