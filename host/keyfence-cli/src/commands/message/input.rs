//! Reads a payload or envelopes from a file or from standard input, not without bound.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{CliError, Result};
use crate::files;

/// Reads all of a file, or of standard input where none (or `-`) is named; more than `limit` bytes are an error.
pub fn read(file: Option<&Path>, limit: u64) -> Result<Zeroizing<Vec<u8>>> {
    match file {
        Some(path) if path.as_os_str() != "-" => {
            let unreadable = |error| files::unreadable(path, &error);
            read_from(File::open(path).map_err(unreadable)?, limit)
                .map_err(unreadable)?
                .ok_or_else(|| too_long(&path.display().to_string(), limit))
        }
        _ => read_from(io::stdin().lock(), limit)
            .map_err(|error| {
                CliError::data(
                    "E-STDIN-READ",
                    format!("can't read standard input: {error}"),
                )
                .hint("Check what standard input is connected to.")
            })?
            .ok_or_else(|| too_long("standard input", limit)),
    }
}

fn read_from(reader: impl Read, limit: u64) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    reader.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

fn too_long(name: &str, limit: u64) -> CliError {
    CliError::data(
        "E-INPUT-SIZE",
        format!("{name} is longer than {limit} bytes"),
    )
    .hint("Split it.")
}
