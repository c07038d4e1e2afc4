//! INIT: credentials for a new card, encrypted to its channel key.

use super::{Command, empty};
use crate::{
    apdu::{CommandApdu, StatusWord},
    channel::encrypt,
    error::{CardError, Error, InputError},
    key::{EphemeralKey, PublicKey},
    policy::AuthorityKey,
    protocol::ins,
    secret::{PairingSecret, Pin, Puk},
};
use zeroize::Zeroizing;

/// What a new card gets.
#[derive(Clone, Debug)]
pub struct Init {
    /// The PIN.
    pub pin: Pin,
    /// The PUK.
    pub puk: Puk,
    /// What pairing needs.
    pub pairing_secret: PairingSecret,
    /// How many wrong tries block PIN and PUK; 3 and 5 if not said. Cards from 3.1 on.
    pub limits: Option<RetryLimits>,
    /// The alternative PIN; the card takes the first 6 digits of the PUK if not said. Cards from 3.1 on.
    pub alternative_pin: Option<Pin>,
    /// The key whose policy updates the card will accept. Keyfence cards only.
    pub policy_authority: Option<AuthorityKey>,
}

/// How many wrong tries block PIN (2 to 10) and PUK (3 to 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryLimits {
    /// Of each PIN.
    pub pin: u8,
    /// Of the PUK.
    pub puk: u8,
}

impl Default for RetryLimits {
    fn default() -> Self {
        Self { pin: 3, puk: 5 }
    }
}

impl Init {
    /// The plain form, that every card takes.
    pub fn new(pin: Pin, puk: Puk, pairing_secret: PairingSecret) -> Self {
        Self {
            pin,
            puk,
            pairing_secret,
            limits: None,
            alternative_pin: None,
            policy_authority: None,
        }
    }

    fn check(&self) -> Result<(), InputError> {
        if self.alternative_pin.as_ref() == Some(&self.pin) {
            return Err(InputError::SamePins);
        }
        let Some(limits) = self.limits else {
            return Ok(());
        };
        for (what, given, min, max) in [("PIN", limits.pin, 2, 10), ("PUK", limits.puk, 3, 12)] {
            if !(min..=max).contains(&given) {
                return Err(InputError::RetryLimit {
                    what,
                    given,
                    min,
                    max,
                });
            }
        }
        Ok(())
    }

    /// 50 bytes; 52 with limits; 58 with an alternative PIN; 123 with an authority.
    fn plaintext(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.check()?;
        let mut out = Zeroizing::new(Vec::with_capacity(123));
        out.extend_from_slice(self.pin.expose());
        out.extend_from_slice(self.puk.expose());
        out.extend_from_slice(self.pairing_secret.expose());
        let whole = self.alternative_pin.is_some() || self.policy_authority.is_some();
        if whole || self.limits.is_some() {
            let limits = self.limits.unwrap_or_default();
            out.extend_from_slice(&[limits.pin, limits.puk]);
        }
        if whole {
            let alternative = match &self.alternative_pin {
                Some(pin) => pin.clone(),
                None => self.default_alternative_pin()?,
            };
            out.extend_from_slice(alternative.expose());
        }
        if let Some(authority) = &self.policy_authority {
            out.extend_from_slice(authority.as_bytes());
        }
        Ok(out)
    }

    /// What the card itself would take, for the lengths that leave no choice to it.
    fn default_alternative_pin(&self) -> Result<Pin, Error> {
        let digits = Zeroizing::new(String::from_utf8_lossy(&self.puk.expose()[..6]).into_owned());
        let mut pin = Pin::parse(&digits)?;
        while pin == self.pin {
            pin = Pin::random()?;
        }
        Ok(pin)
    }

    /// Encrypts to the card's key, as SELECT gave it.
    pub fn encrypt(&self, card: &PublicKey) -> Result<InitCommand, Error> {
        let mut iv = [0; 16];
        getrandom::fill(&mut iv)?;
        self.encrypt_with(card, EphemeralKey::random()?, iv)
    }

    fn encrypt_with(
        &self,
        card: &PublicKey,
        ephemeral: EphemeralKey,
        iv: [u8; 16],
    ) -> Result<InitCommand, Error> {
        let public_key = ephemeral.public_key();
        let key = ephemeral.agree(card)?;
        let ciphertext = encrypt(&key, &iv, &self.plaintext()?);
        let mut data = vec![public_key.as_bytes().len() as u8];
        data.extend_from_slice(public_key.as_bytes());
        data.extend_from_slice(&iv);
        data.extend_from_slice(&ciphertext);
        Ok(InitCommand {
            data,
            plain: self.limits.is_none()
                && self.alternative_pin.is_none()
                && self.policy_authority.is_none(),
        })
    }
}

/// INIT, encrypted.
#[derive(Clone, Debug)]
pub struct InitCommand {
    data: Vec<u8>,
    plain: bool,
}

impl Command for InitCommand {
    const NAME: &'static str = "INIT";
    type Answer = ();

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::INIT, 0, 0).with_data(&self.data)
    }

    fn parse(&self, data: &[u8]) -> Result<(), CardError> {
        empty::<Self>(data)
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::UNKNOWN_INS => CardError::AlreadyInitialized,
            StatusWord::WRONG_DATA if self.plain => super::refused::<Self>(),
            StatusWord::WRONG_DATA => CardError::InitRefused,
            other => super::unexpected::<Self>(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret32;
    use serde_json::Value;

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn vectors_come_out_byte_for_byte() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../test-vectors/channel.json"
        );
        let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut lengths = Vec::new();
        for vector in vectors["init"].as_array().unwrap() {
            let field = |name: &str| hex::decode(vector[name].as_str().unwrap()).unwrap();
            let plain = field("plaintext");
            let init = Init {
                pin: Pin::parse(text(&plain[..6])).unwrap(),
                puk: Puk::parse(text(&plain[6..18])).unwrap(),
                pairing_secret: PairingSecret::new(Secret32::from_slice(&plain[18..50]).unwrap()),
                limits: plain.get(50..52).map(|limits| RetryLimits {
                    pin: limits[0],
                    puk: limits[1],
                }),
                alternative_pin: plain.get(52..58).map(|pin| Pin::parse(text(pin)).unwrap()),
                policy_authority: plain
                    .get(58..123)
                    .map(|key| AuthorityKey::from_bytes(key).unwrap()),
            };
            let card = PublicKey::from_sec1(&field("card_public")).unwrap();
            let ephemeral = EphemeralKey::from_scalar(&field("client_private"));
            let command = init
                .encrypt_with(&card, ephemeral, field("iv").try_into().unwrap())
                .unwrap();
            assert_eq!(
                command.request().to_bytes().unwrap().as_slice(),
                field("apdu"),
                "{}",
                vector["name"]
            );
            lengths.push(plain.len());
        }
        assert!(
            [50, 52, 58, 123]
                .iter()
                .all(|length| lengths.contains(length)),
            "{lengths:?}"
        );
    }

    #[test]
    fn what_a_card_would_refuse_is_not_sent() {
        let pin = Pin::parse("123456").unwrap();
        let secret = PairingSecret::new(Secret32::new([1; 32]));
        let init = Init::new(pin.clone(), Puk::parse("123456123456").unwrap(), secret);
        let with = |pin, puk| {
            Init {
                limits: Some(RetryLimits { pin, puk }),
                ..init.clone()
            }
            .check()
        };
        assert!(with(2, 3).is_ok() && with(10, 12).is_ok());
        for (pin, puk) in [(1, 5), (11, 5), (3, 2), (3, 13)] {
            assert!(with(pin, puk).is_err(), "{pin} {puk}");
        }
        assert_eq!(
            Init {
                alternative_pin: Some(pin.clone()),
                ..init.clone()
            }
            .check(),
            Err(InputError::SamePins)
        );
        assert_ne!(
            init.default_alternative_pin().unwrap(),
            pin,
            "the PUK starts with the PIN"
        );
    }
}
