//! The smaller applets beside the Keycard one: NDEF, Cash, Ident.
//!
//! Selecting one of them ends a session with the Keycard applet.

mod cash;
mod ident;
mod ndef;

pub use cash::{CashCard, CashInfo};
pub use ident::IdentApplet;
pub use ndef::NdefTag;

use crate::{
    apdu::{Answer, CommandApdu, StatusWord},
    error::{CardError, Error},
    protocol::ins,
    transport::Card,
};
use zeroize::Zeroizing;

fn exchange(card: &mut dyn Card, apdu: &CommandApdu) -> Result<Answer, Error> {
    let bytes = card.transmit(&apdu.to_bytes()?)?;
    Ok(Answer::from_bytes(Zeroizing::new(bytes))?)
}

fn select(card: &mut dyn Card, aid: &[u8], what: &'static str) -> Result<Answer, Error> {
    let answer = exchange(
        card,
        &CommandApdu::iso(ins::SELECT, 0x04, 0x00).with_data(aid),
    )?;
    match answer.status() {
        StatusWord::OK => Ok(answer),
        StatusWord::NOT_FOUND => Err(CardError::Unsupported {
            what,
            since: "the applet for it is not installed",
        }
        .into()),
        status => Err(CardError::UnexpectedStatus {
            command: "SELECT",
            status,
        }
        .into()),
    }
}
