//! The NDEF applet: a type 4 tag that phones read.

use super::{exchange, select};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::{CardError, Error},
    protocol::{NDEF_FILE, aid, ins},
    transport::Card,
};

const FILE: [u8; 2] = [0xe1, 0x04];
/// What one READ BINARY is cut at.
const READ: usize = 255;

/// The card as a tag.
pub struct NdefTag {
    card: Box<dyn Card>,
}

impl std::fmt::Debug for NdefTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NdefTag")
    }
}

impl NdefTag {
    /// Selects the applet and its data file.
    pub fn select(mut card: Box<dyn Card>) -> Result<Self, Error> {
        select(&mut *card, aid::NDEF, "be read as a tag")?;
        let answer = exchange(
            &mut *card,
            &CommandApdu::iso(ins::SELECT, 0x00, 0x0c).with_data(&FILE),
        )?;
        match answer.status() {
            StatusWord::OK => Ok(Self { card }),
            status => Err(CardError::UnexpectedStatus {
                command: "SELECT",
                status,
            }
            .into()),
        }
    }

    /// The whole message, without its length.
    pub fn read(&mut self) -> Result<Vec<u8>, Error> {
        let malformed = CardError::MalformedAnswer {
            command: "READ BINARY",
            what: "the message ends before its length",
        };
        let first = self.read_at(0)?;
        let (length, _) = first.split_first_chunk::<2>().ok_or(malformed.clone())?;
        let end = 2 + usize::from(u16::from_be_bytes(*length));
        if end > NDEF_FILE {
            return Err(malformed.into());
        }
        let mut file = first;
        while file.len() < end {
            let more = self.read_at(file.len() as u16)?;
            if more.is_empty() {
                return Err(malformed.into());
            }
            file.extend_from_slice(&more);
        }
        file.truncate(end);
        file.drain(..2);
        Ok(file)
    }

    fn read_at(&mut self, offset: u16) -> Result<Vec<u8>, Error> {
        let [p1, p2] = offset.to_be_bytes();
        let mut bytes = CommandApdu::iso(ins::READ_BINARY, p1, p2).to_bytes()?;
        // Le: here the fifth byte says how much is wanted.
        bytes[4] = READ as u8;
        let answer = self.card.transmit(&bytes)?;
        let answer = crate::apdu::Answer::from_bytes(answer.into())?;
        match answer.status() {
            StatusWord::OK => Ok(answer.data().to_vec()),
            StatusWord::WRONG_P1P2 => Ok(Vec::new()),
            status => Err(CardError::UnexpectedStatus {
                command: "READ BINARY",
                status,
            }
            .into()),
        }
    }

    /// Gives the card back.
    pub fn into_card(self) -> Box<dyn Card> {
        self.card
    }
}
