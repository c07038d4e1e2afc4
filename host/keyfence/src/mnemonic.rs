//! BIP-39 mnemonics (English) and the wallet they belong to.

use crate::{
    error::{Error, InputError},
    key::{KeyUid, PrivateKey},
    secret::{Secret32, Seed, nfkd},
};
use bip39::Language;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// How many words a mnemonic may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordCount {
    /// 128 bits.
    Twelve,
    /// 160 bits.
    Fifteen,
    /// 192 bits.
    Eighteen,
    /// 224 bits.
    TwentyOne,
    /// 256 bits.
    TwentyFour,
}

impl WordCount {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Twelve,
        Self::Fifteen,
        Self::Eighteen,
        Self::TwentyOne,
        Self::TwentyFour,
    ];

    /// The number.
    pub fn words(self) -> usize {
        match self {
            Self::Twelve => 12,
            Self::Fifteen => 15,
            Self::Eighteen => 18,
            Self::TwentyOne => 21,
            Self::TwentyFour => 24,
        }
    }

    /// From the number.
    pub fn from_words(count: usize) -> Result<Self, InputError> {
        Self::ALL
            .into_iter()
            .find(|known| known.words() == count)
            .ok_or(InputError::MnemonicLength { count })
    }
}

/// A mnemonic of known words with the right checksum. Wiped on drop, never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Mnemonic(bip39::Mnemonic);

impl Mnemonic {
    /// Reads words separated by white space; upper and lower case are the same.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        let normal = nfkd(text);
        // Lower case takes more bytes for a few characters that are in no word: twice the length holds them.
        let mut words = Zeroizing::new(String::with_capacity(normal.len() * 2));
        for word in normal.split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.extend(word.chars().flat_map(char::to_lowercase));
        }
        let count = words.split(' ').filter(|word| !word.is_empty()).count();
        WordCount::from_words(count)?;
        bip39::Mnemonic::parse_in_normalized(Language::English, &words)
            .map(Self)
            .map_err(|error| match error {
                bip39::Error::UnknownWord(index) => InputError::MnemonicWord {
                    position: index + 1,
                },
                bip39::Error::BadWordCount(count) => InputError::MnemonicLength { count },
                _ => InputError::MnemonicChecksum,
            })
    }

    /// From word indexes, as a card generates them; their checksum is checked.
    pub fn from_indexes(indexes: &[u16]) -> Result<Self, InputError> {
        let list = Language::English.word_list();
        let mut words = Zeroizing::new(String::with_capacity(indexes.len() * 9));
        for (position, index) in indexes.iter().enumerate() {
            let word = list
                .get(usize::from(*index))
                .ok_or(InputError::MnemonicWord {
                    position: position + 1,
                })?;
            words.push_str(word);
            words.push(' ');
        }
        Self::parse(&words)
    }

    /// A new one from the operating system's random generator.
    pub fn generate(count: WordCount) -> Result<Self, Error> {
        let mut entropy = Zeroizing::new([0; 32]);
        getrandom::fill(entropy.as_mut())?;
        let mnemonic =
            bip39::Mnemonic::from_entropy_in(Language::English, &entropy[..count.words() / 3 * 4]);
        mnemonic.map(Self).map_err(|_| {
            InputError::MnemonicLength {
                count: count.words(),
            }
            .into()
        })
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.words()
    }

    /// The words, separated by a space.
    pub fn to_text(&self) -> Zeroizing<String> {
        self.words().fold(
            Zeroizing::new(String::with_capacity(24 * 9)),
            |mut text, word| {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(word);
                text
            },
        )
    }

    /// The BIP-32 seed with this passphrase (often empty); any passphrase gives a wallet.
    pub fn to_seed(&self, passphrase: &str) -> Result<Seed, InputError> {
        let normalised = nfkd(passphrase);
        Seed::from_slice(Zeroizing::new(self.0.to_seed_normalized(&normalised)).as_slice())
    }
}

impl fmt::Debug for Mnemonic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mnemonic({} words)", self.0.word_count())
    }
}

impl Seed {
    /// The KEY_UID of the wallet that grows from this seed (BIP-32 master key generation).
    pub fn key_uid(&self) -> Result<KeyUid, InputError> {
        Ok(self.master_key()?.public_key()?.key_uid())
    }

    /// The BIP-32 master private key.
    fn master_key(&self) -> Result<PrivateKey, InputError> {
        let invalid = InputError::Key {
            what: "the seed's master key",
        };
        let mut hmac =
            Hmac::<Sha512>::new_from_slice(b"Bitcoin seed").map_err(|_| invalid.clone())?;
        hmac.update(self.expose());
        let mut node = Zeroizing::new([0; 64]);
        node.copy_from_slice(&hmac.finalize().into_bytes());
        PrivateKey::new(Secret32::from_slice(&node[..32])?).map_err(|_| invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn vectors(name: &str) -> Value {
        let path = format!("{}/../../test-vectors/{name}", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn bip39_vectors() {
        let vectors = vectors("bip39.json");
        let all = vectors["vectors"].as_array().unwrap();
        for vector in all {
            let mnemonic = Mnemonic::parse(vector["mnemonic"].as_str().unwrap()).unwrap();
            let seed = mnemonic
                .to_seed(vector["passphrase"].as_str().unwrap())
                .unwrap();
            assert_eq!(hex::encode(seed.expose()), vector["seed"].as_str().unwrap());
            let indexes = hex::decode(vector["indexes"].as_str().unwrap()).unwrap();
            let indexes: Vec<u16> = indexes
                .chunks(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            assert_eq!(
                *Mnemonic::from_indexes(&indexes).unwrap().to_text(),
                *mnemonic.to_text()
            );
        }
        let lengths: Vec<_> = all
            .iter()
            .map(|v| v["mnemonic"].as_str().unwrap().split(' ').count())
            .collect();
        assert!(
            WordCount::ALL
                .iter()
                .all(|count| lengths.contains(&count.words())),
            "all five lengths"
        );
    }

    #[test]
    fn bip39_refusals_say_which_word() {
        for vector in vectors("bip39.json")["invalid"].as_array().unwrap() {
            let error = Mnemonic::parse(vector["mnemonic"].as_str().unwrap()).unwrap_err();
            let expected = match vector["error"].as_str().unwrap() {
                "checksum" => InputError::MnemonicChecksum,
                "word" => InputError::MnemonicWord {
                    position: vector["position"].as_u64().unwrap() as usize,
                },
                "length" => InputError::MnemonicLength {
                    count: vector["words"].as_u64().unwrap() as usize,
                },
                other => panic!("{other}"),
            };
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn key_uids_of_several_mnemonics() {
        let vectors = vectors("eip1581.json");
        for vector in vectors["vectors"].as_array().unwrap() {
            let mnemonic = Mnemonic::parse(vector["mnemonic"].as_str().unwrap()).unwrap();
            let seed = mnemonic
                .to_seed(vector["passphrase"].as_str().unwrap())
                .unwrap();
            assert_eq!(hex::encode(seed.expose()), vector["seed"].as_str().unwrap());
            assert_eq!(
                hex::encode(seed.key_uid().unwrap()),
                vector["key_uid"].as_str().unwrap()
            );
        }
    }

    #[test]
    fn generated_ones_are_read_back_in_all_lengths() {
        for count in WordCount::ALL {
            let mnemonic = Mnemonic::generate(count).unwrap();
            let shouted = format!(
                "  {}\n",
                mnemonic.to_text().to_uppercase().replace(' ', "\t ")
            );
            assert_eq!(
                *Mnemonic::parse(&shouted).unwrap().to_text(),
                *mnemonic.to_text()
            );
            assert_eq!(
                format!("{mnemonic:?}"),
                format!("Mnemonic({} words)", count.words())
            );
        }
    }
}
