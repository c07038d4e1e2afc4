//! LOAD KEY: a seed, or a key with or without chain code.

use super::{Command, exactly};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    key::{KeyUid, PrivateKey, PublicKey},
    protocol::ins,
    secret::{Secret32, Seed},
    tlv,
};
use zeroize::Zeroizing;

/// LOAD KEY, P1 = 3: a BIP-32 seed.
#[derive(Clone, Debug)]
pub struct LoadSeed<'a>(pub &'a Seed);

/// LOAD KEY, P1 = 1 or 2: a key.
#[derive(Clone, Debug)]
pub struct LoadKey<'a>(pub &'a KeyMaterial);

/// A key to load.
#[derive(Clone, Debug)]
pub struct KeyMaterial {
    /// The private key.
    pub private_key: PrivateKey,
    /// Its public key; the card computes it if not given, and checks it if given.
    pub public_key: Option<PublicKey>,
    /// Its chain code; without one the key has no paths.
    pub chain_code: Option<Secret32>,
}

fn refusal(status: StatusWord) -> CardError {
    match status {
        StatusWord::CONDITIONS => CardError::PinRequired,
        StatusWord::WRONG_DATA => CardError::DataRefused {
            command: LoadSeed::NAME,
        },
        status => CardError::UnexpectedStatus {
            command: LoadSeed::NAME,
            status,
        },
    }
}

impl Command for LoadSeed<'_> {
    const NAME: &'static str = "LOAD KEY";
    type Answer = KeyUid;

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::LOAD_KEY, 3, 0).with_data(self.0.expose())
    }

    fn parse(&self, data: &[u8]) -> Result<KeyUid, CardError> {
        exactly::<Self, 32>(data, "the KEY_UID has not 32 bytes")
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        refusal(status)
    }
}

impl Command for LoadKey<'_> {
    const NAME: &'static str = "LOAD KEY";
    type Answer = KeyUid;

    fn request(&self) -> CommandApdu {
        let KeyMaterial {
            private_key,
            public_key,
            chain_code,
        } = self.0;
        let mut inner = Zeroizing::new(Vec::with_capacity(135));
        if let Some(public_key) = public_key {
            tlv::push(&mut inner, 0x80, public_key.as_bytes());
        }
        tlv::push(&mut inner, 0x81, private_key.expose());
        if let Some(chain_code) = chain_code {
            tlv::push(&mut inner, 0x82, chain_code.expose());
        }
        let mut data = Zeroizing::new(Vec::with_capacity(138));
        tlv::push(&mut data, 0xa1, &inner);
        let p1 = if chain_code.is_some() { 2 } else { 1 };
        CommandApdu::new(ins::LOAD_KEY, p1, 0).with_data(&data)
    }

    fn parse(&self, data: &[u8]) -> Result<KeyUid, CardError> {
        exactly::<Self, 32>(data, "the KEY_UID has not 32 bytes")
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        refusal(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_counts_its_bytes_from_128_on_in_two() {
        let private_key = PrivateKey::from_slice(&[1; 32]).unwrap();
        let public_key = private_key.public_key().unwrap();
        let mut key = KeyMaterial {
            private_key,
            public_key: None,
            chain_code: None,
        };
        let apdu = LoadKey(&key).request();
        assert_eq!(
            (apdu.p1, &apdu.data()[..4], apdu.data().len()),
            (1, &[0xa1, 34, 0x81, 32][..], 36)
        );
        key.public_key = Some(public_key);
        key.chain_code = Some(Secret32::new([2; 32]));
        let apdu = LoadKey(&key).request();
        assert_eq!(
            (apdu.p1, &apdu.data()[..5], apdu.data().len()),
            (2, &[0xa1, 0x81, 135, 0x80, 65][..], 138)
        );
    }
}
