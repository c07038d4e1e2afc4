//! `keyfence sim status`: the simulated cards that run.

use std::fmt;

use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;
use crate::simulator::{Running, RunningSimulators};

/// Show the simulated cards that run
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence sim status
  keyfence --json sim status")]
pub struct Args {}

#[derive(Serialize)]
struct Status {
    simulators: Vec<Running>,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.simulators.is_empty() {
            return f.write_str("no simulated card runs");
        }
        for (index, running) in self.simulators.iter().enumerate() {
            let state = running
                .state
                .as_ref()
                .map(|path| format!(", kept in {}", path.display()))
                .unwrap_or_default();
            let place = match &running.plugged_into {
                Some(reader) => format!("in the reader at {reader}"),
                None => format!("port {}", running.port),
            };
            let separator = if index == 0 { "" } else { "\n" };
            write!(
                f,
                "{separator}simulated card \"{}\": {place}, process {}{state}",
                running.name, running.pid
            )?;
        }
        Ok(())
    }
}

pub fn run(_args: Args, _ctx: &mut Context) -> Result<Output> {
    Ok(Output::new(Status {
        simulators: RunningSimulators::open()?.list()?,
    }))
}
