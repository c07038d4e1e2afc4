//! Genuine Keycards from 2.2 to 3.2 and 4.x, played by a double with a secure channel of its own: each difference that the library must know.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod blocks;
mod channel_errors;
mod differences;
mod double;
mod newer;
