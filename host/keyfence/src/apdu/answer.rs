//! A card's answer: data, wiped on drop, and a status word.

use super::StatusWord;
use crate::error::TransportError;
use std::fmt;
use zeroize::Zeroizing;

/// An answer. Its data may be secret: `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    data: Zeroizing<Vec<u8>>,
    status: StatusWord,
}

impl Answer {
    /// Parts the bytes of a transport, or of a decrypted message, into data and status word.
    pub fn from_bytes(mut bytes: Zeroizing<Vec<u8>>) -> Result<Self, TransportError> {
        let length = bytes.len();
        let Some(([..], &[high, low])) = bytes.split_last_chunk::<2>() else {
            return Err(TransportError::Malformed { length });
        };
        let status = StatusWord(u16::from_be_bytes([high, low]));
        bytes.truncate(length - 2);
        Ok(Self {
            data: bytes,
            status,
        })
    }

    /// The data before the status word.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The status word.
    pub fn status(&self) -> StatusWord {
        self.status
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({} bytes, {})", self.data.len(), self.status)
    }
}
