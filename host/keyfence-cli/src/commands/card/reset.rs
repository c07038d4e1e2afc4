//! `keyfence card reset`: wipes a card; asks for its UID, so that it is the right one.

use std::fmt;

use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::terminal;

/// Wipe everything on a card: keys, PINs, pairings
///
/// No PIN is needed, so the card's UID has to be typed. Keys without a backup are lost for good.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence card reset                                           asks for the UID
  keyfence card reset --uid 00112233445566778899aabbccddeeff    for scripts")]
pub struct Args {
    /// The UID of the card to wipe, instead of typing it when asked
    #[arg(long, value_name = "HEX")]
    uid: Option<String>,
}

#[derive(Serialize)]
struct Reset {
    uid: String,
    simulated: bool,
    pairing_forgotten: bool,
}

impl fmt::Display for Reset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "card {}{} is wiped; it will have another UID",
            self.uid,
            if self.simulated { " (simulated)" } else { "" }
        )?;
        if self.pairing_forgotten {
            f.write_str("\nthis computer's pairing with it is forgotten")?;
        }
        f.write_str("\nnext: keyfence card init")
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let session = ctx.selected()?;
    let simulated = session.is_simulated();
    let uid = session.application().uid;
    let text = hex::encode(uid);
    let typed = match args.uid {
        Some(uid) => uid,
        None => terminal::ask(&format!(
            "This wipes the card {text}: its keys are lost.\nType its UID to go on"
        ))?,
    };
    if normal(&typed) != text {
        return Err(CliError::usage(
            "E-UID-DIFFERS",
            "that is not this card's UID; nothing was changed",
        )
        .hint(format!("The card in the reader is {text}."))
        .detail("uid", text));
    }
    session.factory_reset()?;
    ctx.authorities()?.forget(uid)?;
    let pairing_forgotten = ctx.pairings()?.forget(uid)?;
    Ok(Output::new(Reset {
        uid: text,
        simulated,
        pairing_forgotten,
    }))
}

/// People group digits and write capitals.
fn normal(uid: &str) -> String {
    uid.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ':' | '-'))
        .collect::<String>()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn a_uid_may_be_grouped_and_in_capitals() {
        assert_eq!(normal(" A1B2-c3d4:e5 f6 "), "a1b2c3d4e5f6");
    }
}
