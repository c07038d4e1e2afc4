//! The tables, their version, and the way from each version to the next.

use rusqlite::Connection;

use super::StoreError;

/// SQLite's `application_id` of our stores: "KFms".
pub const APPLICATION_ID: i32 = 0x4B46_6D73;

/// Version of the tables, kept in `user_version`.
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// `MIGRATIONS[n]` leads from version n to n + 1. What is released is never changed, only followed.
const MIGRATIONS: [&str; 2] = [
    // 1: messages by the hash of their envelope (opening one twice stores it once), contacts, topics.
    "CREATE TABLE messages (
        id        INTEGER PRIMARY KEY,
        envelope  BLOB NOT NULL UNIQUE CHECK (length(envelope) = 32),
        direction INTEGER NOT NULL CHECK (direction IN (0, 1)),
        topic     BLOB NOT NULL CHECK (length(topic) = 4),
        kind      TEXT NOT NULL,
        chat      TEXT,
        sender    BLOB CHECK (sender IS NULL OR length(sender) = 65),
        recipient BLOB CHECK (recipient IS NULL OR length(recipient) = 65),
        sent      INTEGER NOT NULL,
        stored    INTEGER NOT NULL,
        payload   BLOB NOT NULL
    );
    CREATE TABLE contacts (
        public_key BLOB PRIMARY KEY CHECK (length(public_key) = 65),
        name       TEXT NOT NULL UNIQUE,
        added      INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE topics (
        kind  TEXT NOT NULL,
        name  TEXT NOT NULL,
        topic BLOB NOT NULL CHECK (length(topic) = 4),
        added INTEGER NOT NULL,
        PRIMARY KEY (kind, name)
    ) WITHOUT ROWID;",
    // 2: lists by chat and by sender, newest first, without reading payloads.
    "CREATE INDEX messages_by_chat ON messages (chat, sent);
    CREATE INDEX messages_by_sender ON messages (sender, sent);",
];

pub(crate) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Whether an open database is a store of ours that this version can use.
pub(crate) fn check_owner(connection: &Connection, tables: i64) -> Result<(), StoreError> {
    let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application != APPLICATION_ID {
        let detail = format!(
            "the key opens it, but its {tables} tables and indexes aren't a message store's"
        );
        return Err(StoreError::Foreign { detail });
    }
    let version = version(connection)?;
    if version > SCHEMA_VERSION {
        return Err(StoreError::Newer {
            version,
            known: SCHEMA_VERSION,
        });
    }
    Ok(())
}

/// Brings the tables up to date, all steps in one transaction.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    migrate_to(connection, SCHEMA_VERSION)
}

fn migrate_to(connection: &mut Connection, target: u32) -> Result<(), StoreError> {
    if version(connection)? >= target {
        return Ok(());
    }
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Another process may have been quicker.
    let from = version(&transaction)?;
    for (step, sql) in (0..target).zip(MIGRATIONS).skip(from as usize) {
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", step + 1)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(connection: &Connection) -> Vec<(String, String)> {
        let mut statement = connection
            .prepare("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
            .unwrap();
        statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    #[test]
    fn every_older_version_reaches_the_same_tables_and_keeps_its_rows() {
        let mut fresh = Connection::open_in_memory().unwrap();
        migrate(&mut fresh).unwrap();
        for from in 1..SCHEMA_VERSION {
            let mut old = Connection::open_in_memory().unwrap();
            migrate_to(&mut old, from).unwrap();
            assert_eq!(version(&old).unwrap(), from);
            assert_ne!(tables(&old), tables(&fresh));
            old.execute("INSERT INTO contacts VALUES (zeroblob(65), 'x', 1)", [])
                .unwrap();
            migrate(&mut old).unwrap();
            assert_eq!(tables(&old), tables(&fresh));
            assert_eq!(version(&old).unwrap(), SCHEMA_VERSION);
            let name: String = old
                .query_row("SELECT name FROM contacts", [], |row| row.get(0))
                .unwrap();
            assert_eq!(name, "x");
        }
        check_owner(&fresh, 0).unwrap();
    }

    #[test]
    fn later_versions_and_other_programs_are_refused() {
        let mut later = Connection::open_in_memory().unwrap();
        migrate(&mut later).unwrap();
        later
            .pragma_update(None, "user_version", SCHEMA_VERSION + 1)
            .unwrap();
        assert!(matches!(
            check_owner(&later, 0),
            Err(StoreError::Newer { .. })
        ));
        let other = Connection::open_in_memory().unwrap();
        assert!(matches!(
            check_owner(&other, 0),
            Err(StoreError::Foreign { .. })
        ));
    }
}
