//! One open channel: its keys and the chain of IVs.

use super::cipher::{BLOCK, decrypt, encrypt, mac};
use crate::{
    apdu::{Answer, CommandApdu, StatusWord},
    error::{CardError, Error, InputError},
    protocol::MAX_CHANNEL_DATA,
    secret::Secret32,
};
use sha2::{Digest, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The keys of an open channel and the MAC of its last message.
///
/// After any error the channel must not be used again: the chains of the two sides have parted.
#[cfg_attr(test, derive(Clone))]
pub struct SecureChannel {
    encryption_key: Secret32,
    mac_key: Secret32,
    iv: [u8; BLOCK],
    /// The IV from before the last command, for the one answer that needs it.
    previous_iv: [u8; BLOCK],
}

impl std::fmt::Debug for SecureChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecureChannel(..)")
    }
}

impl SecureChannel {
    /// SHA-512(X coordinate of the ECDH, pairing key, salt): encryption key, MAC key. `iv` is the first message's.
    pub fn derive(
        shared_x: &Secret32,
        pairing_key: &Secret32,
        salt: &[u8; 32],
        iv: [u8; BLOCK],
    ) -> Self {
        let mut hash = Sha512::new();
        hash.update(shared_x.expose());
        hash.update(pairing_key.expose());
        hash.update(salt);
        let mut keys = Zeroizing::new([0; 64]);
        keys.copy_from_slice(&hash.finalize());
        let (mut encryption_key, mut mac_key) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
        encryption_key.copy_from_slice(&keys[..32]);
        mac_key.copy_from_slice(&keys[32..]);
        Self {
            encryption_key: Secret32::new(*encryption_key),
            mac_key: Secret32::new(*mac_key),
            iv,
            previous_iv: iv,
        }
    }

    /// Wraps a command: MAC, then ciphertext.
    pub fn seal(&mut self, command: &CommandApdu) -> Result<CommandApdu, InputError> {
        let given = command.data().len();
        if given > MAX_CHANNEL_DATA {
            let expected = "the channel carries at most 223";
            return Err(InputError::Length {
                what: "the command's data",
                given,
                expected,
            });
        }
        let ciphertext = encrypt(&self.encryption_key, &self.iv, command.data());
        let lc = (BLOCK + ciphertext.len()) as u8;
        let mut first = [0; BLOCK];
        first[..5].copy_from_slice(&[command.cla, command.ins, command.p1, command.p2, lc]);
        self.previous_iv = std::mem::replace(&mut self.iv, mac(&self.mac_key, &first, &ciphertext));
        let data = [&self.iv[..], &ciphertext].concat();
        Ok(command.clone().with_data(&data))
    }

    /// Unwraps an answer's data (MAC, ciphertext) into the answer within.
    pub fn open(&mut self, data: &[u8]) -> Result<Answer, Error> {
        let Some((received, ciphertext)) = data.split_first_chunk::<BLOCK>() else {
            return Err(CardError::ChannelMac.into());
        };
        if ciphertext.is_empty() || ciphertext.len() % BLOCK != 0 {
            return Err(CardError::ChannelMac.into());
        }
        let mut first = [0; BLOCK];
        first[0] = data.len() as u8;
        let expected = mac(&self.mac_key, &first, ciphertext);
        if !bool::from(expected.ct_eq(received)) {
            return Err(CardError::ChannelMac.into());
        }
        let iv = std::mem::replace(&mut self.iv, expected);
        // A command whose INS the card doesn't know doesn't count in its chain: its 6D00 is encrypted as if the command hadn't been.
        let unknown = decrypt(&self.encryption_key, &self.previous_iv, ciphertext)
            .filter(|plain| plain.as_slice() == StatusWord::UNKNOWN_INS.0.to_be_bytes());
        let plain = unknown.or_else(|| decrypt(&self.encryption_key, &iv, ciphertext));
        Ok(Answer::from_bytes(plain.ok_or(CardError::ChannelMac)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{EphemeralKey, PublicKey};
    use serde_json::Value;

    fn vectors() -> Value {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../test-vectors/channel.json"
        );
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn bytes(value: &Value) -> Vec<u8> {
        hex::decode(value.as_str().unwrap()).unwrap()
    }

    fn apdu(header: &Value, data: &[u8]) -> CommandApdu {
        let [cla, ins, p1, p2] = bytes(header)[..] else {
            panic!("a header has 4 bytes")
        };
        let mut apdu = CommandApdu::new(ins, p1, p2).with_data(data);
        apdu.cla = cla;
        apdu
    }

    fn channel(transcript: &Value) -> SecureChannel {
        let host = EphemeralKey::from_scalar(&bytes(&transcript["client_private"]));
        assert_eq!(
            host.public_key().as_bytes()[..],
            bytes(&transcript["client_public"])
        );
        let card = PublicKey::from_sec1(&bytes(&transcript["card_public"])).unwrap();
        let shared = host.agree(&card).unwrap();
        assert_eq!(shared.expose()[..], bytes(&transcript["shared_x"]));
        let pairing_key = Secret32::from_slice(&bytes(&transcript["pairing_key"])).unwrap();
        let salt = bytes(&transcript["salt"]).try_into().unwrap();
        let channel = SecureChannel::derive(
            &shared,
            &pairing_key,
            &salt,
            bytes(&transcript["iv"]).try_into().unwrap(),
        );
        assert_eq!(
            channel.encryption_key.expose()[..],
            bytes(&transcript["encryption_key"])
        );
        assert_eq!(channel.mac_key.expose()[..], bytes(&transcript["mac_key"]));
        channel
    }

    #[test]
    fn transcripts_come_out_byte_for_byte() {
        let vectors = vectors();
        let mut steps = 0;
        for transcript in vectors["transcripts"].as_array().unwrap() {
            let mut channel = channel(transcript);
            for step in transcript["steps"].as_array().unwrap() {
                let wrapped = channel
                    .seal(&apdu(&step["header"], &bytes(&step["plaintext"])))
                    .unwrap();
                assert_eq!(
                    wrapped.to_bytes().unwrap().as_slice(),
                    bytes(&step["command"]),
                    "{}",
                    step["what"]
                );
                let answer = bytes(&step["answer"]);
                let inner = channel.open(&answer[..answer.len() - 2]).unwrap();
                assert_eq!(
                    inner.data(),
                    bytes(&step["answer_plaintext"]),
                    "{}",
                    step["what"]
                );
                assert_eq!(
                    inner.status().0.to_be_bytes()[..],
                    bytes(&step["sw"]),
                    "{}",
                    step["what"]
                );
                steps += 1;
            }
        }
        assert!(steps > 10, "the transcripts hold {steps} steps only");
    }

    #[test]
    fn a_changed_bit_anywhere_in_an_answer_is_noticed() {
        let vectors = vectors();
        let transcript = &vectors["transcripts"][0];
        let step = &transcript["steps"][0];
        let answer = bytes(&step["answer"]);
        let answer = &answer[..answer.len() - 2];
        let command = apdu(&step["header"], &bytes(&step["plaintext"]));
        let fresh = channel(transcript);
        let sealed = || {
            let mut channel = fresh.clone();
            channel.seal(&command).unwrap();
            channel
        };
        for bit in 0..answer.len() * 8 {
            let mut changed = answer.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(
                matches!(
                    sealed().open(&changed),
                    Err(Error::Card(CardError::ChannelMac))
                ),
                "bit {bit}"
            );
        }
        for length in 0..answer.len() {
            assert!(sealed().open(&answer[..length]).is_err(), "length {length}");
        }
    }

    #[test]
    fn data_too_long_for_the_channel_is_refused_before_it_is_sent() {
        let mut channel = channel(&vectors()["transcripts"][0]);
        assert!(
            channel
                .seal(&CommandApdu::new(0xe2, 0, 0).with_data(&[0; 223]))
                .is_ok()
        );
        assert!(matches!(
            channel.seal(&CommandApdu::new(0xe2, 0, 0).with_data(&[0; 224])),
            Err(InputError::Length { given: 224, .. })
        ));
    }
}
