//! The way to a card: one trait, and what implements it.

mod choose;
mod get_response;
mod pcsc;
mod recorder;
mod scripted;
mod socket;

pub use self::pcsc::{PcscCard, PcscReader, readers};
pub use recorder::{Exchange, Recorder, Transcript};
pub use scripted::{Script, ScriptedCard};
pub use socket::SocketCard;

use crate::error::TransportError;

/// The historical bytes by which a simulated card tells that it is one.
pub const SIMULATOR_HISTORICAL_BYTES: &[u8] = b"keyfence-sim";

/// A card that takes bytes and answers with bytes.
pub trait Card: Send {
    /// Sends a command APDU and waits for the answer: data, then two bytes of status word.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError>;

    /// The reader's name, or what stands for it.
    fn reader_name(&self) -> &str;

    /// Resets the card: whatever a card forgets without power is gone.
    fn reset(&mut self) -> Result<(), TransportError>;

    /// The answer to reset, empty if unknown.
    fn atr(&self) -> &[u8];

    /// Whether this is a simulated card, which protects nothing. Told by the ATR's historical bytes.
    fn is_simulated(&self) -> bool {
        self.atr()
            .windows(SIMULATOR_HISTORICAL_BYTES.len())
            .any(|bytes| bytes == SIMULATOR_HISTORICAL_BYTES)
    }
}

impl<C: Card + ?Sized> Card for Box<C> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        (**self).transmit(command)
    }

    fn reader_name(&self) -> &str {
        (**self).reader_name()
    }

    fn reset(&mut self) -> Result<(), TransportError> {
        (**self).reset()
    }

    fn atr(&self) -> &[u8] {
        (**self).atr()
    }

    fn is_simulated(&self) -> bool {
        (**self).is_simulated()
    }
}
