//! Pairings: what a host keeps of a card that accepted it.

mod record;

pub use record::{PairingRecord, Slot};
