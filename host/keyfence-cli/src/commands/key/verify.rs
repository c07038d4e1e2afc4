//! `keyfence key verify`: does this mnemonic belong to this card? Nothing is loaded.

use std::fmt;

use keyfence::CardError;
use serde::Serialize;

use super::phrase::PhraseArgs;
use crate::context::Context;
use crate::error::{CliError, Family, Result};
use crate::output::Output;
use crate::secret::Secrets;

/// Check that a mnemonic or seed is the one of this card; nothing is loaded, no PIN is needed
///
/// The card's key UID is compared, which it tells to anybody. Ends with exit code 4 when it is another one.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence key verify
  keyfence key verify --mnemonic-from file:words.txt --passphrase-prompt")]
pub struct Args {
    #[command(flatten)]
    phrase: PhraseArgs,
}

#[derive(Serialize)]
struct Verified {
    matches: bool,
    key_uid: String,
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "yes, it is the one of this card\nkey UID: {}",
            self.key_uid
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let session = ctx.selected()?;
    let on_card = session.application().key_uid.ok_or(CardError::NoKey)?;
    let given = args.phrase.seed(&mut Secrets::new())?.key_uid()?;
    if given != on_card {
        return Err(CliError::new(
            Family::Card,
            "E-KEY-DIFFERS",
            "no, the card has another key",
        )
        .hint("Another mnemonic, or another passphrase (none at all is one, too).")
        .detail("key_uid", hex::encode(given))
        .detail("card_key_uid", hex::encode(on_card)));
    }
    Ok(Output::new(Verified {
        matches: true,
        key_uid: hex::encode(given),
    }))
}
