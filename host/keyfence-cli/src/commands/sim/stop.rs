//! `keyfence sim stop`: ends a simulated card.

use std::fmt;

use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::simulator::{DEFAULT_NAME, Running, RunningSimulators};

/// End a simulated card; without a state file its keys are gone
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence sim stop
  keyfence sim stop --name alice
  keyfence sim stop --all")]
pub struct Args {
    /// Which one
    #[arg(long, value_name = "NAME", default_value = DEFAULT_NAME)]
    name: String,

    /// All of this user
    #[arg(long, conflicts_with = "name")]
    all: bool,
}

#[derive(Serialize)]
struct Stopped {
    stopped: Vec<Running>,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.stopped.is_empty() {
            return f.write_str("no simulated card runs");
        }
        for (index, running) in self.stopped.iter().enumerate() {
            let kept = running.state.as_ref().map_or_else(
                || "it is gone".to_owned(),
                |path| format!("it is kept in {}", path.display()),
            );
            write!(
                f,
                "{}simulated card \"{}\" ended; {kept}",
                if index == 0 { "" } else { "\n" },
                running.name
            )?;
        }
        Ok(())
    }
}

pub fn run(args: Args, _ctx: &mut Context) -> Result<Output> {
    let simulators = RunningSimulators::open()?;
    let stopped = if args.all {
        simulators.list()?
    } else {
        let running = simulators.get(&args.name)?.ok_or_else(|| {
            CliError::transport(
                "E-SIM-NOT-RUNNING",
                format!("no simulated card \"{}\" runs", args.name),
            )
            .hint("See which run: keyfence sim status.")
        })?;
        vec![running]
    };
    for running in &stopped {
        simulators.stop(running)?;
    }
    Ok(Output::new(Stopped { stopped }))
}
