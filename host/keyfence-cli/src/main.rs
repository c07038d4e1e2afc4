//! The `keyfence` command: parses the command line, runs one verb, prints its output once and leaves with the exit code of its error family.

mod authorities;
mod cli;
mod commands;
mod connection;
mod context;
mod error;
mod ethereum;
#[cfg(test)]
mod examples;
mod files;
mod messaging;
mod output;
mod pairings;
mod policy;
mod secret;
mod simulator;
mod terminal;
mod user_dirs;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match cli::Cli::try_parse() {
        Ok(cli) => {
            let mut ctx = context::Context::new(cli.options);
            let result = commands::run(cli.noun, &mut ctx);
            output::finish(&ctx, result)
        }
        Err(error) => {
            output::finish_unparsed(&error, std::env::args_os().any(|arg| arg == "--json"))
        }
    }
}
