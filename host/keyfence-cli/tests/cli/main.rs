//! The real `keyfence` binary, against the real simulator: one module a subject.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

mod card;
mod expected_authority;
mod export;
mod key;
mod message;
mod pairing;
mod pin;
mod policy;
mod prompts;
mod readers;
mod sign;
mod sim;
mod stored;
mod transfer;
mod usage;
