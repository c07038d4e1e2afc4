//! IDENTIFY CARD: the identity certificate, and a signature over our challenge by its key.

use super::{Command, malformed};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    identity::Certificate,
    protocol::ins,
    signature::DerSignature,
    tlv,
};

/// IDENTIFY CARD.
#[derive(Clone, Copy, Debug)]
pub struct IdentifyCard {
    /// 32 random bytes, signed as they are.
    pub challenge: [u8; 32],
}

/// What the card showed; nothing of it is believed before [`Identification::verdict`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identification {
    /// The challenge that was sent.
    pub challenge: [u8; 32],
    /// The card's certificate.
    pub certificate: Certificate,
    /// The signature over the challenge.
    pub signature: DerSignature,
}

impl Command for IdentifyCard {
    const NAME: &'static str = "IDENTIFY CARD";
    type Answer = Identification;

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::IDENTIFY_CARD, 0, 0).with_data(&self.challenge)
    }

    fn parse(&self, data: &[u8]) -> Result<Identification, CardError> {
        let wrong = || malformed::<Self>("not the identification template");
        let template = tlv::find(data, 0xa0).ok_or_else(wrong)?;
        let certificate = tlv::find(template, 0x8a)
            .and_then(Certificate::from_bytes)
            .ok_or_else(wrong)?;
        let signature = DerSignature::after_tag(template, 0x8a).ok_or_else(wrong)?;
        Ok(Identification {
            challenge: self.challenge,
            certificate,
            signature,
        })
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::CONDITIONS => CardError::NoCertificate,
            StatusWord::UNKNOWN_INS => CardError::Unsupported {
                what: "identify itself",
                since: "cards from 3.1 on can",
            },
            other => super::unexpected::<Self>(other),
        }
    }
}
