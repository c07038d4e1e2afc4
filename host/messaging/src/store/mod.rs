//! The message store: an SQLCipher database of messages, contacts and topics that the card's database key opens.
//!
//! A wrong key, a damaged file, another program's file: each is its own [`StoreError`], and the file stays as it was.

mod contacts;
mod copy;
mod error;
mod format;
mod messages;
mod schema;

use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

pub use contacts::{Contact, StoredTopic};
pub use error::StoreError;
pub use format::{KeyFormat, Parameters, STATUS_KDF_ITERATIONS, Spelling};
pub use messages::{Direction, Filter, NewMessage, StoredMessage};
pub use schema::{APPLICATION_ID, SCHEMA_VERSION};

use crate::DatabaseKey;

/// How long to wait for another process that is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    parameters: Parameters,
}

/// What a store is and holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The key parameters that opened it.
    pub parameters: Parameters,
    /// Version of its tables.
    pub schema_version: u32,
    /// Number of messages.
    pub messages: u64,
    /// Number of contacts.
    pub contacts: u64,
    /// Number of topics.
    pub topics: u64,
    /// Size of the file in bytes.
    pub size: u64,
}

impl Store {
    /// Makes a new store. The file appears complete, with mode 0600, or not at all.
    ///
    /// # Errors
    /// [`StoreError::Exists`], and whatever the file system and SQLite say.
    pub fn create(path: &Path, key: &DatabaseKey, format: KeyFormat) -> Result<Self, StoreError> {
        if fs::symlink_metadata(path).is_ok() {
            return Err(StoreError::Exists {
                path: path.to_owned(),
            });
        }
        let parameters = format.to_create();
        let temporary = copy::Temporary::beside(path)?;
        let mut connection = Connection::open_with_flags(temporary.path(), open_flags(true))?;
        parameters.apply(&connection, key)?;
        schema::migrate(&mut connection)?;
        connection.close().map_err(|(_, error)| error)?;
        temporary.publish_new(path)?;
        Self::connect(path, key, parameters)
    }

    /// Opens a store, bringing its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::WrongKey`], [`StoreError::Foreign`], [`StoreError::Newer`],
    /// [`StoreError::Damaged`]; the file is then as it was.
    pub fn open(path: &Path, key: &DatabaseKey, format: KeyFormat) -> Result<Self, StoreError> {
        let parameters = probe(path, key, format)?;
        Self::connect(path, key, parameters)
    }

    /// Opens a store, or makes it if there is no such file.
    ///
    /// # Errors
    /// As [`open`](Self::open) and [`create`](Self::create).
    pub fn open_or_create(
        path: &Path,
        key: &DatabaseKey,
        format: KeyFormat,
    ) -> Result<Self, StoreError> {
        match Self::open(path, key, format) {
            Err(StoreError::Missing { .. }) => Self::create(path, key, format),
            result => result,
        }
    }

    /// Opens for reading and writing what [`probe`] found good.
    fn connect(path: &Path, key: &DatabaseKey, parameters: Parameters) -> Result<Self, StoreError> {
        let mut connection = Connection::open_with_flags(path, open_flags(true))?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        parameters.apply(&connection, key)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // 16 MB of decrypted pages: what is read again isn't decrypted again.
        connection.pragma_update(None, "cache_size", -16_384)?;
        schema::migrate(&mut connection)?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(Self {
            connection,
            path: path.to_owned(),
            parameters,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is and holds.
    ///
    /// # Errors
    /// Whatever SQLite says.
    pub fn status(&self) -> Result<Status, StoreError> {
        let count = |table: &str| -> Result<u64, StoreError> {
            let sql = format!("SELECT count(*) FROM {table}");
            Ok(self
                .connection
                .query_row(&sql, [], |row| row.get::<_, i64>(0))?
                .unsigned_abs())
        };
        Ok(Status {
            parameters: self.parameters,
            schema_version: schema::version(&self.connection)?,
            messages: count("messages")?,
            contacts: count("contacts")?,
            topics: count("topics")?,
            size: fs::metadata(&self.path)?.len(),
        })
    }

    /// Reads and authenticates every page, and checks the database's structure.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first thing that is wrong.
    pub fn verify(&self) -> Result<(), StoreError> {
        check_pages(&self.connection)
    }

    /// Closes it, writing what the log still holds into the file.
    ///
    /// # Errors
    /// Whatever SQLite says.
    pub fn close(self) -> Result<(), StoreError> {
        self.connection.flush_prepared_statement_cache();
        self.connection.close().map_err(|(_, error)| error.into())
    }
}

fn open_flags(write: bool) -> OpenFlags {
    let access = if write {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    } else {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    };
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn check_pages(connection: &Connection) -> Result<(), StoreError> {
    // cipher_integrity_check answers a row for each page whose HMAC is wrong; quick_check one row "ok".
    for (pragma, good) in [
        ("cipher_integrity_check", None),
        ("quick_check(1)", Some("ok")),
    ] {
        let mut statement = connection.prepare(&format!("PRAGMA {pragma}"))?;
        let mut rows = statement.query([])?;
        if let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            if good != Some(text.as_str()) {
                return Err(StoreError::Damaged { detail: text });
            }
        }
    }
    Ok(())
}

/// Finds the parameters that open a file, without writing to it, and sees whether it is a store of ours.
fn probe(path: &Path, key: &DatabaseKey, format: KeyFormat) -> Result<Parameters, StoreError> {
    let mut file = match fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(StoreError::Missing {
                path: path.to_owned(),
            });
        }
        file => file?,
    };
    let metadata = file.metadata()?;
    let foreign = |detail: &str| {
        Err(StoreError::Foreign {
            detail: detail.to_owned(),
        })
    };
    if !metadata.is_file() {
        return foreign("it isn't a file");
    }
    let mut header = [0; 16];
    if metadata.len() < 512 || metadata.len() % 512 != 0 {
        return foreign("its size isn't that of a database");
    }
    file.read_exact(&mut header)?;
    drop(file);
    if &header == b"SQLite format 3\0" {
        return foreign("it is a database without encryption");
    }
    let mut result = Err(StoreError::WrongKey);
    for parameters in format.to_open() {
        // A database is a whole number of pages: other page sizes needn't be tried.
        if metadata.len() % u64::from(parameters.page_size()) != 0 {
            continue;
        }
        result = probe_with(path, key, &parameters)
            .map(|()| parameters)
            .map_err(|error| match error {
                StoreError::Foreign { detail } => StoreError::Foreign {
                    detail: format!("{detail} (key format: {parameters})"),
                },
                error => error,
            });
        if !matches!(result, Err(StoreError::WrongKey)) {
            break;
        }
    }
    result
}

/// The file's URI, for reading only: a log that another process left isn't written into the file, and none is made beside
/// it where there is none.
fn probe_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    // An absolute path needs no authority, but must not look like one.
    if path.is_absolute() {
        uri.push_str("//");
    }
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(byte))
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    // Without this, SQLite leaves an empty log behind when it reads a file in WAL mode. With a log there is one already.
    uri.push_str(if Path::new(&log).exists() {
        "?mode=ro"
    } else {
        "?mode=ro&immutable=1"
    });
    uri
}

fn probe_with(path: &Path, key: &DatabaseKey, parameters: &Parameters) -> Result<(), StoreError> {
    let connection = Connection::open_with_flags(
        probe_uri(path),
        open_flags(false) | OpenFlags::SQLITE_OPEN_URI,
    )?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    parameters.apply(&connection, key)?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
        .map_err(|error| match StoreError::from(error) {
            // Page 1 doesn't authenticate.
            StoreError::NotADatabase => StoreError::WrongKey,
            error => error,
        })?;
    schema::check_owner(&connection, tables)
}
