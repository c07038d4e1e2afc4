//! `keyfence key mnemonic`: words from the card's random generator.

use std::fmt;

use keyfence::mnemonic::WordCount;
use serde::Serialize;
use zeroize::Zeroizing;

use super::load::words;
use crate::context::Context;
use crate::error::Result;
use crate::output::Output;

/// Make a mnemonic from the card's random generator, and print it; nothing is loaded, no PIN is needed
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence key mnemonic
  keyfence key mnemonic --words 24")]
pub struct Args {
    /// How many words
    #[arg(long, value_name = "12|15|18|21|24", default_value = "12", value_parser = words)]
    words: u8,
}

#[derive(Serialize)]
struct Made {
    mnemonic: Zeroizing<String>,
    simulated: bool,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mnemonic)
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let mut session = ctx.channel()?;
    let mnemonic = session.generate_mnemonic(WordCount::from_words(args.words.into())?)?;
    Ok(Output::new(Made {
        mnemonic: mnemonic.to_text(),
        simulated: session.is_simulated(),
    }))
}
