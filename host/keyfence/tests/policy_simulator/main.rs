//! The export policy on the real applet in the simulator: attacks, agreement with the host's evaluator, the project's own cases.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agreement;
mod attacks;
mod card;
mod cases;
#[path = "../random/mod.rs"]
mod random;
