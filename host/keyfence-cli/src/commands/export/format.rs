//! `--format` and `--out`: what form the keys get, and where they go.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;
use zeroize::Zeroizing;

use super::keys::Exported;
use super::target::Target;
use crate::error::{CliError, Result};
use crate::output::Output;

/// The form of exported keys.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Hex,
    Raw,
    Json,
}

/// What is said when the keys went into a file.
#[derive(Serialize)]
struct Written {
    file: String,
    keys: usize,
    simulated: bool,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, keys, .. } = self;
        write!(
            f,
            "{keys} {} written to {file}",
            if *keys == 1 { "key" } else { "keys" }
        )
    }
}

/// Refuses what can't be delivered, before the card is asked.
pub fn check(format: Format, keys: usize, json: bool, target: &Target) -> Result<()> {
    if format == Format::Raw && keys != 1 {
        return Err(CliError::usage(
            "E-RAW-SEVERAL",
            "raw bytes are for one key: nothing would tell several apart",
        )
        .hint("Export one key at a time, or use --format hex."));
    }
    target.check()?;
    if format == Format::Raw && !target.is_file() {
        Output::check_raw(json)?;
    }
    Ok(())
}

/// Prints the keys, or writes them to the file.
pub fn deliver(exported: Exported, format: Format, json: bool, target: &Target) -> Result<Output> {
    if !target.is_file() {
        return match format {
            Format::Hex => Ok(Output::new(exported)),
            Format::Raw => Ok(Output::raw(
                exported
                    .keys
                    .first()
                    .map(super::keys::Key::raw)
                    .unwrap_or_default(),
            )),
            // Under --json the object is the result of the usual one.
            Format::Json if json => Ok(Output::new(exported)),
            Format::Json => Ok(Output::raw(as_json(&exported)?)),
        };
    }
    let bytes = match format {
        Format::Hex => {
            let mut text = Zeroizing::new(exported.to_string());
            text.push('\n');
            Zeroizing::new(std::mem::take(&mut *text).into_bytes())
        }
        Format::Raw => exported
            .keys
            .first()
            .map(super::keys::Key::raw)
            .unwrap_or_default(),
        Format::Json => as_json(&exported)?,
    };
    let file = target.write(&bytes)?;
    Ok(Output::new(Written {
        file,
        keys: exported.keys.len(),
        simulated: exported.simulated,
    }))
}

fn as_json(exported: &Exported) -> Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    serde_json::to_writer_pretty(&mut *bytes, exported).map_err(|error| {
        CliError::data("E-OUTPUT", format!("can't make JSON: {error}"))
            .hint("Check where standard output goes, and the room left there.")
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}
