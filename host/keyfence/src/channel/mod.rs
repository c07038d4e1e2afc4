//! Secure channel V1: AES-256-CBC, then CBC-MAC, each message's IV being the MAC of the one before.

mod cipher;
mod secure_channel;

pub(crate) use cipher::encrypt;
pub use secure_channel::SecureChannel;
