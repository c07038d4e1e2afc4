//! A card that plays a script inside a real secure channel, as a genuine card of a given version would.
//!
//! The card's half of the channel is written here a second time, so that a mistake in the library's can't cancel itself.

use aes::Aes256;
use cbc::cipher::{
    BlockModeDecrypt, BlockModeEncrypt, KeyIvInit,
    block_padding::{Iso7816, NoPadding},
};
use k256::elliptic_curve::sec1::ToSec1Point;
use keyfence::{
    Session,
    commands::SlotChoice,
    error::TransportError,
    secret::{PairingSecret, Pin, Secret32},
    session::{Open, Selected, Verified},
    transport::Card,
};
use sha2::{Digest, Sha256, Sha512};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

pub const UID: [u8; 16] = [0xc4; 16];
const SECRET: [u8; 32] = [0x5a; 32];
const SALT: [u8; 32] = [0x3c; 32];
const IV: [u8; 16] = [0x7e; 16];

pub fn secret() -> PairingSecret {
    PairingSecret::new(Secret32::new(SECRET))
}

/// What a step of the script does.
#[derive(Clone)]
pub enum Step {
    /// Inside the channel (or in clear, when none is open): this plaintext APDU gets this answer, status word included.
    Exchange(Vec<u8>, Vec<u8>),
    /// An instruction that the card doesn't know: the answer is encrypted as if the command hadn't been.
    Unknown(u8),
    /// Answers this, whatever comes, outside the channel.
    Plain(Vec<u8>),
    /// Answers rightly but with a bit of the MAC flipped.
    FlippedMac,
    /// The card is taken out.
    Removed,
    /// Another program resets it.
    ResetByOther,
}

/// The double.
pub struct GenuineCard {
    version: [u8; 2],
    capabilities: Option<u8>,
    slots: Vec<Option<[u8; 32]>>,
    key: u8,
    challenge: Option<[u8; 32]>,
    channel: Option<Channel>,
    steps: VecDeque<Step>,
    log: Log,
}

/// Every command as the card understood it: decrypted where it came in the channel.
pub type Log = Arc<Mutex<Vec<Vec<u8>>>>;

struct Channel {
    encryption_key: [u8; 32],
    mac_key: [u8; 32],
    iv: [u8; 16],
    previous_iv: [u8; 16],
}

impl GenuineCard {
    pub fn new(version: [u8; 2]) -> Self {
        let capabilities = match version {
            [2, _] => None,
            [3, 0] => Some(0x0f),
            _ => Some(0x1f),
        };
        Self {
            version,
            capabilities,
            slots: vec![None; 5],
            key: 1,
            challenge: None,
            channel: None,
            steps: VecDeque::new(),
            log: Log::default(),
        }
    }

    pub fn slots(mut self, count: usize) -> Self {
        self.slots = vec![None; count];
        self
    }

    pub fn capabilities(mut self, capabilities: u8) -> Self {
        self.capabilities = Some(capabilities);
        self
    }

    pub fn exchange(mut self, command: &str, answer: &str) -> Self {
        let bytes = |text: &str| hex::decode(text.replace(' ', "")).unwrap();
        self.steps
            .push_back(Step::Exchange(bytes(command), bytes(answer)));
        self
    }

    pub fn step(mut self, step: Step) -> Self {
        self.steps.push_back(step);
        self
    }

    /// VERIFY PIN 123456 is right.
    pub fn verified(self) -> Self {
        self.exchange("80200000 06 313233343536", "9000")
    }

    pub fn log(&self) -> Log {
        self.log.clone()
    }

    fn scalar(&self) -> k256::SecretKey {
        k256::SecretKey::from_slice(&[self.key; 32]).unwrap()
    }

    fn select(&mut self) -> Vec<u8> {
        self.channel = None;
        self.challenge = None;
        // Cards of 2.2 to 3.0 change their key every 100 selections; this one is in a hurry.
        self.key = self.key % 100 + 1;
        let mut inner = vec![0x8f, 16];
        inner.extend_from_slice(&UID);
        inner.extend_from_slice(&[0x80, 65]);
        inner.extend_from_slice(self.scalar().public_key().to_sec1_point(false).as_bytes());
        inner.extend_from_slice(&[2, 2, self.version[0], self.version[1]]);
        let free = self.slots.iter().filter(|slot| slot.is_none()).count();
        inner.extend_from_slice(&[2, 1, free as u8, 0x8e, 0]);
        inner.extend(
            self.capabilities
                .iter()
                .flat_map(|capabilities| [0x8d, 1, *capabilities]),
        );
        [&[0xa4, inner.len() as u8][..], &inner, &[0x90, 0]].concat()
    }

    fn pair(&mut self, p1: u8, data: &[u8]) -> Vec<u8> {
        let hash = |bytes: &[u8]| {
            Sha256::new()
                .chain_update(SECRET)
                .chain_update(bytes)
                .finalize()
                .to_vec()
        };
        let Some(slot) = self.slots.iter().position(Option::is_none) else {
            return vec![0x6a, 0x84];
        };
        if p1 == 0 {
            self.challenge = Some([0x99; 32]);
            return [&hash(data)[..], &[0x99; 32], &[0x90, 0]].concat();
        }
        if self
            .challenge
            .take()
            .is_none_or(|challenge| hash(&challenge) != data)
        {
            return vec![0x69, 0x82];
        }
        self.slots[slot] = Some(hash(&SALT).try_into().unwrap());
        [&[slot as u8][..], &SALT, &[0x90, 0]].concat()
    }

    fn open(&mut self, slot: u8, data: &[u8]) -> Vec<u8> {
        let Some(Some(pairing_key)) = self.slots.get(usize::from(slot)) else {
            return vec![0x6a, 0x86];
        };
        let client = k256::PublicKey::from_sec1_bytes(data).unwrap();
        let shared = self.scalar().diffie_hellman(&client);
        let hash = Sha512::new()
            .chain_update(shared.raw_secret_bytes())
            .chain_update(pairing_key)
            .chain_update(SALT);
        let keys = hash.finalize();
        let (encryption_key, mac_key) = (
            keys[..32].try_into().unwrap(),
            keys[32..].try_into().unwrap(),
        );
        self.channel = Some(Channel {
            encryption_key,
            mac_key,
            iv: IV,
            previous_iv: IV,
        });
        [&SALT[..], &IV, &[0x90, 0]].concat()
    }

    fn in_channel(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let channel = self.channel.as_mut().unwrap();
        let Some(plain) = channel.unwrap(command) else {
            self.channel = None;
            return Ok(vec![0x69, 0x82]);
        };
        self.log.lock().unwrap().push(plain.clone());
        if plain[1] == 0x11 {
            return Ok(channel.wrap(&[&[0x44; 32][..], &[0x90, 0]].concat()));
        }
        match self.steps.pop_front() {
            Some(Step::Exchange(expected, answer)) => {
                assert_eq!(
                    hex::encode(&plain),
                    hex::encode(expected),
                    "the script expects another command"
                );
                Ok(channel.wrap(&answer))
            }
            Some(Step::Unknown(ins)) => {
                assert_eq!(plain[1], ins, "the script expects another instruction");
                channel.iv = channel.previous_iv;
                Ok(channel.wrap(&[0x6d, 0x00]))
            }
            Some(Step::FlippedMac) => {
                let mut answer = channel.wrap(&[0x90, 0]);
                answer[7] ^= 0x10;
                Ok(answer)
            }
            other => self.fail(other, &plain),
        }
    }

    fn fail(&mut self, step: Option<Step>, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        match step {
            Some(Step::Plain(answer)) => {
                self.channel = None;
                Ok(answer)
            }
            Some(Step::Removed) => Err(TransportError::Removed),
            Some(Step::ResetByOther) => Err(TransportError::ResetByOther),
            _ => panic!("the script has nothing for {}", hex::encode(command)),
        }
    }
}

impl Channel {
    fn mac(&self, first: [u8; 16], ciphertext: &[u8]) -> [u8; 16] {
        let message = [&first[..], ciphertext].concat();
        let cipher = cbc::Encryptor::<Aes256>::new(&self.mac_key.into(), &[0; 16].into());
        *cipher
            .encrypt_padded_vec::<NoPadding>(&message)
            .last_chunk()
            .unwrap()
    }

    /// The plaintext APDU (header, Lc where there is data, data); `None` when the MAC is wrong.
    fn unwrap(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        let (mac, ciphertext) = command.get(5..)?.split_first_chunk::<16>()?;
        let mut first = [0; 16];
        first[..5].copy_from_slice(&command[..5]);
        if self.mac(first, ciphertext) != *mac {
            return None;
        }
        let cipher = cbc::Decryptor::<Aes256>::new(&self.encryption_key.into(), &self.iv.into());
        let data = cipher.decrypt_padded_vec::<Iso7816>(ciphertext).unwrap();
        self.previous_iv = std::mem::replace(&mut self.iv, *mac);
        let length = (!data.is_empty()).then_some(data.len() as u8);
        Some([&command[..4], length.as_slice(), &data].concat())
    }

    fn wrap(&mut self, answer: &[u8]) -> Vec<u8> {
        let cipher = cbc::Encryptor::<Aes256>::new(&self.encryption_key.into(), &self.iv.into());
        let ciphertext = cipher.encrypt_padded_vec::<Iso7816>(answer);
        let mut first = [0; 16];
        first[0] = (16 + ciphertext.len()) as u8;
        self.iv = self.mac(first, &ciphertext);
        [&self.iv[..], &ciphertext, &[0x90, 0]].concat()
    }
}

impl Card for GenuineCard {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let data = command.get(5..).unwrap_or_default();
        let plain = match command[1] {
            0xa4 => self.select(),
            0x12 => self.pair(command[2], data),
            0x10 => self.open(command[2], data),
            _ if self.channel.is_some() => return self.in_channel(command),
            _ => match self.steps.pop_front() {
                Some(Step::Exchange(expected, answer)) => {
                    assert_eq!(
                        hex::encode(command),
                        hex::encode(expected),
                        "the script expects another command"
                    );
                    answer
                }
                other => return self.fail(other, command),
            },
        };
        self.log.lock().unwrap().push(command.to_vec());
        Ok(plain)
    }

    fn reader_name(&self) -> &str {
        "genuine card, played"
    }

    fn reset(&mut self) -> Result<(), TransportError> {
        self.channel = None;
        Ok(())
    }

    fn atr(&self) -> &[u8] {
        &[0x3b, 0x00]
    }
}

impl Drop for GenuineCard {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(
                self.steps.is_empty(),
                "{} steps of the script were not played",
                self.steps.len()
            );
        }
    }
}

pub fn selected(card: GenuineCard) -> Session<Selected> {
    Session::select(Box::new(card)).unwrap().ready().unwrap()
}

pub fn open(card: GenuineCard) -> Session<Open> {
    let mut session = selected(card);
    let record = session
        .pair_with_secret(&secret(), SlotChoice::Any)
        .unwrap();
    session.with_pairing(record).unwrap().open().unwrap()
}

pub fn verified(card: GenuineCard) -> Session<Verified> {
    open(card)
        .verify_pin(&Pin::parse("123456").unwrap())
        .unwrap()
}
