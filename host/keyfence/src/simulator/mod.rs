//! Simulated cards: finding the simulator, starting it as a child process, waiting until its card answers.

mod jar;
mod launch;

pub use jar::{find_jar, java};
pub use launch::{Simulator, StartOptions};
