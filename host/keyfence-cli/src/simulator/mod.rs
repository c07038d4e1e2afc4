//! The simulated card's process: finding its jar, starting it, and the file that says where a detached one is.

mod jar;
mod launch;
mod process;
mod running;

pub use launch::{Launch, Launched};
pub use running::{Running, RunningSimulators};

/// The name of the simulator that is meant when none is given.
pub const DEFAULT_NAME: &str = "default";
