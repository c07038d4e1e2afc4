//! The Ident applet: where an issuer puts the identity certificate, once.

use super::{exchange, select};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::{CardError, Error},
    identity::Certificate,
    key::PrivateKey,
    protocol::{aid, ins},
    transport::Card,
};
use zeroize::Zeroizing;

/// The card's identity, for its issuer.
pub struct IdentApplet {
    card: Box<dyn Card>,
    certificate: Option<Certificate>,
}

impl std::fmt::Debug for IdentApplet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentApplet")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

impl IdentApplet {
    /// Selects the applet.
    pub fn select(mut card: Box<dyn Card>) -> Result<Self, Error> {
        let answer = select(&mut *card, aid::IDENT, "have an identity")?;
        let certificate = match answer.data() {
            [] => None,
            bytes => {
                let what = "not a certificate";
                Some(
                    Certificate::from_bytes(bytes).ok_or(CardError::MalformedAnswer {
                        command: "SELECT",
                        what,
                    })?,
                )
            }
        };
        Ok(Self { card, certificate })
    }

    /// The certificate, if one was stored.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Stores certificate and identity key, once and in clear: at the issuer's place only.
    pub fn store(
        &mut self,
        certificate: &Certificate,
        identity_key: &PrivateKey,
    ) -> Result<(), Error> {
        let data = Zeroizing::new([&certificate.as_bytes()[..], identity_key.expose()].concat());
        let answer = exchange(
            &mut *self.card,
            &CommandApdu::new(ins::STORE_DATA, 0, 0).with_data(&data),
        )?;
        match answer.status() {
            StatusWord::OK => {
                self.certificate = Some(certificate.clone());
                Ok(())
            }
            StatusWord::CONDITIONS => Err(CardError::CertificatePresent.into()),
            StatusWord::WRONG_DATA => Err(CardError::DataRefused {
                command: "STORE DATA",
            }
            .into()),
            status => Err(CardError::UnexpectedStatus {
                command: "STORE DATA",
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
