//! Secrets: wiped on drop, compared in constant time, never shown by `Debug`.

mod bytes;
mod credentials;
mod normal_form;
mod seed;

pub use bytes::Secret32;
pub use credentials::{PairingPassword, PairingSecret, Pin, Puk};
pub(crate) use normal_form::nfkd;
pub use seed::Seed;
