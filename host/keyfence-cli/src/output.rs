//! The one place that prints: a command's output as text or JSON on standard output, its error and warnings.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::{CliError, Family, Result, exit_code};

/// What a command has to say, printed once at its end.
pub enum Output {
    /// A value: `Display` is the text for a person (no newline at the end), `Serialize` the `result` of the JSON.
    Value(Box<dyn Value>),
    /// Bytes exactly as they are; for those that mean nothing to a person see `check_raw`.
    Raw(Zeroizing<Vec<u8>>),
}

impl Output {
    pub fn new<T: Serialize + Display + 'static>(value: T) -> Self {
        Self::Value(Box::new(value))
    }

    pub fn raw(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self::Raw(bytes)
    }

    /// May raw bytes that mean nothing to a person go to standard output? Asked before the work is done.
    pub fn check_raw(json: bool) -> Result<()> {
        if json {
            return Err(
                CliError::usage("E-RAW-JSON", "raw bytes and --json exclude each other")
                    .hint("Leave out --json, or write to a file with --out."),
            );
        }
        if io::stdout().is_terminal() {
            return Err(CliError::usage(
                "E-RAW-TERMINAL",
                "raw bytes are not written to a terminal",
            )
            .hint("Redirect standard output, or name a file with --out."));
        }
        Ok(())
    }
}

/// A value that can be printed both ways. Implemented by everything that is `Serialize` and `Display`.
pub trait Value {
    /// The text, wiped after printing since it may hold an exported key.
    fn text(&self) -> Zeroizing<String>;
    /// The whole JSON object of a success.
    fn json(&self, warnings: &[Warning]) -> serde_json::Result<Zeroizing<Vec<u8>>>;
}

impl<T: Serialize + Display> Value for T {
    fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.to_string())
    }

    fn json(&self, warnings: &[Warning]) -> serde_json::Result<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(8192));
        serde_json::to_writer_pretty(
            &mut *bytes,
            &Success {
                ok: true,
                result: self,
                warnings,
            },
        )?;
        Ok(bytes)
    }
}

/// Something that the owner should know although the command went on.
#[derive(Serialize)]
pub struct Warning {
    /// Stable, `W-…`.
    pub code: &'static str,
    pub message: String,
}

#[derive(Serialize)]
struct Success<'a, T> {
    ok: bool,
    result: &'a T,
    warnings: &'a [Warning],
}

#[derive(Serialize)]
struct Failure<'a> {
    ok: bool,
    error: &'a CliError,
    warnings: &'a [Warning],
}

/// Prints what a command came to and gives its exit code.
pub fn finish(ctx: &Context, result: Result<Output>) -> ExitCode {
    match result.and_then(|output| print(ctx, &output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, ctx.options.json, ctx.warnings()),
    }
}

/// Prints what the argument parser had to say: help and version are successes, the rest are usage errors.
pub fn finish_unparsed(error: &clap::Error, json: bool) -> ExitCode {
    use clap::error::ErrorKind::{DisplayHelp, DisplayVersion};
    if json && error.use_stderr() {
        let text = error.to_string();
        // The first paragraph: what is missing stands on lines of its own.
        let lines: Vec<_> = text
            .lines()
            .map(str::trim)
            .take_while(|line| !line.is_empty())
            .collect();
        let message = lines.join(" ");
        let message = message.trim_start_matches("error: ");
        return fail(
            &CliError::usage("E-USAGE", message).hint("See `keyfence help`"),
            true,
            &[],
        );
    }
    let _ = error.print();
    match error.kind() {
        DisplayHelp | DisplayVersion => ExitCode::SUCCESS,
        _ => ExitCode::from(exit_code(Family::Usage)),
    }
}

fn print(ctx: &Context, output: &Output) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let written = match output {
        Output::Raw(bytes) => stdout.write_all(bytes).and_then(|()| stdout.flush()),
        Output::Value(value) if ctx.options.json => {
            let bytes = value.json(ctx.warnings()).map_err(|error| {
                CliError::data("E-OUTPUT", format!("can't make JSON: {error}"))
                    .hint("Check where standard output goes, and the room left there.")
            })?;
            print_line(&mut stdout, &bytes)
        }
        Output::Value(value) => {
            let text = value.text();
            if text.is_empty() {
                Ok(())
            } else {
                print_line(&mut stdout, text.as_bytes())
            }
        }
    };
    match written {
        // The reader of the pipe has enough: not our failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(CliError::data(
            "E-OUTPUT",
            format!("can't write to standard output: {error}"),
        )
        .hint("Check where standard output goes, and the room left there.")),
        Ok(()) => Ok(()),
    }
}

fn print_line(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(bytes)?;
    out.write_all(b"\n")?;
    out.flush()
}

fn fail(error: &CliError, json: bool, warnings: &[Warning]) -> ExitCode {
    if json {
        if let Ok(bytes) = serde_json::to_vec_pretty(&Failure {
            ok: false,
            error,
            warnings,
        }) {
            let _ = print_line(&mut io::stdout().lock(), &bytes);
        }
    } else {
        let _ = writeln!(io::stderr().lock(), "{error}");
    }
    ExitCode::from(error.exit_code())
}
