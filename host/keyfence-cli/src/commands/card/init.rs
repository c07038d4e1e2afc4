//! `keyfence card init`: gives a new card its PIN, PUK and pairing password.

use std::fmt;

use keyfence::commands::{Init, RetryLimits};
use keyfence::secret::{PairingPassword, Pin, Puk};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::authorities::Authority;
use crate::connection::read_authority;
use crate::context::Context;
use crate::error::{CliError, Result};
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
  keyfence card init --authority authority.pub    a card whose export policy that key may change
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

    /// The public key of the policy authority that may change the card's export policy: 130 hex digits, or a file with them
    #[arg(long, value_name = "FILE|HEX")]
    authority: Option<String>,

    /// The fingerprint of the policy authority that the card's issuer installed; the card is asked for it afterwards [default: that of --authority, else none]
    #[arg(long, value_name = "FINGERPRINT|none", conflicts_with = "authority", value_parser = fingerprint)]
    expect_authority: Option<Authority>,

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
    /// A fingerprint, "none", or null for a card without an export policy of ours.
    policy_authority: Option<String>,
    /// Only a PUK that was made here.
    puk: Option<Zeroizing<String>>,
}

impl fmt::Display for Initialized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let simulated = if self.simulated { " (simulated)" } else { "" };
        write!(f, "card {} is initialised{simulated}", self.uid)?;
        match self.policy_authority.as_deref() {
            None => {}
            Some("none") => {
                f.write_str("\npolicy authority: none; its export policy can only be narrowed")?
            }
            Some(fingerprint) => write!(f, "\npolicy authority: {fingerprint}, as expected")?,
        }
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
    let mut setup = args.read(&mut Secrets::new())?;
    setup.init.policy_authority = args
        .authority
        .as_deref()
        .map(crate::policy::public_key)
        .transpose()?;
    let expected = match &setup.init.policy_authority {
        Some(key) => Authority(Some(key.fingerprint())),
        None => args.expect_authority.unwrap_or(Authority(None)),
    };
    let session = session.init(&setup.init)?;
    let (session, authority) = read_authority(session, &setup.password)?;
    let uid = session.application().uid;
    if let Some(authority) = authority {
        authority.check(expected).map_err(|error| CliError {
            message: format!("the card is initialised, but {}", error.message),
            ..error
        })?;
        ctx.authorities()?.remember(uid, authority)?;
    }
    Ok(Output::new(Initialized {
        uid: hex::encode(uid),
        simulated,
        policy_authority: authority.map(|authority| authority.to_string()),
        puk: setup.shown_puk,
    }))
}

/// What goes to the card, what is needed of it afterwards, and the PUK if it was made here.
struct Setup {
    init: Init,
    password: PairingPassword,
    shown_puk: Option<Zeroizing<String>>,
}

impl Args {
    fn read(&self, secrets: &mut Secrets) -> Result<Setup> {
        let pin = Pin::parse(&self.pin.read_new(secrets)?)?;
        let (puk, shown_puk) = if self.generate_puk {
            let puk = Puk::random().map_err(keyfence::Error::from)?;
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
        Ok(Setup {
            init,
            password,
            shown_puk,
        })
    }
}

/// Parses the value of `--expect-authority`.
pub fn fingerprint(text: &str) -> std::result::Result<Authority, String> {
    Authority::parse(text).ok_or_else(|| "a fingerprint is 16 hex digits; or say none".to_owned())
}
