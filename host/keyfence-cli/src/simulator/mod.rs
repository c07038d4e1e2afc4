//! The detached simulators of this user: their processes, and the files that say where they are.

mod process;
mod running;

pub use running::{Running, RunningSimulators};

/// The name of the simulator that is meant when none is given.
pub const DEFAULT_NAME: &str = "default";
