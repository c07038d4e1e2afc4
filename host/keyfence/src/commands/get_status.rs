//! GET STATUS: tries left, whether a key is loaded, the current path.

use super::{Command, malformed};
use crate::{
    apdu::CommandApdu,
    error::CardError,
    path::Path,
    protocol::ins,
    tlv::{self, Tlvs},
};

/// GET STATUS, P1 = 0.
#[derive(Clone, Copy, Debug)]
pub struct GetStatus;

/// What GET STATUS tells; of the current PIN, main or alternative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinStatus {
    /// PIN tries left; 0 = blocked.
    pub pin_tries: u8,
    /// PUK tries left; 0 = blocked for ever.
    pub puk_tries: u8,
    /// Whether the card holds a key.
    pub key_loaded: bool,
}

/// GET STATUS, P1 = 1.
#[derive(Clone, Copy, Debug)]
pub struct GetCurrentPath;

impl Command for GetStatus {
    const NAME: &'static str = "GET STATUS";
    type Answer = PinStatus;

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::GET_STATUS, 0, 0)
    }

    fn parse(&self, data: &[u8]) -> Result<PinStatus, CardError> {
        let wrong = || malformed::<Self>("not the status template");
        let mut tlvs = Tlvs::new(tlv::find(data, 0xa3).ok_or_else(wrong)?);
        let mut byte = |wanted| match tlvs.next() {
            Ok(Some((tag, &[value]))) if tag == wanted => Ok(value),
            _ => Err(wrong()),
        };
        Ok(PinStatus {
            pin_tries: byte(0x02)?,
            puk_tries: byte(0x02)?,
            key_loaded: byte(0x01)? != 0,
        })
    }
}

impl Command for GetCurrentPath {
    const NAME: &'static str = "GET STATUS";
    type Answer = Path;

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::GET_STATUS, 1, 0)
    }

    fn parse(&self, data: &[u8]) -> Result<Path, CardError> {
        Path::from_bytes(data).ok_or_else(|| malformed::<Self>("not a path"))
    }
}
