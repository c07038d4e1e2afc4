//! The library against the real applet in the simulator, over its socket.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod alternative_pin;
mod common;
mod credentials;
mod data;
mod export_policy;
mod identity;
mod keys;
mod pairing;
mod refusals;
mod signing;
mod thin_path;
mod transport;
