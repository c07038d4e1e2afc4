//! What a running command has around it: the global options, warnings so far, the user's directories, the terminal.

use std::io::{self, IsTerminal as _, Write as _};

use keyfence::simulator::Simulator;

use crate::authorities::Authorities;
use crate::cli::Options;
use crate::error::Result;
use crate::output::Warning;
use crate::pairings::PairingStore;
use crate::user_dirs;

/// Passed to every command's `run`.
pub struct Context {
    pub options: Options,
    warnings: Vec<Warning>,
    /// A simulator that was started for this command and ends with it.
    simulator: Option<Simulator>,
}

impl Context {
    pub fn new(options: Options) -> Self {
        Self {
            options,
            warnings: Vec::new(),
            simulator: None,
        }
    }

    /// Tells the owner something without ending the command: on standard error at once, or in the JSON's `warnings`.
    pub fn warn(&mut self, code: &'static str, message: impl Into<String>) {
        let message = message.into();
        if !self.options.json {
            let _ = writeln!(io::stderr().lock(), "warning: {message}");
        }
        self.warnings.push(Warning { code, message });
    }

    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// A line for a person who waits; nothing when nobody looks.
    pub fn progress(&self, text: &str) {
        let stderr = io::stderr();
        if !self.options.json && stderr.is_terminal() {
            let _ = writeln!(stderr.lock(), "{text}");
        }
    }

    /// Keeps a simulator alive until the command ends.
    pub fn keep_simulator(&mut self, simulator: Simulator) {
        self.simulator = Some(simulator);
    }

    /// What this user expects of the cards' policy authorities.
    pub fn authorities(&self) -> Result<Authorities> {
        Ok(Authorities::new(user_dirs::data_dir()?.join("authorities")))
    }

    /// The pairings of this user.
    pub fn pairings(&self) -> Result<PairingStore> {
        Ok(PairingStore::new(user_dirs::data_dir()?.join("pairings")))
    }
}
