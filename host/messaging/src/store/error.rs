//! What can go wrong with a store: one code, one message and one way out each.

use std::borrow::Cow;
use std::path::PathBuf;

use keyfence::{Explain, Family};
use thiserror::Error as ThisError;

/// An error of the store.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum StoreError {
    /// No such file.
    #[error("there is no store at {}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Something is there already.
    #[error("{} exists already", path.display())]
    Exists {
        /// What exists.
        path: PathBuf,
    },
    /// The first page doesn't authenticate under this key.
    #[error("this database belongs to another key")]
    WrongKey,
    /// The key is right, but a page was changed or lost.
    #[error("the database is damaged: {detail}")]
    Damaged {
        /// What SQLite or SQLCipher found.
        detail: String,
    },
    /// Not a store of this program.
    #[error("this file belongs to another program: {detail}")]
    Foreign {
        /// What it is, as far as one can see.
        detail: String,
    },
    /// A store of a later version of this program.
    #[error("the store has schema version {version}; this program knows versions up to {known}")]
    Newer {
        /// Its version.
        version: u32,
        /// The last one known here.
        known: u32,
    },
    /// Another process has it open or is writing.
    #[error("another program is using the store")]
    Busy,
    /// No message, contact or topic of that name.
    #[error("there is no {0} in the store")]
    NoSuch(String),
    /// The file system.
    #[error("the store's file: {0}")]
    Io(#[from] std::io::Error),
    /// SQLite couldn't make sense of the file (inside this crate; callers see a more telling error).
    #[error("not a database")]
    NotADatabase,
    /// Anything else that SQLite says.
    #[error("the store: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => StoreError::NotADatabase,
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged {
                detail: error.to_string(),
            },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            _ => StoreError::Sqlite(error),
        }
    }
}

impl Explain for StoreError {
    fn code(&self) -> &'static str {
        match self {
            StoreError::Missing { .. } => "E-STORE-MISSING",
            StoreError::Exists { .. } => "E-STORE-EXISTS",
            StoreError::WrongKey => "E-STORE-KEY",
            StoreError::Damaged { .. } | StoreError::NotADatabase => "E-STORE-DAMAGED",
            StoreError::Foreign { .. } => "E-STORE-FOREIGN",
            StoreError::Newer { .. } => "E-STORE-NEWER",
            StoreError::Busy => "E-STORE-BUSY",
            StoreError::NoSuch(_) => "E-STORE-NONE",
            StoreError::Io(_) => "E-STORE-FILE",
            StoreError::Sqlite(_) => "E-STORE-SQL",
        }
    }

    fn family(&self) -> Family {
        Family::Data
    }

    fn hint(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            StoreError::Missing { .. } => {
                "name the file with --store; opening or sealing a message with --store makes one"
            }
            StoreError::Exists { .. } => "choose another name; nothing was overwritten",
            StoreError::WrongKey => {
                "use the card (and the PIN) that it was made with, or --format status; if that is the one, its first page is damaged: restore a backup"
            }
            StoreError::Damaged { .. } | StoreError::NotADatabase => {
                "restore a backup; the file was left as it is"
            }
            StoreError::Foreign { .. } => {
                "name another file with --store; this one was left as it is"
            }
            StoreError::Newer { .. } => "use the version of keyfence that wrote it, or a later one",
            StoreError::Busy => "close the other program, then try again",
            StoreError::NoSuch(_) => "see what there is with `keyfence message list`",
            StoreError::Io(_) => {
                "check the file's and the directory's permissions, and the space on the disk"
            }
            StoreError::Sqlite(_) => {
                "run `keyfence store status` to see whether the store is sound"
            }
        })
    }
}
