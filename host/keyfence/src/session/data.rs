//! Data that a card keeps for others to read.

use super::{Initialized, Session, Verified};
use crate::{
    commands::{Capabilities, DataKind, GetData, SetNdef, StoreData},
    error::{CardError, Error, InputError},
    protocol::{MAX_CHANNEL_DATA, MAX_DATA, NDEF_FILE},
    version::Version,
};

/// A piece of the NDEF file: offsets are counted in 4 bytes, and the channel carries 223.
const NDEF_PIECE: usize = 220;

impl<S: Initialized> Session<S> {
    /// Reads data; anybody may. NDEF comes with its 2-byte length and is cut at what one answer holds: [`crate::applets::NdefTag`] reads it whole.
    pub fn get_data(&mut self, kind: DataKind) -> Result<Vec<u8>, Error> {
        self.require(Version::V3_0, "keep data", "cards from 3.0 on can")?;
        self.require_ndef(kind)?;
        self.command(&GetData(kind))
    }

    fn require_ndef(&self, kind: DataKind) -> Result<(), CardError> {
        if kind == DataKind::Ndef {
            self.capable(Capabilities::NDEF, "keep an NDEF message")
        } else {
            Ok(())
        }
    }
}

impl Session<Verified> {
    /// Stores public or Cash data, at most 127 bytes; empty erases. NDEF messages go through [`Self::set_ndef`].
    pub fn store_data(&mut self, kind: DataKind, data: &[u8]) -> Result<(), Error> {
        if kind == DataKind::Ndef {
            return self.set_ndef(data);
        }
        self.require(Version::V3_0, "keep data", "cards from 3.0 on can")?;
        fits("the data", data, MAX_DATA, "a card keeps at most 127")?;
        self.command(&StoreData {
            kind,
            block: 0,
            data,
        })
    }

    /// Stores an NDEF message (without its length), the way that the card's version has.
    pub fn set_ndef(&mut self, message: &[u8]) -> Result<(), Error> {
        self.require_ndef(DataKind::Ndef)?;
        let version = self.application().version;
        fits(
            "the NDEF message",
            message,
            NDEF_FILE - 2,
            "a card keeps at most 510",
        )?;
        if !version.stores_ndef_in_pieces() {
            fits(
                "the NDEF message",
                message,
                MAX_CHANNEL_DATA - 2,
                "before 3.2 a card keeps at most 221",
            )?;
        }
        let file = [&(message.len() as u16).to_be_bytes()[..], message].concat();
        if version.sets_ndef_by_own_instruction() {
            return self.command(&SetNdef(&file));
        }
        let mut store = |block, data: &[u8]| {
            self.command(&StoreData {
                kind: DataKind::Ndef,
                block,
                data,
            })
        };
        if file.len() <= MAX_CHANNEL_DATA {
            return store(0, &file);
        }
        // No message, then its end, then its start with the length: a reader in between sees none, not a torn one.
        store(0, &[0, 0])?;
        for (index, piece) in file.chunks(NDEF_PIECE).enumerate().rev() {
            store((index * NDEF_PIECE / 4) as u8, piece)?;
        }
        Ok(())
    }
}

fn fits(
    what: &'static str,
    data: &[u8],
    most: usize,
    expected: &'static str,
) -> Result<(), InputError> {
    let given = data.len();
    if given <= most {
        Ok(())
    } else {
        Err(InputError::Length {
            what,
            given,
            expected,
        })
    }
}
