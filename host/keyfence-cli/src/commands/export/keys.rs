//! The exported keys: asking the card for them, and how they are printed.

use std::fmt;

use keyfence::Path;
use keyfence::key::{ExtendedPublicKey, PrivateKey, PublicKey};
use keyfence::session::{Session, Verified};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Part, Wanted};

/// What came off the card.
#[derive(Serialize)]
pub struct Exported {
    pub keys: Vec<Key>,
    pub simulated: bool,
}

/// One key, in hex. A private one comes with its public key, so that nobody has to derive it elsewhere.
#[derive(Serialize)]
pub struct Key {
    pub name: String,
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<Zeroizing<String>>,
    pub public_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain_code: Option<Zeroizing<String>>,
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.keys.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{key}")?;
        }
        Ok(())
    }
}

/// `name hex`; an extended public key: `name hex chain-code`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.main())?;
        self.chain_code
            .iter()
            .try_for_each(|chain_code| write!(f, " {}", chain_code.as_str()))
    }
}

impl Key {
    fn private(key: &PrivateKey) -> Result<Self, keyfence::InputError> {
        Ok(Self {
            private_key: Some(Zeroizing::new(hex::encode(key.expose()))),
            ..Self::public(&key.public_key()?)
        })
    }

    fn public(key: &PublicKey) -> Self {
        Self {
            name: String::new(),
            path: String::new(),
            private_key: None,
            public_key: hex::encode(key.as_bytes()),
            chain_code: None,
        }
    }

    fn extended(key: &ExtendedPublicKey) -> Self {
        Self {
            chain_code: Some(Zeroizing::new(hex::encode(key.chain_code))),
            ..Self::public(&key.public_key)
        }
    }

    fn called(mut self, wanted: &Wanted) -> Self {
        self.name.clone_from(&wanted.name);
        self.path = wanted.path.to_string();
        self
    }

    /// The hex of the key itself.
    fn main(&self) -> &str {
        self.private_key
            .as_ref()
            .map_or(&self.public_key, |key| key)
    }

    /// The bytes of `--format raw`: private key (32), or public key (65), or public key and chain code (97).
    pub fn raw(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(vec![0; 97]);
        let mut length = 0;
        let parts = [
            Some(self.main()),
            self.chain_code.as_ref().map(|code| code.as_str()),
        ];
        for part in parts.into_iter().flatten() {
            let end = length + part.len() / 2;
            if bytes
                .get_mut(length..end)
                .is_some_and(|place| hex::decode_to_slice(part, place).is_ok())
            {
                length = end;
            }
        }
        bytes.truncate(length);
        bytes
    }
}

/// Asks for all keys at once where the card can; all or none.
pub fn export(
    session: &mut Session<Verified>,
    wanted: &[Wanted],
    part: Part,
) -> Result<Vec<Key>, keyfence::Error> {
    let paths: Vec<Path> = wanted.iter().map(|wanted| wanted.path.clone()).collect();
    let keys: Vec<Key> = match part {
        Part::Private => {
            let keys = session.export_many::<PrivateKey>(&paths)?;
            keys.iter()
                .map(Key::private)
                .collect::<Result<_, keyfence::InputError>>()?
        }
        Part::Public => session
            .export_many::<PublicKey>(&paths)?
            .iter()
            .map(Key::public)
            .collect(),
        Part::ExtendedPublic => session
            .export_many::<ExtendedPublicKey>(&paths)?
            .iter()
            .map(Key::extended)
            .collect(),
    };
    Ok(keys
        .into_iter()
        .zip(wanted)
        .map(|(key, wanted)| key.called(wanted))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(private: Option<u8>, chain_code: Option<u8>) -> Key {
        Key {
            name: "whisper".to_owned(),
            path: "m".to_owned(),
            private_key: private.map(|byte| Zeroizing::new(hex::encode([byte; 32]))),
            public_key: hex::encode([4; 65]),
            chain_code: chain_code.map(|byte| Zeroizing::new(hex::encode([byte; 32]))),
        }
    }

    #[test]
    fn raw_bytes_are_those_of_the_line() {
        assert_eq!(*key(Some(1), None).raw(), [1; 32]);
        assert_eq!(*key(None, None).raw(), [4; 65]);
        assert_eq!(*key(None, Some(2)).raw(), [&[4; 65][..], &[2; 32]].concat());
    }

    #[test]
    fn a_line_is_name_and_hex() {
        assert_eq!(
            key(Some(1), None).to_string(),
            format!("whisper {}", "01".repeat(32))
        );
        assert_eq!(
            key(None, Some(2)).to_string(),
            format!("whisper {} {}", "04".repeat(65), "02".repeat(32))
        );
    }
}
