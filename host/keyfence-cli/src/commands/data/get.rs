//! `keyfence data get`: reads what the card keeps.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;
use zeroize::Zeroizing;

use super::Slot;
use crate::context::Context;
use crate::error::Result;
use crate::output::Output;

/// Read data from the card; needs no pairing and no PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence data get
  keyfence data get cash --format hex
  keyfence data get --format raw > data.bin")]
pub struct Args {
    #[arg(value_enum, default_value_t = Slot::Public)]
    slot: Slot,

    /// text: as it is if it is printable, else in hex; raw: the bytes, to a file or pipe only
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Hex,
    Raw,
}

#[derive(Serialize)]
struct Data {
    slot: Slot,
    hex: String,
    /// None: not a text.
    text: Option<String>,
    #[serde(skip)]
    as_hex: bool,
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) if !self.as_hex => f.write_str(text),
            _ => f.write_str(&self.hex),
        }
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    if args.format == Format::Raw {
        Output::check_raw(ctx.options.json)?;
    }
    let bytes = ctx.selected()?.get_data(args.slot.into())?;
    if args.format == Format::Raw {
        return Ok(Output::raw(Zeroizing::new(bytes)));
    }
    // Control characters from a card don't belong on a terminal.
    let printable = |text: &String| {
        text.chars()
            .all(|c| !c.is_control() || c == '\n' || c == '\t')
    };
    let (hex, text) = (
        hex::encode(&bytes),
        String::from_utf8(bytes).ok().filter(printable),
    );
    Ok(Output::new(Data {
        slot: args.slot,
        hex,
        text,
        as_hex: args.format == Format::Hex,
    }))
}
