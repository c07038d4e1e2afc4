//! Whole copies of a store under a key: backups, and re-keying as copy, check, rename.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{KeyFormat, Parameters, Store, StoreError, check_pages, open_flags, schema};
use crate::DatabaseKey;

/// A file beside its later place, gone again unless published.
pub(super) struct Temporary {
    path: PathBuf,
    published: bool,
}

impl Temporary {
    /// Makes an empty file of mode 0600 in the directory of `target`.
    pub(super) fn beside(target: &Path) -> Result<Self, StoreError> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(std::io::Error::other)?;
        let mut name = OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(format!(".{}.new", hex::encode(random)));
        let path = target.with_file_name(name);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        Ok(Self {
            path,
            published: false,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its place, never over an existing file.
    pub(super) fn publish_new(mut self, target: &Path) -> Result<(), StoreError> {
        File::open(&self.path)?.sync_all()?;
        // A hard link refuses what exists, atomically; a rename doesn't.
        fs::hard_link(&self.path, target).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => StoreError::Exists {
                path: target.to_owned(),
            },
            _ => StoreError::Io(error),
        })?;
        self.published = true;
        fs::remove_file(&self.path)?;
        sync_directory(target)
    }

    /// Gives it its place, over the file that is there.
    fn publish_over(mut self, target: &Path) -> Result<(), StoreError> {
        File::open(&self.path)?.sync_all()?;
        fs::rename(&self.path, target)?;
        self.published = true;
        sync_directory(target)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.published {
            for suffix in ["", "-journal", "-wal", "-shm"] {
                let mut name = self.path.clone().into_os_string();
                name.push(suffix);
                // Best effort: what is left is encrypted.
                let _ = fs::remove_file(name);
            }
        }
    }
}

/// Makes a rename or link survive a power cut.
fn sync_directory(file: &Path) -> Result<(), StoreError> {
    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory)?.sync_all()?;
    Ok(())
}

impl Store {
    /// Writes a copy of everything, encrypted with the same key in the given format, to a new file. The copy is read
    /// back and checked before it gets its name.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if there is such a file, and whatever the file system and SQLite say.
    pub fn backup(
        &self,
        to: &Path,
        key: &DatabaseKey,
        format: KeyFormat,
    ) -> Result<(), StoreError> {
        if fs::symlink_metadata(to).is_ok() {
            return Err(StoreError::Exists {
                path: to.to_owned(),
            });
        }
        let temporary = self.copy(to, key, format.to_create())?;
        temporary.publish_new(to)
    }

    /// Encrypts the store with another key or in another format. After a power cut the file opens with the old key or
    /// with the new one: a checked copy takes its place in one step.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if another program has it open; the store is then as it was.
    pub fn rekey(self, new_key: &DatabaseKey, format: KeyFormat) -> Result<Store, StoreError> {
        // Leaving the write-ahead log needs the file for oneself, and leaves everything in the one file that is replaced.
        let mode: String =
            self.connection
                .query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
        if mode != "delete" {
            return Err(StoreError::Busy);
        }
        self.connection
            .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")?;
        let parameters = format.to_create();
        let temporary = self.copy(&self.path, new_key, parameters)?;
        temporary.publish_over(&self.path)?;
        let path = self.path.clone();
        self.close()?;
        Store::connect(&path, new_key, parameters)
    }

    fn copy(
        &self,
        beside: &Path,
        key: &DatabaseKey,
        parameters: Parameters,
    ) -> Result<Temporary, StoreError> {
        check_pages(&self.connection)?;
        let temporary = Temporary::beside(beside)?;
        let name = temporary.path().to_str().ok_or_else(|| {
            std::io::Error::new(
                std::io::ErrorKind::InvalidInput,
                "the file's name isn't UTF-8",
            )
        })?;
        parameters.attach(&self.connection, name, "copy", key)?;
        let copied = self.connection.execute_batch(&format!(
            "BEGIN;
             SELECT sqlcipher_export('copy');
             PRAGMA copy.application_id = {};
             PRAGMA copy.user_version = {};
             COMMIT",
            schema::APPLICATION_ID,
            schema::version(&self.connection)?,
        ));
        if copied.is_err() && !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        self.connection.execute_batch("DETACH DATABASE copy")?;
        copied?;
        // Read back with the key alone, as the next program will.
        let check = Connection::open_with_flags(temporary.path(), open_flags(true))?;
        parameters.apply(&check, key)?;
        check_pages(&check)?;
        let count = |connection: &Connection| -> Result<i64, StoreError> {
            let sql = "SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM contacts)
                 + (SELECT count(*) FROM topics) + (SELECT count(*) FROM sqlite_master)";
            Ok(connection.query_row(sql, [], |row| row.get(0))?)
        };
        if count(&check)? != count(&self.connection)? {
            return Err(StoreError::Damaged {
                detail: "the copy doesn't hold what the store holds".to_owned(),
            });
        }
        check.close().map_err(|(_, error)| error)?;
        Ok(temporary)
    }
}
