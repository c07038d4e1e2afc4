//! `keyfence key status`: key, tries left, current path.

use std::fmt;

use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;

/// Show whether a key is loaded, the tries left for PIN and PUK, and the card's current path; needs no PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence key status
  keyfence --json key status")]
pub struct Args {}

#[derive(Serialize)]
struct Status {
    key_loaded: bool,
    key_uid: Option<String>,
    pin_tries_left: u8,
    puk_tries_left: u8,
    current_path: String,
    simulated: bool,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.key_uid, self.key_loaded) {
            (Some(key_uid), true) => write!(f, "key:           loaded\nkey UID:       {key_uid}")?,
            (None, true) => f.write_str("key:           loaded")?,
            (_, false) => f.write_str("key:           none; next: keyfence key load")?,
        }
        let blocked = |tries: u8, help: &str| {
            if tries == 0 {
                format!("0, blocked; {help}")
            } else {
                tries.to_string()
            }
        };
        write!(
            f,
            "\nPIN tries:     {}",
            blocked(self.pin_tries_left, "next: keyfence pin unblock")
        )?;
        write!(
            f,
            "\nPUK tries:     {}",
            blocked(self.puk_tries_left, "only keyfence card reset helps")
        )?;
        write!(f, "\ncurrent path:  {}", self.current_path)?;
        if self.simulated {
            f.write_str("\nsimulated:     yes; this card protects nothing")?;
        }
        Ok(())
    }
}

pub fn run(_args: Args, ctx: &mut Context) -> Result<Output> {
    let mut session = ctx.channel()?;
    let status = session.status()?;
    let current_path = session.current_path()?.to_string();
    Ok(Output::new(Status {
        key_loaded: status.key_loaded,
        key_uid: session.application().key_uid.map(hex::encode),
        pin_tries_left: status.pin_tries,
        puk_tries_left: status.puk_tries,
        current_path,
        simulated: session.is_simulated(),
    }))
}
