//! The Cash applet: a key that signs without any PIN.

use super::{exchange, select};
use crate::{
    apdu::{CommandApdu, StatusWord},
    commands::{Command, Identification, IdentifyCard},
    error::{CardError, Error},
    key::PublicKey,
    protocol::{aid, ins},
    secret::Secret32,
    signature::RecoverableSignature,
    tlv::{self, Tlvs},
    transport::Card,
    version::Version,
};

/// What SELECT of the Cash applet answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashInfo {
    /// The key that signs.
    pub public_key: PublicKey,
    /// The applet's version.
    pub version: Version,
    /// Free data, such as an address or a note.
    pub data: Vec<u8>,
}

/// The card as a bearer instrument.
pub struct CashCard {
    card: Box<dyn Card>,
    info: CashInfo,
}

impl std::fmt::Debug for CashCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CashCard")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

impl CashCard {
    /// Selects the applet.
    pub fn select(mut card: Box<dyn Card>) -> Result<Self, Error> {
        let answer = select(&mut *card, aid::CASH, "be used as cash")?;
        let what = "not the Cash template";
        let info = parse(answer.data()).ok_or(CardError::MalformedAnswer {
            command: "SELECT",
            what,
        })?;
        Ok(Self { card, info })
    }

    /// What the applet tells.
    pub fn info(&self) -> &CashInfo {
        &self.info
    }

    /// Signs a hash; checked against the key that SELECT gave.
    pub fn sign(&mut self, hash: &[u8; 32]) -> Result<RecoverableSignature, Error> {
        let answer = exchange(
            &mut *self.card,
            &CommandApdu::new(ins::SIGN, 0, 0).with_data(hash),
        )?;
        if answer.status() != StatusWord::OK {
            return Err(CardError::UnexpectedStatus {
                command: "SIGN",
                status: answer.status(),
            }
            .into());
        }
        let what = "not the signature template";
        let signature = RecoverableSignature::from_template(answer.data(), hash).ok_or(
            CardError::MalformedAnswer {
                command: "SIGN",
                what,
            },
        )??;
        if signature.public_key == self.info.public_key {
            Ok(signature)
        } else {
            Err(CardError::Signature.into())
        }
    }

    /// Asks for the card's identity.
    pub fn identify(&mut self) -> Result<Identification, Error> {
        let command = IdentifyCard {
            challenge: *Secret32::random()?.expose(),
        };
        let answer = exchange(&mut *self.card, &command.request())?;
        Ok(command.conclude(&answer)?)
    }

    /// Gives the card back.
    pub fn into_card(self) -> Box<dyn Card> {
        self.card
    }
}

fn parse(data: &[u8]) -> Option<CashInfo> {
    let template = tlv::find(data, 0xa4)?;
    let public_key = PublicKey::from_sec1(tlv::find(template, 0x80)?).ok()?;
    let version = Version::from_bytes(tlv::find(template, 0x02)?.try_into().ok()?);
    let mut tlvs = Tlvs::new(template);
    let mut data = None;
    while let Some((tag, value)) = tlvs.next().ok()? {
        if tag == 0x82 {
            data = Some(value.to_vec());
        }
    }
    Some(CashInfo {
        public_key,
        version,
        data: data.unwrap_or_default(),
    })
}
