//! Connects to the card that the global options mean, and selects it.

use keyfence::session::{Selected, Selection, Session};
use keyfence::simulator::{Simulator, StartOptions};
use keyfence::transport::{Card, PcscCard, SocketCard};

use crate::context::Context;
use crate::error::{CliError, Result};
use crate::simulator::{DEFAULT_NAME, RunningSimulators};

impl Context {
    /// The simulated card, or the one in the reader.
    pub fn card(&mut self) -> Result<Box<dyn Card>> {
        if let Some(which) = self.options.simulator.clone() {
            let port = self.simulator_port(&which)?;
            return Ok(Box::new(SocketCard::connect(&format!("127.0.0.1:{port}"))?));
        }
        let from_environment = || {
            std::env::var("KEYFENCE_READER")
                .ok()
                .filter(|name| !name.is_empty())
        };
        let reader = self.options.reader.clone().or_else(from_environment);
        Ok(Box::new(PcscCard::connect(reader.as_deref())?))
    }

    /// The card, selected; initialised or not.
    pub fn selection(&mut self) -> Result<Selection> {
        let card = self.card()?;
        Ok(Session::select(card)?)
    }

    /// The card, selected; one that isn't initialised is an error.
    pub fn selected(&mut self) -> Result<Session<Selected>> {
        Ok(self.selection()?.ready()?)
    }

    /// Tells the owner before a secret goes onto a card that protects nothing.
    pub fn warn_if_simulated(&mut self, simulated: bool) {
        if simulated {
            self.warn(
                "W-SIMULATED",
                "this is a simulated card: it protects nothing",
            );
        }
    }

    fn simulator_port(&mut self, which: &str) -> Result<u16> {
        if let Ok(port) = which.parse() {
            return Ok(port);
        }
        if let Some(running) = RunningSimulators::open()?.get(which)? {
            return match running.plugged_into {
                None => Ok(running.port),
                Some(reader) => Err(CliError::transport("E-SIM-IN-READER", format!("the simulated card \"{which}\" is in the reader at {reader}"))
                    .hint("Use it like any card: without --simulator, with --reader if there are several.")),
            };
        }
        if which != DEFAULT_NAME {
            return Err(CliError::transport(
                "E-SIM-NOT-RUNNING",
                format!("no simulated card \"{which}\" runs"),
            )
            .hint(format!("Start it: `keyfence sim start --name {which}`.")));
        }
        self.progress("starting a simulated card for this command…");
        let simulator = Simulator::start(&StartOptions {
            jar: self.options.simulator_jar.clone(),
            state: self.options.simulator_state.clone(),
            ..StartOptions::default()
        })?;
        let port = simulator.port();
        self.keep_simulator(simulator);
        Ok(port)
    }
}
