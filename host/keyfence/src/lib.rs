//! The Keyfence library: transport, secure channel, typed commands and export policy of a Keycard-compatible hardware wallet.
//!
//! It prints nothing and keeps no global state. A card is reached through a [`transport::Card`]; [`session::Session`] speaks to it, with
//! what may be asked now in its type: selected, paired, channel open, PIN verified.

pub mod apdu;
pub mod applets;
pub mod channel;
pub mod commands;
pub mod error;
pub mod identity;
pub mod key;
pub mod mnemonic;
pub mod pairing;
pub mod path;
pub mod policy;
pub mod protocol;
pub mod secret;
pub mod session;
pub mod signature;
pub mod simulator;
mod tlv;
pub mod transport;
pub mod version;

pub use error::{CardError, Error, Explain, Failed, Family, InputError, TransportError};
pub use path::{Path, PathSource};
pub use session::{Selection, Session};
