//! The library against the real applet in the simulator, over its socket.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod common;
mod credentials;
mod keys;
mod pairing;
mod thin_path;
