//! The nouns. Each is a module of the same shape: `Args` (what comes after the noun) and `run(Args, &mut Context) -> Result<Output>`; each verb of it likewise, in a file of its own.

mod address;
mod authority;
mod card;
mod completions;
mod data;
mod export;
mod key;
mod message;
mod ndef;
mod pairing;
mod pin;
mod pinless;
mod policy;
mod sign;
mod sim;
mod store;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;

/// The first word of a command.
#[derive(Subcommand)]
pub enum Noun {
    /// The card as a whole: info, identify, init, reset
    Card(card::Args),
    /// Pairings of this computer with cards
    Pairing(pairing::Args),
    /// PIN, PUK and pairing password: change, unblock
    Pin(pin::Args),
    /// The master key on the card: load, generate, remove, status, verify, mnemonic
    Key(key::Args),
    Export(export::Args),
    Address(address::Args),
    /// Signatures: hash, message, typed-data
    Sign(sign::Args),
    /// The path that signs without a PIN: set, unset
    Pinless(pinless::Args),
    /// Data that the card keeps for anybody to read: get, set
    Data(data::Args),
    /// What a phone reads from the card: get, set
    Ndef(ndef::Args),
    /// Encrypted messages: seal, open, list, show
    Message(message::Args),
    /// The encrypted message store: status, backup, rekey, key
    Store(store::Args),
    /// What private keys may leave a card, and how that changes
    Policy(policy::Args),
    /// The keys that sign policies: new, show
    Authority(authority::Args),
    /// Simulated cards: start, stop, status
    Sim(sim::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// Runs one command.
pub fn run(noun: Noun, ctx: &mut Context) -> Result<Output> {
    match noun {
        Noun::Card(args) => card::run(args, ctx),
        Noun::Pairing(args) => pairing::run(args, ctx),
        Noun::Pin(args) => pin::run(args, ctx),
        Noun::Key(args) => key::run(args, ctx),
        Noun::Address(args) => address::run(args, ctx),
        Noun::Sign(args) => sign::run(args, ctx),
        Noun::Pinless(args) => pinless::run(args, ctx),
        Noun::Data(args) => data::run(args, ctx),
        Noun::Ndef(args) => ndef::run(args, ctx),
        Noun::Export(args) => export::run(args, ctx),
        Noun::Message(args) => message::run(args, ctx),
        Noun::Store(args) => store::run(args, ctx),
        Noun::Policy(args) => policy::run(args, ctx),
        Noun::Authority(args) => authority::run(args, ctx),
        Noun::Sim(args) => sim::run(args, ctx),
        Noun::Completions(args) => completions::run(args, ctx),
    }
}
