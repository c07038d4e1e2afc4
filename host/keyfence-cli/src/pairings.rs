//! This user's pairings: one file a card, named by its UID, mode 0600, written atomically.

use std::io;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use keyfence::pairing::{PairingRecord, Slot};
use keyfence::secret::Secret32;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::{CliError, Result};
use crate::files::{self, Existing};

/// The only format so far; a file of another is refused, not guessed at.
const FORMAT: u32 = 1;

/// A pairing with one card.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct Pairing {
    format: u32,
    /// The card's UID, 16 bytes in lower-case hex.
    pub uid: String,
    /// The slot that the card gave us, 0..9 (genuine 3.1 cards: up to 99).
    pub slot: u8,
    /// The pairing key, 32 bytes in hex.
    key: String,
    /// When the pairing was made, in seconds since 1970.
    pub created: u64,
    /// The reader that the card was in: another UID there is probably the same card, reset.
    pub reader: String,
    /// Made with a simulated card?
    pub simulated: bool,
}

impl Pairing {
    /// A pairing that was made now, with the card in this reader.
    pub fn new(record: &PairingRecord, reader: &str, simulated: bool) -> Self {
        let created = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        Self {
            format: FORMAT,
            uid: hex::encode(record.card_uid),
            slot: record.slot.0,
            key: hex::encode(record.key.expose()),
            created,
            reader: reader.to_owned(),
            simulated,
        }
    }

    /// What the library opens a channel with; `None` if the file held something else.
    pub fn record(&self) -> Option<PairingRecord> {
        let mut card_uid = [0; 16];
        hex::decode_to_slice(&self.uid, &mut card_uid).ok()?;
        let key = Secret32::from_hex(&self.key).ok()?;
        Some(PairingRecord {
            card_uid,
            slot: Slot(self.slot),
            key,
        })
    }

    /// The JSON of the file.
    pub fn to_json(&self) -> Result<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(512));
        serde_json::to_writer_pretty(&mut *bytes, self).map_err(|error| {
            CliError::data(
                "E-PAIRING-STORE",
                format!("can't store the pairing: {error}"),
            ).hint("Check that the data directory can be written: KEYFENCE_DATA_DIR, else the system's.")
        })?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// A whole pairing of this program, or none.
    pub fn from_json(bytes: &[u8]) -> Option<Self> {
        let pairing: Self = serde_json::from_slice(bytes).ok()?;
        let whole = pairing.format == FORMAT && is_uid(&pairing.uid) && pairing.record().is_some();
        whole.then_some(pairing)
    }
}

/// The directory with the pairings.
pub struct PairingStore {
    directory: PathBuf,
}

impl PairingStore {
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    fn path(&self, uid: &str) -> PathBuf {
        self.directory.join(format!("{uid}.json"))
    }

    /// The pairing with a card, if there is one.
    pub fn get(&self, uid: [u8; 16]) -> Result<Option<Pairing>> {
        self.load(&hex::encode(uid))
    }

    /// All pairings, by UID.
    pub fn list(&self) -> Result<Vec<Pairing>> {
        let entries = match std::fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(files::unreadable(&self.directory, &error)),
        };
        let mut pairings = Vec::new();
        for entry in entries {
            let name = entry
                .map_err(|error| files::unreadable(&self.directory, &error))?
                .file_name();
            if let Some(uid) = name
                .to_str()
                .and_then(|name| name.strip_suffix(".json"))
                .filter(|uid| is_uid(uid))
            {
                pairings.extend(self.load(uid)?);
            }
        }
        pairings.sort_by(|a, b| a.uid.cmp(&b.uid));
        Ok(pairings)
    }

    /// Makes sure that a pairing could be stored, before a slot of the card is taken for it.
    pub fn prepare(&self) -> Result<()> {
        files::create_private_dir(&self.directory)?;
        tempfile::tempfile_in(&self.directory)
            .map(drop)
            .map_err(|error| files::unwritable(&self.directory, &error))
    }

    /// Stores a pairing, in the place of an earlier one with the same card.
    pub fn put(&self, pairing: &Pairing) -> Result<()> {
        files::create_private_dir(&self.directory)?;
        files::write_private(
            &self.path(&pairing.uid),
            &pairing.to_json()?,
            Existing::Replace,
        )
    }

    /// Forgets the pairing with a card; `false` if there was none.
    pub fn forget(&self, uid: [u8; 16]) -> Result<bool> {
        let path = self.path(&hex::encode(uid));
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(files::unwritable(&path, &error)),
        }
    }

    fn load(&self, uid: &str) -> Result<Option<Pairing>> {
        let path = self.path(uid);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(files::unreadable(&path, &error)),
        };
        match Pairing::from_json(&bytes) {
            Some(pairing) if pairing.uid == uid => Ok(Some(pairing)),
            _ => Err(CliError::data(
                "E-PAIRING-DAMAGED",
                format!("{} isn't a whole pairing of this program", path.display()),
            )
            .hint("Move it away, then pair again: keyfence pairing add.")),
        }
    }
}

fn is_uid(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UID: [u8; 16] = [0xA1; 16];

    fn pairing(slot: u8, key: u8) -> Pairing {
        let record = PairingRecord {
            card_uid: UID,
            slot: Slot(slot),
            key: Secret32::new([key; 32]),
        };
        Pairing::new(&record, "reader 1", true)
    }

    fn store() -> (tempfile::TempDir, PairingStore) {
        let dir = tempfile::tempdir().unwrap();
        let store = PairingStore::new(dir.path().join("data").join("pairings"));
        (dir, store)
    }

    #[test]
    fn what_was_put_is_found_by_uid() {
        let (_dir, store) = store();
        assert!(store.get(UID).unwrap().is_none());
        assert!(store.list().unwrap().is_empty());
        store.put(&pairing(3, 7)).unwrap();
        let found = store.get(UID).unwrap().unwrap();
        assert_eq!(
            (
                found.slot,
                *found.record().unwrap().key.expose(),
                found.simulated
            ),
            (3, [7; 32], true)
        );
        assert_eq!(store.list().unwrap().len(), 1);
        assert!(store.get([0; 16]).unwrap().is_none());
    }

    #[test]
    fn putting_again_replaces_and_forgetting_removes() {
        let (_dir, store) = store();
        store.put(&pairing(3, 7)).unwrap();
        store.put(&pairing(4, 8)).unwrap();
        assert_eq!(store.get(UID).unwrap().unwrap().slot, 4);
        assert!(store.forget(UID).unwrap());
        assert!(!store.forget(UID).unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_look() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_dir, store) = store();
        store.put(&pairing(3, 7)).unwrap();
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&store.directory), 0o700);
        assert_eq!(mode(&store.path(&hex::encode(UID))), 0o600);
    }

    #[test]
    fn a_damaged_or_foreign_file_is_an_error_that_names_it() {
        let (_dir, store) = store();
        store.put(&pairing(3, 7)).unwrap();
        let path = store.path(&hex::encode(UID));
        let whole = std::fs::read_to_string(&path).unwrap();
        for text in [
            "",
            "{}",
            &whole[..whole.len() / 2],
            &whole.replace("\"format\": 1", "\"format\": 2"),
            &whole.replace("a1a1", "b2b2"),
            &whole.replace("0707", "07"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = store.get(UID).err().unwrap();
            assert_eq!(error.code, "E-PAIRING-DAMAGED", "{text}");
            assert!(error.message.contains(&hex::encode(UID)));
            assert!(!error.message.contains("0707"), "the key isn't repeated");
        }
    }
}
