//! The store: both key formats, other SQLCipher programs, wrong keys, damaged and foreign files, backup, re-keying.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::now;
use keyfence::Explain as _;
use keyfence_messaging::store::{
    Contact, Direction, Filter, KeyFormat, NewMessage, Parameters, SCHEMA_VERSION, Spelling, Store,
    StoreError, StoredTopic,
};
use keyfence_messaging::{DatabaseKey, PublicKey, SecretKey, Topic};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

const PRIVATE: &str = "304d3cea8e440e086e194670efe91ed75c97150110dd0500578920214dd60fd5";
const PUBLIC: &str = "047f13e81fb00582e8a8582858ef60f3539fc4a1b17938fe94feb1810e3a30c01c60bec2b0eafa252737f2fa084a67d297cf851c582400dfee733a25e469d96127";
/// HKDF-SHA-256 of PRIVATE, computed with Python's hmac module.
const OWN_RAW: &str = "22ca1140d3fb4e4a11b9a8038df6496c35b5cc4c5505c8ff3974bd99c4831477";

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes(&hex::decode(PRIVATE).unwrap()).unwrap()
}

fn other_key() -> DatabaseKey {
    DatabaseKey::from_bytes(&[0x21; 32]).unwrap()
}

fn person(byte: u8) -> PublicKey {
    *SecretKey::from_bytes(&[byte; 32]).unwrap().public_key()
}

/// A directory of the test's own, empty.
struct Directory(PathBuf);

impl Directory {
    fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("store-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Names and contents of all files.
    fn snapshot(&self) -> Vec<(String, [u8; 32])> {
        let mut all: Vec<_> = fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| {
                let content = fs::read(entry.path()).unwrap();
                (
                    entry.file_name().into_string().unwrap(),
                    Sha256::digest(content).into(),
                )
            })
            .collect();
        all.sort();
        all
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn hello(n: u32) -> NewMessage<'static> {
    NewMessage {
        envelope: Sha256::digest(n.to_le_bytes()).into(),
        direction: if n.is_multiple_of(2) {
            Direction::Received
        } else {
            Direction::Sent
        },
        topic: Topic([1, 2, 3, 4]),
        kind: "chat",
        chat: Some(if n.is_multiple_of(3) {
            "status"
        } else {
            "other"
        }),
        sender: Some(person(1 + (n % 2) as u8)),
        recipient: None,
        sent: 1000 + n,
        stored: now(),
        payload: b"hello, store",
    }
}

fn filled(path: &Path, key: &DatabaseKey, format: KeyFormat, messages: u32) {
    let store = Store::create(path, key, format).unwrap();
    for n in 0..messages {
        store.add_message(&hello(n)).unwrap();
    }
    store
        .add_contact(
            &Contact {
                public_key: person(1),
                name: "Alice".into(),
            },
            7,
        )
        .unwrap();
    store
        .add_topic(
            &StoredTopic {
                kind: "chat".into(),
                name: "status".into(),
                topic: Topic::of_name("status"),
            },
            7,
        )
        .unwrap();
    store.close().unwrap();
}

/// A file that another program made: its own tables, any key text and pragmas.
fn foreign_file(path: &Path, key_text: &str, pragmas: &[&str]) {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(&format!("PRAGMA key = \"{key_text}\""))
        .unwrap();
    for pragma in pragmas {
        connection
            .execute_batch(&format!("PRAGMA {pragma}"))
            .unwrap();
    }
    connection
        .execute_batch("CREATE TABLE settings (a, b); INSERT INTO settings VALUES (1, 2)")
        .unwrap();
}

#[test]
fn messages_contacts_and_topics() {
    let directory = Directory::new("content");
    let path = directory.file("a.db");
    let store = Store::open_or_create(&path, &key(), KeyFormat::Own).unwrap();
    let first = store.add_message(&hello(0)).unwrap();
    assert_eq!(store.add_message(&hello(0)).unwrap(), first);
    for n in 1..9 {
        assert_ne!(store.add_message(&hello(n)).unwrap(), first);
    }
    assert_eq!(store.add_message(&hello(0)).unwrap(), first);
    let alice = Contact {
        public_key: person(1),
        name: "Alice".into(),
    };
    store.add_contact(&alice, 1).unwrap();
    store
        .add_contact(
            &Contact {
                name: "Alicia".into(),
                ..alice.clone()
            },
            2,
        )
        .unwrap();
    assert!(
        store
            .add_contact(
                &Contact {
                    public_key: person(2),
                    name: "Alicia".into()
                },
                2
            )
            .is_err()
    );
    assert_eq!(store.contact("Alicia").unwrap(), person(1));
    assert!(matches!(store.contact("Alice"), Err(StoreError::NoSuch(_))));
    assert_eq!(
        store.contact_name(&person(1)).unwrap().as_deref(),
        Some("Alicia")
    );
    assert_eq!(store.contact_name(&person(2)).unwrap(), None);
    assert_eq!(store.contacts().unwrap().len(), 1);

    let message = store.message(first).unwrap();
    assert_eq!(
        (message.payload.as_slice(), message.sender),
        (b"hello, store".as_slice(), Some(person(1).to_bytes()))
    );
    assert_eq!(
        (message.sender_name.as_deref(), message.direction),
        (Some("Alicia"), Direction::Received)
    );
    assert!(matches!(store.message(999), Err(StoreError::NoSuch(_))));

    let second = person(2);
    let list = |chat, sender, limit| -> Vec<u32> {
        let messages = store.messages(&Filter { chat, sender }, limit).unwrap();
        messages.iter().map(|message| message.sent - 1000).collect()
    };
    assert_eq!(list(None, None, 3), [8, 7, 6]);
    assert_eq!(list(Some("status"), None, 10), [6, 3, 0]);
    assert_eq!(list(None, Some(&second), 10), [7, 5, 3, 1]);
    assert_eq!(list(Some("status"), Some(&second), 10), [3]);
    assert_eq!(list(Some("none"), None, 10), [0; 0]);
    drop(store);

    let store = Store::open(&path, &key(), KeyFormat::Own).unwrap();
    let status = store.status().unwrap();
    assert_eq!((status.messages, status.contacts, status.topics), (9, 1, 0));
    assert_eq!(
        (status.schema_version, status.parameters),
        (SCHEMA_VERSION, Parameters::Own)
    );
    store.verify().unwrap();
    store.close().unwrap();
    let names: Vec<_> = directory
        .snapshot()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["a.db"]);
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&path).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    let content = fs::read(&path).unwrap();
    assert!(
        !content
            .windows(6)
            .any(|bytes| bytes == b"SQLite" || bytes == b"hello,")
    );
}

#[test]
fn a_wrong_key_leaves_the_file_alone() {
    for format in [KeyFormat::Own, KeyFormat::STATUS] {
        let directory = Directory::new(if format == KeyFormat::Own {
            "wrong-own"
        } else {
            "wrong-status"
        });
        let path = directory.file("a.db");
        filled(&path, &key(), format, 3);
        let before = directory.snapshot();
        let error = Store::open(&path, &other_key(), format).unwrap_err();
        assert!(matches!(error, StoreError::WrongKey), "{error:?}");
        assert_eq!(error.to_string(), "this database belongs to another key");
        // The other format is another key.
        let other = if format == KeyFormat::Own {
            KeyFormat::STATUS
        } else {
            KeyFormat::Own
        };
        assert!(matches!(
            Store::open(&path, &key(), other),
            Err(StoreError::WrongKey)
        ));
        assert!(matches!(
            Store::open_or_create(&path, &other_key(), format),
            Err(StoreError::WrongKey)
        ));
        assert!(matches!(
            Store::create(&path, &key(), format),
            Err(StoreError::Exists { .. })
        ));
        assert_eq!(directory.snapshot(), before);
        Store::open(&path, &key(), format).unwrap();
    }
}

#[test]
fn a_wrong_key_leaves_another_programs_log_alone() {
    let directory = Directory::new("log");
    let path = directory.file("a.db");
    filled(&path, &key(), KeyFormat::Own, 1);
    let live = Store::open(&path, &key(), KeyFormat::Own).unwrap();
    live.add_message(&hello(77)).unwrap();
    // As after a crash: the log holds what the file doesn't yet.
    let crashed = Directory::new("log-crashed");
    for name in ["a.db", "a.db-wal"] {
        fs::copy(directory.file(name), crashed.file(name)).unwrap();
    }
    let before = fs::read(crashed.file("a.db")).unwrap();
    let log = fs::read(crashed.file("a.db-wal")).unwrap();
    assert!(matches!(
        Store::open(&crashed.file("a.db"), &other_key(), KeyFormat::Own),
        Err(StoreError::WrongKey)
    ));
    assert!(fs::read(crashed.file("a.db")).unwrap() == before);
    assert!(fs::read(crashed.file("a.db-wal")).unwrap() == log);
    let recovered = Store::open(&crashed.file("a.db"), &key(), KeyFormat::Own).unwrap();
    assert_eq!(recovered.status().unwrap().messages, 2);
}

#[test]
fn damaged_pages() {
    for format in [KeyFormat::Own, KeyFormat::STATUS] {
        let directory = Directory::new(if format == KeyFormat::Own {
            "damaged-own"
        } else {
            "damaged-status"
        });
        let path = directory.file("a.db");
        filled(&path, &key(), format, 400);
        let good = fs::read(&path).unwrap();
        let page = if format == KeyFormat::Own { 4096 } else { 8192 };
        let pages = good.len() / page;
        assert!(pages > 8);
        for damaged in 1..pages {
            let mut bad = good.clone();
            bad[damaged * page + 100] ^= 1;
            fs::write(&path, &bad).unwrap();
            let before = directory.snapshot();
            // Opening needn't read that page; verifying reads all of them.
            let found = Store::open(&path, &key(), format).and_then(|store| {
                let found = store.verify();
                store.close()?;
                found
            });
            assert!(
                matches!(found, Err(StoreError::Damaged { .. })),
                "page {damaged}: {found:?}"
            );
            assert_eq!(directory.snapshot(), before, "page {damaged}");
        }
        // Reading what is on the damaged page says so too, and a backup isn't made of it.
        let mut bad = good.clone();
        for at in (1..pages).map(|n| n * page + 200) {
            bad[at] ^= 1;
        }
        fs::write(&path, &bad).unwrap();
        let before = directory.snapshot();
        // The table's own pages may already be needed for opening.
        if let Ok(store) = Store::open(&path, &key(), format) {
            assert!(matches!(
                store.messages(&Filter::default(), 500),
                Err(StoreError::Damaged { .. })
            ));
            let to = directory.file("backup.db");
            assert!(matches!(
                store.backup(&to, &key(), format),
                Err(StoreError::Damaged { .. })
            ));
            assert!(!to.exists());
            store.close().unwrap();
        }
        assert_eq!(directory.snapshot(), before);
        // The first page can't be told from a wrong key; the hint names both.
        let mut bad = good.clone();
        bad[50] ^= 1;
        fs::write(&path, &bad).unwrap();
        let error = Store::open(&path, &key(), format).unwrap_err();
        assert!(matches!(error, StoreError::WrongKey) && error.hint().contains("damaged"));
        // Cut short.
        fs::write(&path, &good[..good.len() - 1000]).unwrap();
        assert!(Store::open(&path, &key(), format).is_err());
        fs::write(&path, &good[..page]).unwrap();
        assert!(
            Store::open(&path, &key(), format)
                .and_then(|store| store.verify())
                .is_err()
        );
    }
}

#[test]
fn files_of_other_programs() {
    let directory = Directory::new("foreign");
    let path = directory.file("a.db");
    let refused = |content: Option<&[u8]>, format: KeyFormat, what: &str| {
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let before = directory.snapshot();
        for result in [
            Store::open(&path, &key(), format),
            Store::open_or_create(&path, &key(), format),
        ] {
            assert!(
                matches!(result, Err(StoreError::Foreign { .. })),
                "{what}: {result:?}"
            );
        }
        assert_eq!(directory.snapshot(), before, "{what}");
        fs::remove_file(&path).unwrap();
    };
    refused(Some(b""), KeyFormat::Own, "empty");
    refused(Some(b"Dear diary"), KeyFormat::Own, "text");
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE a (b)")
        .unwrap();
    refused(None, KeyFormat::Own, "plain SQLite");
    // The right key, but the tables of a Status client, or of anyone.
    let status = [
        "cipher_page_size = 8192",
        "cipher_hmac_algorithm = HMAC_SHA1",
        "cipher_kdf_algorithm = PBKDF2_HMAC_SHA1",
        "kdf_iter = 3200",
        "journal_mode = WAL",
    ];
    foreign_file(&path, PUBLIC, &status);
    refused(None, KeyFormat::STATUS, "Status, mobile");
    foreign_file(&path, &format!("x'{OWN_RAW}'"), &[]);
    refused(None, KeyFormat::Own, "own key");
    fs::write(&path, vec![7; 8192]).unwrap();
    assert!(matches!(
        Store::open(&path, &key(), KeyFormat::Own),
        Err(StoreError::WrongKey)
    ));
    fs::remove_file(&path).unwrap();
    assert!(matches!(
        Store::open(&path, &key(), KeyFormat::Own),
        Err(StoreError::Missing { .. })
    ));
    fs::create_dir(&path).unwrap();
    assert!(Store::open(&path, &key(), KeyFormat::Own).is_err());
}

#[test]
fn every_generation_of_the_status_format_is_recognised() {
    let directory = Directory::new("generations");
    let desktop = format!("0x{PUBLIC}");
    let sha1 = [
        "cipher_hmac_algorithm = HMAC_SHA1",
        "cipher_kdf_algorithm = PBKDF2_HMAC_SHA1",
    ];
    let mut n = 0;
    for (text, spelling) in [
        (PUBLIC, Spelling::Mobile),
        (desktop.as_str(), Spelling::Desktop),
    ] {
        for (page, rounds) in [(8192, 3200), (1024, 3200), (1024, 64_000)] {
            let path = directory.file(&format!("{n}.db"));
            n += 1;
            let (page_size, kdf) = (
                format!("cipher_page_size = {page}"),
                format!("kdf_iter = {rounds}"),
            );
            foreign_file(&path, text, &[&page_size, sha1[0], sha1[1], &kdf]);
            // What the key opens is another program's, and that is what is said, and how it opens: not "another key".
            let said = Store::open(&path, &key(), KeyFormat::STATUS)
                .unwrap_err()
                .to_string();
            assert!(
                said.contains(&format!("pages of {page} bytes, {rounds} rounds")),
                "{said}"
            );
            assert!(matches!(
                Store::open(&path, &key(), KeyFormat::STATUS),
                Err(StoreError::Foreign { .. })
            ));
            let only = |spelling, kdf_iterations| {
                let format = KeyFormat::Status {
                    spelling: Some(spelling),
                    kdf_iterations: Some(kdf_iterations),
                };
                matches!(
                    Store::open(&path, &key(), format),
                    Err(StoreError::Foreign { .. })
                )
            };
            let wrong = if spelling == Spelling::Mobile {
                Spelling::Desktop
            } else {
                Spelling::Mobile
            };
            assert!(only(spelling, rounds) && !only(wrong, rounds) && !only(spelling, rounds + 1));
        }
    }
    // Ours, with each spelling and other rounds.
    for (spelling, rounds) in [
        (Spelling::Mobile, None),
        (Spelling::Desktop, None),
        (Spelling::Desktop, Some(5000)),
    ] {
        let path = directory.file(&format!("{n}.db"));
        n += 1;
        let format = KeyFormat::Status {
            spelling: Some(spelling),
            kdf_iterations: rounds,
        };
        filled(&path, &key(), format, 2);
        let again = KeyFormat::Status {
            spelling: None,
            kdf_iterations: rounds,
        };
        let status = Store::open(&path, &key(), again).unwrap().status().unwrap();
        let kdf_iterations = rounds.unwrap_or(3200);
        assert_eq!(
            status.parameters,
            Parameters::Status {
                spelling,
                kdf_iterations,
                page_size: 8192
            }
        );
        assert_eq!(status.messages, 2);
    }
}

#[test]
fn an_older_schema_is_brought_up_to_date_and_a_later_one_refused() {
    let directory = Directory::new("schema");
    let path = directory.file("a.db");
    filled(&path, &key(), KeyFormat::Own, 5);
    let alter = |sql: &str| {
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(&format!("PRAGMA key = \"x'{OWN_RAW}'\"; {sql}"))
            .unwrap();
    };
    alter("DROP INDEX messages_by_chat; DROP INDEX messages_by_sender; PRAGMA user_version = 1");
    let store = Store::open(&path, &key(), KeyFormat::Own).unwrap();
    assert_eq!(store.status().unwrap().schema_version, SCHEMA_VERSION);
    assert_eq!(store.messages(&Filter::default(), 10).unwrap().len(), 5);
    store.close().unwrap();
    alter("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE");
    let before = directory.snapshot();
    let error = Store::open(&path, &key(), KeyFormat::Own).unwrap_err();
    assert!(matches!(
        error,
        StoreError::Newer {
            version: 99,
            known: SCHEMA_VERSION
        }
    ));
    assert_eq!(directory.snapshot(), before);
}

#[test]
fn backup() {
    let directory = Directory::new("backup");
    let (path, to) = (directory.file("a.db"), directory.file("b.db"));
    filled(&path, &key(), KeyFormat::Own, 50);
    let store = Store::open(&path, &key(), KeyFormat::Own).unwrap();
    store.add_message(&hello(1000)).unwrap();
    store.backup(&to, &key(), KeyFormat::Own).unwrap();
    assert!(matches!(
        store.backup(&to, &key(), KeyFormat::Own),
        Err(StoreError::Exists { .. })
    ));
    // The store is still usable, and the backup doesn't follow it.
    store.add_message(&hello(1001)).unwrap();
    let copy = Store::open(&to, &key(), KeyFormat::Own).unwrap();
    assert_eq!(
        (
            store.status().unwrap().messages,
            copy.status().unwrap().messages
        ),
        (52, 51)
    );
    copy.verify().unwrap();
    copy.close().unwrap();
    assert!(matches!(
        Store::open(&to, &other_key(), KeyFormat::Own),
        Err(StoreError::WrongKey)
    ));
    let status = directory.file("c.db");
    store.backup(&status, &key(), KeyFormat::STATUS).unwrap();
    assert_eq!(
        Store::open(&status, &key(), KeyFormat::STATUS)
            .unwrap()
            .status()
            .unwrap()
            .messages,
        52
    );
    assert!(
        store
            .backup(
                &directory.file("no/such/directory.db"),
                &key(),
                KeyFormat::Own
            )
            .is_err()
    );
    store.close().unwrap();
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&to).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    let names: Vec<_> = directory
        .snapshot()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["a.db", "b.db", "c.db"]);
}

#[test]
fn rekeying() {
    let directory = Directory::new("rekey");
    let path = directory.file("a.db");
    filled(&path, &key(), KeyFormat::Own, 50);
    let store = Store::open(&path, &key(), KeyFormat::Own).unwrap();
    // Not while somebody else has it open.
    let other = Store::open(&path, &key(), KeyFormat::Own).unwrap();
    other.add_message(&hello(500)).unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(
        store.rekey(&other_key(), KeyFormat::Own),
        Err(StoreError::Busy)
    ));
    assert!(fs::read(&path).unwrap() == before);
    other.close().unwrap();

    let mut store = Store::open(&path, &key(), KeyFormat::Own).unwrap();
    for (new_key, format) in [
        (other_key(), KeyFormat::Own),
        (other_key(), KeyFormat::STATUS),
        (key(), KeyFormat::STATUS),
        (key(), KeyFormat::Own),
    ] {
        store = store.rekey(&new_key, format).unwrap();
        assert_eq!(store.status().unwrap().messages, 51);
        store.add_message(&hello(500)).unwrap();
        store.close().unwrap();
        let third = DatabaseKey::from_bytes(&[9; 32]).unwrap();
        assert!(matches!(
            Store::open(&path, &third, format),
            Err(StoreError::WrongKey)
        ));
        store = Store::open(&path, &new_key, format).unwrap();
        store.verify().unwrap();
    }
    store.close().unwrap();
    assert!(matches!(
        Store::open(&path, &other_key(), KeyFormat::Own),
        Err(StoreError::WrongKey)
    ));
    let names: Vec<_> = directory
        .snapshot()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["a.db"]);
}

const CHILD: &str = "KEYFENCE_TEST_REKEY";

/// Not a test of its own: what the next one starts and kills. Re-keys for as long as it lives.
#[test]
#[ignore = "started by interrupted_rekeying"]
fn rekeying_child() {
    let Some(path) = std::env::var_os(CHILD).map(PathBuf::from) else {
        return;
    };
    let keys = [key(), other_key()];
    let mut current = usize::from(Store::open(&path, &keys[0], KeyFormat::Own).is_err());
    println!("\nrekeying");
    loop {
        let store = Store::open(&path, &keys[current], KeyFormat::Own).unwrap();
        current = 1 - current;
        store
            .rekey(&keys[current], KeyFormat::Own)
            .unwrap()
            .close()
            .unwrap();
    }
}

#[test]
fn interrupted_rekeying() {
    let mut random = common::Random::new("interrupted_rekeying");
    let directory = Directory::new("interrupted");
    let path = directory.file("a.db");
    filled(&path, &key(), KeyFormat::Own, 40);
    for round in 0..6 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "rekeying_child", "--ignored", "--nocapture"])
            .env(CHILD, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // From the moment that it begins: anywhere within some re-keyings.
        let lines = std::io::BufReader::new(child.stdout.take().unwrap());
        assert!(std::io::BufRead::lines(lines).any(|line| line.unwrap() == "rekeying"));
        std::thread::sleep(std::time::Duration::from_millis(random.below(120) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let opened = [key(), other_key()].map(|key| Store::open(&path, &key, KeyFormat::Own));
        assert_eq!(
            opened.iter().filter(|store| store.is_ok()).count(),
            1,
            "round {round}: {opened:?}"
        );
        for store in opened.into_iter().flatten() {
            store.verify().unwrap();
            assert_eq!(store.status().unwrap().messages, 40, "round {round}");
            store.close().unwrap();
        }
    }
}

/// Runs a program with input and returns what it prints.
fn run(program: &str, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} failed");
    String::from_utf8(output.stdout).unwrap()
}

/// Debian's `sqlcipher` is 3.4.1: its defaults are SQLCipher 3's, so that only page size and rounds are set.
#[test]
fn debians_sqlcipher_opens_the_status_format() {
    let directory = Directory::new("debian");
    for (spelling, prefix) in [(Spelling::Mobile, ""), (Spelling::Desktop, "0x")] {
        let path = directory.file(&format!("{spelling:?}.db"));
        let format = KeyFormat::Status {
            spelling: Some(spelling),
            kdf_iterations: None,
        };
        filled(&path, &key(), format, 3);
        let sql = format!(
            "PRAGMA key = '{prefix}{PUBLIC}';\nPRAGMA cipher_page_size = 8192;\nPRAGMA kdf_iter = 3200;\n\
             SELECT count(*) FROM messages;\nSELECT DISTINCT payload FROM messages;\nPRAGMA journal_mode;\n"
        );
        let printed = run("sqlcipher", &["-batch", path.to_str().unwrap()], &sql);
        assert_eq!(printed, "3\nhello, store\nwal\n", "{spelling:?}");
    }
}

/// Another build of SQLCipher 4 opens the own format with nothing but what `store key` gives it.
#[test]
fn another_sqlcipher_4_opens_the_own_format() {
    let directory = Directory::new("other");
    let (own, status) = (directory.file("own.db"), directory.file("status.db"));
    filled(&own, &key(), KeyFormat::Own, 3);
    filled(&status, &key(), KeyFormat::STATUS, 3);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/sqlcipher4.sh");
    for (path, format) in [(&own, KeyFormat::Own), (&status, KeyFormat::STATUS)] {
        let sql = format.to_create().to_sql(&key());
        let printed = run(script.to_str().unwrap(), &[path.to_str().unwrap()], &sql);
        let lines: Vec<_> = printed.lines().collect();
        assert!(lines[0].starts_with("4."), "{printed}");
        assert_eq!(lines[1..], ["3", "hello, store", "sound"], "{printed}");
    }
    let wrong = KeyFormat::Own.to_create().to_sql(&other_key());
    let refused = run(script.to_str().unwrap(), &[own.to_str().unwrap()], &wrong);
    assert!(refused.contains("file is not a database"), "{refused}");
}

#[test]
fn the_own_key_is_the_published_derivation() {
    let sql = KeyFormat::Own.to_create().to_sql(&key());
    assert_eq!(
        sql.as_str(),
        format!("PRAGMA key = \"x'{OWN_RAW}'\";\nPRAGMA cipher_compatibility = 4;\n")
    );
    let status = KeyFormat::STATUS.to_create().to_sql(&key());
    let expected = format!(
        "PRAGMA key = \"{PUBLIC}\";\nPRAGMA cipher_page_size = 8192;\nPRAGMA cipher_hmac_algorithm = HMAC_SHA1;\n\
         PRAGMA cipher_kdf_algorithm = PBKDF2_HMAC_SHA1;\nPRAGMA kdf_iter = 3200;\n"
    );
    assert_eq!(status.as_str(), expected);
}
