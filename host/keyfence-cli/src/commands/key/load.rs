//! `keyfence key load`: puts the key of a mnemonic or seed on the card.

use std::fmt;

use keyfence::mnemonic::{Mnemonic, WordCount};
use serde::Serialize;
use zeroize::Zeroizing;

use super::phrase::PhraseArgs;
use crate::context::Context;
use crate::error::{CliError, Family, Result};
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Put the key of a mnemonic (12 to 24 words) or of a seed on the card; needs the PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence key load                               asks for the mnemonic
  keyfence key load --mnemonic-from file:words.txt --passphrase-prompt
  keyfence key load --seed-from stdin             a seed of 16 to 64 bytes in hex
  keyfence key load --mnemonic-from stdin --pin-from stdin < secrets.txt    a line each, in this order
  keyfence key load --generate 24                 a new mnemonic, shown once")]
pub struct Args {
    #[command(flatten)]
    phrase: PhraseArgs,
    #[command(flatten)]
    pin: PinArg,

    /// Make a new mnemonic of this many words from this computer's randomness, and print it
    #[arg(long, value_name = "12|15|18|21|24", conflicts_with_all = ["mnemonic_from", "seed_from"], value_parser = words)]
    generate: Option<u8>,

    /// Replace the key that is on the card
    #[arg(long)]
    replace: bool,
}

#[derive(Serialize)]
struct Loaded {
    key_uid: String,
    simulated: bool,
    /// Only a mnemonic that was made here.
    mnemonic: Option<Zeroizing<String>>,
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(mnemonic) = &self.mnemonic {
            writeln!(
                f,
                "mnemonic: {}\nWrite it down now: it isn't shown again, and it is the only backup of the card's keys.",
                mnemonic.as_str()
            )?;
        }
        write!(
            f,
            "key loaded{}\nkey UID: {}",
            if self.simulated {
                " (simulated card)"
            } else {
                ""
            },
            self.key_uid
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let secrets = &mut Secrets::new();
    let mut session = ctx.channel()?;
    refuse_to_lose_a_key(session.status()?.key_loaded, args.replace)?;
    let simulated = session.is_simulated();
    ctx.warn_if_simulated(simulated);
    let (seed, shown) = match args.generate {
        Some(words) => {
            let mnemonic = Mnemonic::generate(WordCount::from_words(words.into())?)?;
            (
                args.phrase.seed_of(&mnemonic, secrets)?,
                Some(mnemonic.to_text()),
            )
        }
        None => (args.phrase.seed(secrets)?, None),
    };
    let mut session = ctx.verify(session, &args.pin, secrets)?;
    let key_uid = session.load_seed(&seed)?;
    Ok(Output::new(Loaded {
        key_uid: hex::encode(key_uid),
        simulated,
        mnemonic: shown,
    }))
}

/// A key that is overwritten may have no other copy.
pub fn refuse_to_lose_a_key(loaded: bool, replace: bool) -> Result<()> {
    if loaded && !replace {
        return Err(
            CliError::new(Family::Card, "E-KEY-LOADED", "the card has a key already")
                .hint("If it has a backup or isn't needed, give --replace."),
        );
    }
    Ok(())
}

/// Parses a number of words that BIP-39 has.
pub fn words(text: &str) -> std::result::Result<u8, String> {
    match text.parse() {
        Ok(count @ (12 | 15 | 18 | 21 | 24)) => Ok(count),
        _ => Err("a mnemonic has 12, 15, 18, 21 or 24 words".to_owned()),
    }
}
