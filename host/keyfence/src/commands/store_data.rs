//! STORE DATA: public, NDEF or Cash data.

use super::{Command, DataKind, empty};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    protocol::ins,
};

/// STORE DATA.
#[derive(Clone, Debug)]
pub struct StoreData<'a> {
    /// Which data.
    pub kind: DataKind,
    /// Where in the NDEF file, in units of 4 bytes; 0 elsewhere.
    pub block: u8,
    /// The data.
    pub data: &'a [u8],
}

impl Command for StoreData<'_> {
    const NAME: &'static str = "STORE DATA";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::STORE_DATA, self.kind.p1(), self.block).with_data(self.data)
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::CONDITIONS => CardError::PinRequired,
            StatusWord::WRONG_DATA => super::refused::<Self>(),
            StatusWord::UNKNOWN_INS => CardError::Unsupported {
                what: "keep data",
                since: "cards from 3.0 on can",
            },
            other => super::unexpected::<Self>(other),
        }
    }
}
