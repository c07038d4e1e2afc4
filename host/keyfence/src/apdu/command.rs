//! A command APDU whose data is wiped on drop and never shown.

use crate::error::InputError;
use std::fmt;
use zeroize::Zeroizing;

/// A short command APDU. Its data may be secret: `Debug` shows the header and the length only.
#[derive(Clone, PartialEq, Eq)]
pub struct CommandApdu {
    /// Class byte.
    pub cla: u8,
    /// Instruction.
    pub ins: u8,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    data: Zeroizing<Vec<u8>>,
}

impl CommandApdu {
    /// The most data bytes that a short APDU holds.
    pub const MAX_DATA: usize = 255;

    /// A command of the Keycard's class (80) without data.
    pub fn new(ins: u8, p1: u8, p2: u8) -> Self {
        Self {
            cla: 0x80,
            ins,
            p1,
            p2,
            data: Zeroizing::new(Vec::new()),
        }
    }

    /// The same with class 00, as SELECT and the NDEF applet have it.
    pub fn iso(ins: u8, p1: u8, p2: u8) -> Self {
        Self {
            cla: 0x00,
            ..Self::new(ins, p1, p2)
        }
    }

    /// The same with data; too much of it shows in [`Self::to_bytes`].
    #[must_use]
    pub fn with_data(mut self, data: &[u8]) -> Self {
        self.data = Zeroizing::new(data.to_vec());
        self
    }

    /// The data.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The bytes for the transport: header, then Lc and data, or 00 when there is no data (so that T=0 and T=1 readers agree).
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, InputError> {
        let given = self.data.len();
        let too_long = InputError::Length {
            what: "the command",
            given,
            expected: "a short APDU holds at most 255",
        };
        let lc = u8::try_from(given).map_err(|_| too_long)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(5 + given));
        bytes.extend_from_slice(&[self.cla, self.ins, self.p1, self.p2, lc]);
        bytes.extend_from_slice(&self.data);
        Ok(bytes)
    }
}

impl fmt::Debug for CommandApdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            cla,
            ins,
            p1,
            p2,
            data,
        } = self;
        write!(
            f,
            "CommandApdu({cla:02X} {ins:02X} {p1:02X} {p2:02X}, {} bytes)",
            data.len()
        )
    }
}
