//! The real `keyfence` binary, against the real simulator: one module a subject.

mod support;

mod card;
mod export;
mod key;
mod pairing;
mod pin;
mod prompts;
mod readers;
mod sim;
mod usage;
