//! Contacts and topics in the store.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};
use crate::{PublicKey, Topic};

/// A person's key and the name that the owner gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The key.
    pub public_key: PublicKey,
    /// The name.
    pub name: String,
}

/// A topic that the owner listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTopic {
    /// Kind of the channel ([`Channel::kind`](crate::Channel::kind)).
    pub kind: String,
    /// Name of the chat.
    pub name: String,
    /// The topic.
    pub topic: Topic,
}

impl Store {
    /// Adds a contact, or gives a known key another name.
    ///
    /// # Errors
    /// A name that another key has already is refused by SQLite.
    pub fn add_contact(&self, contact: &Contact, now: u32) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO contacts VALUES (?1, ?2, ?3) ON CONFLICT (public_key) DO UPDATE SET name = excluded.name",
            params![contact.public_key.to_bytes(), contact.name, now],
        )?;
        Ok(())
    }

    /// All contacts by name.
    ///
    /// # Errors
    /// Whatever SQLite says.
    pub fn contacts(&self) -> Result<Vec<Contact>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT public_key, name FROM contacts ORDER BY name")?;
        let rows = select.query_map([], |row| Ok((row.get::<_, [u8; 65]>(0)?, row.get(1)?)))?;
        let mut contacts = Vec::new();
        for row in rows {
            let (key, name) = row?;
            if let Ok(public_key) = PublicKey::from_bytes(&key) {
                contacts.push(Contact { public_key, name });
            }
        }
        Ok(contacts)
    }

    /// The key of a name.
    ///
    /// # Errors
    /// [`StoreError::NoSuch`].
    pub fn contact(&self, name: &str) -> Result<PublicKey, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT public_key FROM contacts WHERE name = ?1")?;
        let key: Option<[u8; 65]> = select.query_row([name], |row| row.get(0)).optional()?;
        key.and_then(|key| PublicKey::from_bytes(&key).ok())
            .ok_or_else(|| StoreError::NoSuch(format!("contact {name:?}")))
    }

    /// The name of a key, if it is a contact's.
    ///
    /// # Errors
    /// Whatever SQLite says.
    pub fn contact_name(&self, key: &PublicKey) -> Result<Option<String>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT name FROM contacts WHERE public_key = ?1")?;
        Ok(select
            .query_row([key.to_bytes()], |row| row.get(0))
            .optional()?)
    }

    /// Remembers a topic.
    ///
    /// # Errors
    /// Whatever SQLite says.
    pub fn add_topic(&self, topic: &StoredTopic, now: u32) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO topics VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, name) DO NOTHING",
            params![topic.kind, topic.name, topic.topic.0, now],
        )?;
        Ok(())
    }

    /// All topics by kind and name.
    ///
    /// # Errors
    /// Whatever SQLite says.
    pub fn topics(&self) -> Result<Vec<StoredTopic>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT kind, name, topic FROM topics ORDER BY kind, name")?;
        let rows = select.query_map([], |row| {
            Ok(StoredTopic {
                kind: row.get(0)?,
                name: row.get(1)?,
                topic: Topic(row.get(2)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
