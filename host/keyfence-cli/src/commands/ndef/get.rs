//! `keyfence ndef get`: reads the message as a phone would, through the NDEF applet.

use std::fmt;

use keyfence::applets::NdefTag;
use serde::Serialize;

use super::uri;
use crate::context::Context;
use crate::error::Result;
use crate::output::Output;

/// Show what a phone reads from the card; needs no pairing and no PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence ndef get
  keyfence --json ndef get")]
pub struct Args {}

#[derive(Serialize)]
struct Message {
    /// None: another kind of message.
    url: Option<String>,
    hex: String,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.url {
            Some(url) => f.write_str(url),
            None if self.hex.is_empty() => f.write_str("no message"),
            None => f.write_str(&self.hex),
        }
    }
}

pub fn run(_args: Args, ctx: &mut Context) -> Result<Output> {
    let message = NdefTag::select(ctx.card()?)?.read()?;
    Ok(Output::new(Message {
        url: uri::decode(&message),
        hex: hex::encode(&message),
    }))
}
