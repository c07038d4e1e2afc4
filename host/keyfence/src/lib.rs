//! The Keyfence library: transport, secure channel, typed commands and export policy of a Keycard-compatible hardware wallet.
//!
//! It prints nothing and keeps no global state. A card is reached through a [`transport::Card`]; [`session::Session`] speaks to it, with
//! what may be asked now in its type: selected, paired, channel open, PIN verified.
//!
//! ```no_run
//! use keyfence::{Error, Session, commands::SlotChoice, secret::{PairingPassword, Pin}, transport::PcscCard};
//!
//! fn whisper_key() -> Result<keyfence::key::PrivateKey, Error> {
//!     let card = PcscCard::connect(None)?;
//!     let mut session = Session::select(Box::new(card))?.ready()?;
//!     let password = PairingPassword::new(PairingPassword::DEFAULT);
//!     let pairing = session.pair(&password, SlotChoice::Ephemeral)?;
//!     let open = session.with_pairing(pairing)?.open()?;
//!     let mut verified = open.verify_pin(&Pin::parse("123456")?)?;
//!     Ok(verified.export_eip1581()?.whisper)
//! }
//! ```

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
