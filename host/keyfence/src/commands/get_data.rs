//! GET DATA: public, NDEF or Cash data.

use super::Command;
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    protocol::ins,
};

/// Which data a card keeps for others to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataKind {
    /// Free for use, at most 127 bytes; wiped by a factory reset.
    Public,
    /// The NDEF file: 2-byte length, then the message.
    Ndef,
    /// What the Cash applet shows, at most 127 bytes.
    Cash,
}

impl DataKind {
    pub(super) fn p1(self) -> u8 {
        match self {
            Self::Public => 0,
            Self::Ndef => 1,
            Self::Cash => 2,
        }
    }
}

/// GET DATA. Anybody may, in clear too.
#[derive(Clone, Copy, Debug)]
pub struct GetData(pub DataKind);

impl Command for GetData {
    const NAME: &'static str = "GET DATA";
    type Answer = Vec<u8>;

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::GET_DATA, self.0.p1(), 0)
    }

    fn parse(&self, data: &[u8]) -> Result<Vec<u8>, CardError> {
        Ok(data.to_vec())
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::UNKNOWN_INS => CardError::Unsupported {
                what: "keep data",
                since: "cards from 3.0 on can",
            },
            other => super::unexpected::<Self>(other),
        }
    }
}
