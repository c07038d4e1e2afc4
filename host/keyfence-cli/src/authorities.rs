//! Which policy authority each card is expected to have: remembered at INIT, compared at each pairing. INIT's key comes in clear, so whoever sits between could set another one.

use std::fmt;
use std::io;
use std::path::PathBuf;

use keyfence::CardError;
use keyfence::policy::Fingerprint;
use serde::{Deserialize, Serialize};

use crate::error::{CliError, Result};
use crate::files::{self, Existing};

const FORMAT: u32 = 1;

/// A card's policy authority, or that it has none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Authority(pub Option<Fingerprint>);

/// The file of one card.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Remembered {
    format: u32,
    uid: String,
    /// As `Authority` is written.
    authority: String,
}

impl Authority {
    /// `none`, or a fingerprint: the first 8 bytes of the key's SHA-256 in hex.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "none" {
            return Some(Self(None));
        }
        let mut fingerprint = [0; 8];
        hex::decode_to_slice(text, &mut fingerprint).ok()?;
        Some(Self(Some(Fingerprint(fingerprint))))
    }

    /// The error when the card has another authority than the owner meant.
    pub fn check(self, expected: Self) -> Result<()> {
        if self == expected {
            return Ok(());
        }
        let error = CardError::PolicyAuthority {
            expected: expected.0,
            found: self.0,
        };
        Err(CliError::from(error)
            .hint(
                "If the card's issuer installed it, or a later policy named it, compare it with theirs and give --expect-authority. \
                 Otherwise somebody changed the initialisation on its way: load no key, wipe the card with `keyfence card reset`.",
            )
            .detail("authority", self.to_string())
            .detail("expected", expected.to_string()))
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(fingerprint) => write!(f, "{fingerprint}"),
            None => f.write_str("none"),
        }
    }
}

/// The directory of what is remembered.
pub struct Authorities {
    directory: PathBuf,
}

impl Authorities {
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// What was remembered of a card.
    pub fn get(&self, uid: [u8; 16]) -> Result<Option<Authority>> {
        let path = self.path(uid);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(files::unreadable(&path, &error)),
        };
        let remembered = serde_json::from_slice::<Remembered>(&bytes)
            .ok()
            .filter(|file| file.format == FORMAT && file.uid == hex::encode(uid));
        match remembered.and_then(|file| Authority::parse(&file.authority)) {
            Some(authority) => Ok(Some(authority)),
            None => Err(CliError::data(
                "E-AUTHORITY-MEMORY",
                format!("{} can't be read", path.display()),
            )
            .hint("Move it away, and give --expect-authority at the next pairing.")),
        }
    }

    /// Remembers a card's authority: it was set at INIT, or a policy that names a successor was applied.
    pub fn remember(&self, uid: [u8; 16], authority: Authority) -> Result<()> {
        files::create_private_dir(&self.directory)?;
        let file = Remembered {
            format: FORMAT,
            uid: hex::encode(uid),
            authority: authority.to_string(),
        };
        let bytes = serde_json::to_vec_pretty(&file).map_err(|error| {
            CliError::data("E-OUTPUT", format!("can't make JSON: {error}"))
                .hint("Check where standard output goes, and the room left there.")
        })?;
        files::write_private(&self.path(uid), &bytes, Existing::Replace)
    }

    /// Forgets a card that was wiped.
    pub fn forget(&self, uid: [u8; 16]) -> Result<()> {
        let path = self.path(uid);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(files::unwritable(&path, &error))
            }
            _ => Ok(()),
        }
    }

    fn path(&self, uid: [u8; 16]) -> PathBuf {
        self.directory.join(format!("{}.json", hex::encode(uid)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UID: [u8; 16] = [3; 16];

    #[test]
    fn what_was_remembered_comes_back_until_it_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let authorities = Authorities::new(dir.path().join("authorities"));
        assert!(authorities.get(UID).unwrap().is_none());
        for text in ["none", "0123456789abcdef"] {
            authorities
                .remember(UID, Authority::parse(text).unwrap())
                .unwrap();
            assert_eq!(authorities.get(UID).unwrap().unwrap().to_string(), text);
        }
        std::fs::write(authorities.path(UID), "{}").unwrap();
        assert_eq!(
            authorities.get(UID).err().unwrap().code,
            "E-AUTHORITY-MEMORY"
        );
        authorities.forget(UID).unwrap();
        assert!(authorities.get(UID).unwrap().is_none());
    }

    #[test]
    fn none_is_an_expectation_too() {
        let authority = |text| Authority::parse(text).unwrap();
        assert!(authority("none").check(authority("none")).is_ok());
        assert!(
            authority("0123456789abcdef")
                .check(authority("0123456789ABCDEF"))
                .is_ok()
        );
        for (found, expected) in [
            ("none", "0123456789abcdef"),
            ("0123456789abcdef", "none"),
            ("0123456789abcdef", "0023456789abcdef"),
        ] {
            let error = authority(found).check(authority(expected)).unwrap_err();
            assert_eq!((error.code, error.exit_code()), ("E-POLICY-AUTHORITY", 6));
        }
        assert!(Authority::parse("0123").is_none() && Authority::parse("None").is_none());
    }
}
