//! `keyfence data set`: stores data on the card.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::Slot;
use crate::context::Context;
use crate::error::{CliError, Result};
use crate::files;
use crate::output::Output;
use crate::secret::{PinArg, Secrets};

/// Store data of at most 127 bytes on the card, for anybody to read; needs the PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence data set \"if found: call 555 0100\"
  keyfence data set --hex 0102ff
  keyfence data set --slot cash --file note.txt
  keyfence data set \"\"                              erase")]
pub struct Args {
    /// The data, as text
    #[arg(required_unless_present_any = ["hex", "file"])]
    text: Option<String>,

    /// The data, in hex
    #[arg(long, value_name = "HEX", conflicts_with = "text")]
    hex: Option<String>,

    /// The data, from a file; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["text", "hex"])]
    file: Option<PathBuf>,

    #[arg(long, value_enum, default_value_t = Slot::Public)]
    slot: Slot,

    #[command(flatten)]
    pin: PinArg,
}

#[derive(Serialize)]
struct Stored {
    slot: Slot,
    bytes: usize,
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bytes {
            0 => f.write_str("the data is erased"),
            1 => f.write_str("1 byte stored"),
            bytes => write!(f, "{bytes} bytes stored"),
        }
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let data = match (args.text, args.hex, args.file) {
        (Some(text), _, _) => text.into_bytes(),
        (_, Some(hex), _) => hex::decode(hex).map_err(|error| {
            CliError::usage("E-HEX", format!("--hex isn't hex: {error}"))
                .hint("Hexadecimal digits are 0 to 9 and a to f, two for each byte.")
        })?,
        (_, _, Some(path)) => files::read_all(&path)?,
        (None, None, None) => Vec::new(),
    };
    let mut session = ctx.verified(&args.pin, &mut Secrets::new())?;
    session.store_data(args.slot.into(), &data)?;
    Ok(Output::new(Stored {
        slot: args.slot,
        bytes: data.len(),
    }))
}
