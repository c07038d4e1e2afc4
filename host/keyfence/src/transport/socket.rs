//! A simulated card behind a TCP socket, in the wire protocol of the vpcd virtual reader.
//!
//! A frame is a 2-byte big-endian length and that many bytes: one byte is a control (00 off, 01 on, 02 reset, 04 ATR), more are an APDU.
//! Only ATR and APDU are answered, with one frame.

use super::Card;
use crate::error::TransportError;
use std::{
    io::{self, ErrorKind, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

const OFF: u8 = 0x00;
const ON: u8 = 0x01;
const RESET: u8 = 0x02;
const ATR: u8 = 0x04;

/// The longest answer of a short APDU: 256 bytes and the status word.
const MAX_ANSWER: usize = 258;

/// A simulated card that listens on a TCP port.
#[derive(Debug)]
pub struct SocketCard {
    stream: TcpStream,
    name: String,
    atr: Vec<u8>,
    timeout: Duration,
}

impl SocketCard {
    /// How long an answer may take before the card counts as lost.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

    /// Connects to `host:port`, powers the card on and reads its ATR.
    pub fn connect(address: &str) -> Result<Self, TransportError> {
        Self::connect_with_timeout(address, Self::DEFAULT_TIMEOUT)
    }

    /// The same, with another limit for connecting and for each answer.
    pub fn connect_with_timeout(address: &str, timeout: Duration) -> Result<Self, TransportError> {
        let unreachable = |source| TransportError::SimulatorUnreachable {
            address: address.to_owned(),
            source,
        };
        let resolved = address
            .to_socket_addrs()
            .and_then(|mut all| {
                all.next()
                    .ok_or_else(|| io::Error::from(ErrorKind::NotFound))
            })
            .map_err(unreachable)?;
        let stream = TcpStream::connect_timeout(&resolved, timeout).map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        stream
            .set_read_timeout(Some(timeout))
            .map_err(unreachable)?;
        stream
            .set_write_timeout(Some(timeout))
            .map_err(unreachable)?;
        let mut card = Self {
            stream,
            name: format!("simulated card at {address}"),
            atr: Vec::new(),
            timeout,
        };
        card.power_on().map_err(|error| match error {
            // A card in use closes a second connection without a word.
            TransportError::SimulatorGone(_) => TransportError::SimulatorBusy {
                address: address.to_owned(),
            },
            other => other,
        })?;
        Ok(card)
    }

    fn power_on(&mut self) -> Result<(), TransportError> {
        self.send(&[ON])?;
        self.send(&[ATR])?;
        self.atr = self.receive()?;
        Ok(())
    }

    fn send(&mut self, frame: &[u8]) -> Result<(), TransportError> {
        let length = u16::try_from(frame.len()).map_err(|_| TransportError::Malformed {
            length: frame.len(),
        })?;
        // One write a frame: two would meet delayed acknowledgements and cost 40 ms.
        let mut bytes = Vec::with_capacity(2 + frame.len());
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(frame);
        self.stream
            .write_all(&bytes)
            .map_err(|error| self.lost(error))
    }

    fn receive(&mut self) -> Result<Vec<u8>, TransportError> {
        let mut length = [0; 2];
        self.stream
            .read_exact(&mut length)
            .map_err(|error| self.lost(error))?;
        let length = usize::from(u16::from_be_bytes(length));
        if length > MAX_ANSWER {
            return Err(TransportError::Malformed { length });
        }
        let mut bytes = vec![0; length];
        self.stream
            .read_exact(&mut bytes)
            .map_err(|error| self.lost(error))?;
        Ok(bytes)
    }

    fn lost(&self, error: io::Error) -> TransportError {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                TransportError::SimulatorTimeout(self.timeout)
            }
            ErrorKind::UnexpectedEof => TransportError::SimulatorGone(None),
            _ => TransportError::SimulatorGone(Some(error)),
        }
    }
}

impl Card for SocketCard {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if command.len() < 4 {
            // Fewer bytes would be read as a control, not as an APDU.
            return Err(TransportError::Malformed {
                length: command.len(),
            });
        }
        self.send(command)?;
        self.receive()
    }

    fn reader_name(&self) -> &str {
        &self.name
    }

    fn reset(&mut self) -> Result<(), TransportError> {
        self.send(&[RESET])?;
        self.send(&[ATR])?;
        self.atr = self.receive()?;
        Ok(())
    }

    fn atr(&self) -> &[u8] {
        &self.atr
    }
}

impl Drop for SocketCard {
    fn drop(&mut self) {
        // A courtesy; the end of the connection says the same.
        let _ = self.send(&[OFF]);
    }
}
