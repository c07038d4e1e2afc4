//! `keyfence completions SHELL`: what a shell needs to complete our commands.

use clap::CommandFactory as _;
use clap_complete::Shell;
use serde::Serialize;

use crate::cli::Cli;
use crate::context::Context;
use crate::error::Result;
use crate::output::Output;

/// Print a completion script for a shell
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence completions bash > ~/.local/share/bash-completion/completions/keyfence
  keyfence completions zsh  > ~/.zfunc/_keyfence
  keyfence completions fish > ~/.config/fish/completions/keyfence.fish")]
pub struct Args {
    shell: Shell,
}

#[derive(Serialize)]
struct Script {
    shell: String,
    script: String,
}

impl std::fmt::Display for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.script.trim_end())
    }
}

pub fn run(args: Args, _ctx: &mut Context) -> Result<Output> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "keyfence", &mut script);
    Ok(Output::new(Script {
        shell: args.shell.to_string(),
        script: String::from_utf8_lossy(&script).into_owned(),
    }))
}
