//! The messaging core: Whisper v6 envelopes and an SQLCipher store on the two keys that leave the card.
//!
//! The envelope side ([`Envelope`], [`seal()`], [`open_asymmetric`], [`open_symmetric`], [`Checks`]) speaks EIP-627 as its
//! reference implementation, go-ethereum 1.9.20's `whisper/whisperv6`, does: what that package accepts is accepted here,
//! what it refuses (or dies on) is refused here. Input from outside never panics and never makes this crate allocate
//! more than a small multiple of the input's own size.
//!
//! The store side ([`store`]) keeps messages, contacts and topics in an SQLCipher database that only the card's
//! database key opens.
//!
//! **Security notes.** Whisper has no forward secrecy: whoever gets the whisper key later reads every envelope ever
//! recorded. The symmetric topics (public chats, contact codes) are encrypted under a password that is public by
//! design: they hide nothing from anyone who knows the chat's name. Proof of work is a toll, not an authentication.

mod ecies;
mod envelope;
mod error;
mod identity;
mod keyring;
mod keys;
mod open;
mod plaintext;
mod pow;
mod seal;
#[cfg(feature = "store")]
pub mod store;
mod symmetric;
mod text;
mod topic;

pub use envelope::{ENVELOPE_HEADER_LENGTH, Envelope, MAX_MESSAGE_SIZE};
pub use error::Error;
pub use identity::{CardKeys, DatabaseKey, WhisperIdentity};
pub use keyring::{Channel, Keyring, Lock};
pub use keys::{PublicKey, SecretKey};
pub use open::{
    Checks, DEFAULT_MAX_MESSAGE_SIZE, DEFAULT_MINIMUM_WORK, SYNC_ALLOWANCE, open_asymmetric,
    open_symmetric,
};
pub use plaintext::{MAX_PAYLOAD, Opened};
pub use pow::{Progress, Work, leading_zero_bits, work_of};
pub use seal::{DEFAULT_TTL, Recipient, SealRequest, seal};
pub use symmetric::{PASSWORD_ROUNDS, SymmetricKey};
pub use text::{Format, decode_json, decode_one, decode_stream, encode_json};
pub use topic::{PARTITIONS, Topic};
