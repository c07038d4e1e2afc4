//! `keyfence card init`: gives a new card its PIN, PUK and pairing password.

use std::fmt;

use keyfence::commands::{Init, RetryLimits};
use keyfence::secret::{PairingPassword, Pin, Puk};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;
use crate::secret::{AlternativePinArg, PairingPasswordArg, PinArg, PukArg, Secrets};

/// Give a new card its PIN, PUK and pairing password
///
/// The PIN has 6 digits, the PUK 12. Whoever has the pairing password can pair a computer with the card; it
/// opens nothing without the PIN. The alternative (duress) PIN opens the same card with other keys.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence card init                              asks for everything
  keyfence card init --generate-puk               makes a PUK and shows it once
  keyfence card init --pin-from file:pin.txt --puk-from file:puk.txt --default-pairing-password
  printf '%s\\n' 123456 123456789012 secret | keyfence card init --pin-from stdin --puk-from stdin --pairing-password-from stdin")]
pub struct Args {
    #[command(flatten)]
    pin: PinArg,
    #[command(flatten)]
    puk: PukArg,
    #[command(flatten)]
    pairing_password: PairingPasswordArg,
    #[command(flatten)]
    alternative_pin: AlternativePinArg,

    /// Make a random PUK and print it
    #[arg(long, conflicts_with = "puk_from")]
    generate_puk: bool,

    /// Use the pairing password that Keycard clients commonly use, "KeycardDefaultPairing"
    #[arg(long, conflicts_with = "pairing_password_from")]
    default_pairing_password: bool,

    /// Wrong PINs before it blocks [default of the card: 3]
    #[arg(long, value_name = "2..10", value_parser = clap::value_parser!(u8).range(2..=10))]
    pin_tries: Option<u8>,

    /// Wrong PUKs before it blocks for good [default of the card: 5]
    #[arg(long, value_name = "3..12", value_parser = clap::value_parser!(u8).range(3..=12))]
    puk_tries: Option<u8>,
}

#[derive(Serialize)]
struct Initialized {
    uid: String,
    simulated: bool,
    /// Only a PUK that was made here.
    puk: Option<Zeroizing<String>>,
}

impl fmt::Display for Initialized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let simulated = if self.simulated { " (simulated)" } else { "" };
        write!(f, "card {} is initialised{simulated}", self.uid)?;
        if let Some(puk) = &self.puk {
            write!(
                f,
                "\nPUK: {}\nWrite it down now: it isn't shown again, and without it a blocked PIN means losing the card's keys.",
                puk.as_str()
            )?;
        }
        f.write_str("\nnext: keyfence pairing add")
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    // Selected before anything is asked, so that nobody thinks up a PIN for a card that has one.
    let session = ctx.selection()?.uninitialized()?;
    let simulated = session.is_simulated();
    ctx.warn_if_simulated(simulated);
    let (init, puk) = args.read(&mut Secrets::new())?;
    let session = session.init(&init)?;
    Ok(Output::new(Initialized {
        uid: hex::encode(session.application().uid),
        simulated,
        puk,
    }))
}

impl Args {
    /// What goes to the card, and the PUK if it was made here.
    fn read(&self, secrets: &mut Secrets) -> Result<(Init, Option<Zeroizing<String>>)> {
        let pin = Pin::parse(&self.pin.read_new(secrets)?)?;
        let (puk, shown) = if self.generate_puk {
            let puk = Puk::random().map_err(crate::error::no_randomness)?;
            let shown = Zeroizing::new(
                puk.expose()
                    .iter()
                    .map(|digit| char::from(*digit))
                    .collect(),
            );
            (puk, Some(shown))
        } else {
            (Puk::parse(&self.puk.read_new(secrets)?)?, None)
        };
        let password = if self.default_pairing_password {
            PairingPassword::new(PairingPassword::DEFAULT)
        } else {
            PairingPassword::new(self.pairing_password.read_new(secrets)?.as_str())
        };
        let alternative_pin = match self.alternative_pin.is_given() {
            true => Some(Pin::parse(&self.alternative_pin.read_new(secrets)?)?),
            false => None,
        };
        let limits = (self.pin_tries.is_some() || self.puk_tries.is_some()).then(|| {
            let usual = RetryLimits::default();
            RetryLimits {
                pin: self.pin_tries.unwrap_or(usual.pin),
                puk: self.puk_tries.unwrap_or(usual.puk),
            }
        });
        let init = Init {
            pin,
            puk,
            pairing_secret: password.secret(),
            limits,
            alternative_pin,
            policy_authority: None,
        };
        Ok((init, shown))
    }
}
