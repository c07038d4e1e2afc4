//! `keyfence sim start`: a simulated card that stays until `sim stop`.

use std::fmt;
use std::path::PathBuf;

use keyfence::simulator::{Simulator, StartOptions};
use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::simulator::{DEFAULT_NAME, Running, RunningSimulators};

/// Start a simulated card that stays until `keyfence sim stop`
///
/// A simulated card protects nothing: its keys are in an ordinary process.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence sim start                              a new, empty card; then: keyfence --simulator card info
  keyfence sim start --state card.kfs             one that is kept in a file over a stop
  keyfence sim start --name alice                 a second one; then: keyfence --simulator=alice card info
  keyfence sim start --card alice.toml            one that is set up as the file says
  keyfence sim start --connect 127.0.0.1:35963    one in the reader of vpcd, for every PC/SC program")]
pub struct Args {
    /// A name, to have several at once
    #[arg(long, value_name = "NAME", default_value = DEFAULT_NAME)]
    name: String,

    /// The port to listen on, on this machine only; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    listen: u16,

    /// Plug the card into the virtual reader (vpcd) at this address instead, so that every PC/SC program sees it
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "listen")]
    connect: Option<String>,

    /// Keep the card in this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Set the card up as this description says (TOML or JSON)
    #[arg(long, value_name = "FILE")]
    card: Option<PathBuf>,

    /// Make all randomness from this number: for tests only, every key can be guessed
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// The card's UID, 16 bytes in hex
    #[arg(long, value_name = "HEX")]
    uid: Option<String>,

    /// The applet's install parameters in hex (export policy, floor, authority)
    #[arg(long, value_name = "HEX")]
    install_parameters: Option<String>,
}

#[derive(Serialize)]
struct Started {
    #[serde(flatten)]
    running: Running,
    simulated: bool,
}

impl fmt::Display for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Running {
            name,
            port,
            pid,
            plugged_into,
            ..
        } = &self.running;
        let option = if name == DEFAULT_NAME {
            String::new()
        } else {
            format!("={name}")
        };
        let stop = if name == DEFAULT_NAME {
            String::new()
        } else {
            format!(" --name {name}")
        };
        match plugged_into {
            Some(reader) => write!(
                f,
                "simulated card \"{name}\" is in the reader at {reader} (process {pid})\nuse it:  keyfence card info"
            )?,
            None => write!(
                f,
                "simulated card \"{name}\" answers on port {port} (process {pid})\nuse it:  keyfence --simulator{option} card info"
            )?,
        }
        write!(f, "\nend it:  keyfence sim stop{stop}")
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let simulators = RunningSimulators::open()?;
    if let Some(running) = simulators.get(&args.name)? {
        return Err(CliError::usage(
            "E-SIM-RUNS",
            format!(
                "a simulated card \"{}\" runs already on port {}",
                running.name, running.port
            ),
        )
        .hint("Use it, stop it with `keyfence sim stop`, or give another --name."));
    }
    let simulator = Simulator::start(&args.options(ctx, simulators.log(&args.name)?)?)?;
    let running = Running {
        name: args.name,
        port: simulator.port(),
        pid: simulator.pid(),
        jar: simulator.jar().to_owned(),
        state: args.state,
        plugged_into: args.connect,
    };
    simulators.put(&running)?;
    Ok(Output::new(Started {
        running,
        simulated: true,
    }))
}

impl Args {
    fn options(&self, ctx: &Context, log: PathBuf) -> Result<StartOptions> {
        Ok(StartOptions {
            jar: ctx.options.simulator_jar.clone(),
            port: self.listen,
            plug_into: self.connect.clone(),
            detached: true,
            seed: self.seed,
            install_parameters: self
                .install_parameters
                .as_deref()
                .map_or(Ok(Vec::new()), |text| {
                    hex::decode(text).map_err(|error| no_hex("--install-parameters", &error))
                })?,
            uid: self.uid.as_deref().map(uid).transpose()?,
            state: self.state.clone(),
            card: self.card.clone(),
            log: Some(log),
            ..StartOptions::default()
        })
    }
}

fn uid(text: &str) -> Result<[u8; 16]> {
    let mut uid = [0; 16];
    hex::decode_to_slice(text, &mut uid).map_err(|error| no_hex("--uid", &error))?;
    Ok(uid)
}

fn no_hex(option: &str, error: &hex::FromHexError) -> CliError {
    let length = if option == "--uid" {
        ": 32 digits are needed"
    } else {
        ""
    };
    CliError::usage("E-HEX", format!("{option} isn't right ({error}){length}"))
        .hint("Hexadecimal digits are 0 to 9 and a to f, two for each byte.")
}
