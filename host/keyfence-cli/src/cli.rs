//! The command line: options that every command takes, and the list of nouns.

use std::path::PathBuf;

use clap::{Args, Parser};

use crate::commands::Noun;

const EXAMPLES: &str = "\
Examples:
  keyfence card info                         what card is in the reader
  keyfence card init                         set PIN, PUK and pairing password of a new card
  keyfence pairing add                       pair this computer with the card
  keyfence key load                          put a mnemonic on the card
  keyfence export whisper database           get the two keys that the default policy lets out
  keyfence --simulator card info             the same with a simulated card, no hardware needed

Secrets (PIN, PUK, pairing password, mnemonic) are never arguments. They are asked for, or come from
standard input, a file or the environment: see the --…-from options of each command.

Exit codes: 0 done, 2 usage, 3 reader or simulator, 4 card, 5 refused by the export policy,
6 PIN, PUK, pairing or MAC, 7 data.";

/// A hardware wallet on a Java Card that lets only whitelisted keys out.
#[derive(Parser)]
#[command(name = "keyfence", version, about, after_help = EXAMPLES, arg_required_else_help = true, propagate_version = false)]
pub struct Cli {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    pub noun: Noun,
}

/// Options that every command takes.
#[derive(Args, Clone, Default)]
pub struct Options {
    /// Print one JSON object on standard output: {"ok":true,"result":…,"warnings":[…]} or {"ok":false,"error":…,"warnings":[…]}
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,

    /// Use the reader with this name, or a part of it that fits only one [$KEYFENCE_READER if set]
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        conflicts_with = "simulator",
        help_heading = "Global options"
    )]
    pub reader: Option<String>,

    /// Use a simulated card: the one that `keyfence sim start` left running, by name, or one on a port; starts one for this command when none runs
    #[arg(long, global = true, value_name = "NAME|PORT", num_args = 0..=1, require_equals = true, default_missing_value = crate::simulator::DEFAULT_NAME, help_heading = "Global options")]
    pub simulator: Option<String>,

    /// The simulator's jar, instead of looking for it
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub simulator_jar: Option<PathBuf>,

    /// Keep the card of a simulator that is started for this command in this file
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        requires = "simulator",
        help_heading = "Global options"
    )]
    pub simulator_state: Option<PathBuf>,
}
