//! The Keyfence library: transport, secure channel, typed commands and export policy of a Keycard-compatible hardware wallet.
//!
//! It prints nothing and keeps no global state. A card is reached through a [`transport::Card`]; [`session::Session`] speaks to it, with
//! what may be asked now in its type: selected, paired, channel open, PIN verified.

pub mod apdu;
pub mod error;
pub mod pairing;
pub mod path;
pub mod policy;
pub mod secret;
pub mod transport;

pub use error::{CardError, Error, Explain, Failed, Family, InputError, TransportError};
pub use path::{Path, PathSource};
