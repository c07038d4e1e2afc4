//! From the global options to a card in the state that a command needs: connected, selected, channel open, PIN verified.

mod authority;
mod card;
mod channel;
mod pin;

pub use authority::read_authority;
pub use channel::is_stale;
