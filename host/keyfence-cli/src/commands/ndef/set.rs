//! `keyfence ndef set`: stores a URL, or any message, for phones to read.

use std::fmt;

use serde::Serialize;

use super::uri;
use crate::context::Context;
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Store a URL on the card for phones to read; needs the PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence ndef set https://example.org/my-card
  keyfence ndef set --hex d1010d5501657861…    any NDEF message
  keyfence ndef set --hex \"\"                   none")]
pub struct Args {
    #[arg(required_unless_present = "hex")]
    url: Option<String>,

    /// A whole NDEF message in hex, without its length
    #[arg(long, value_name = "HEX", conflicts_with = "url")]
    hex: Option<String>,

    #[command(flatten)]
    pin: PinArg,
}

#[derive(Serialize)]
struct Stored {
    hex: String,
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes stored", self.hex.len() / 2)
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let message = match (&args.url, &args.hex) {
        (Some(url), _) => uri::encode(url).ok_or_else(|| {
            CliError::usage("E-URL", "that is no URL")
                .hint("It starts with a scheme, such as https:// or mailto:.")
        })?,
        (None, Some(hex)) => hex::decode(hex).map_err(|error| {
            CliError::usage("E-HEX", format!("--hex isn't hex: {error}"))
                .hint("Hexadecimal digits are 0 to 9 and a to f, two for each byte.")
        })?,
        (None, None) => Vec::new(),
    };
    let mut session = ctx.verified(&args.pin, &mut Secrets::new())?;
    session.set_ndef(&message)?;
    Ok(Output::new(Stored {
        hex: hex::encode(&message),
    }))
}
