//! Messages in the store.

use rusqlite::{OptionalExtension, Row, params};

use super::{Store, StoreError};
use crate::{PublicKey, Topic};

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Opened here.
    Received,
    /// Sealed here.
    Sent,
}

/// A message to store.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    /// Hash of its envelope (32 bytes).
    pub envelope: [u8; 32],
    /// Which way it went.
    pub direction: Direction,
    /// Its topic.
    pub topic: Topic,
    /// Kind of its channel ([`Channel::kind`](crate::Channel::kind)).
    pub kind: &'a str,
    /// Name of its public chat, if it is one's.
    pub chat: Option<&'a str>,
    /// Who signed it.
    pub sender: Option<PublicKey>,
    /// Whom it was sealed to, if to a public key.
    pub recipient: Option<PublicKey>,
    /// Unix time at which it was sent.
    pub sent: u32,
    /// Unix time now.
    pub stored: u32,
    /// The payload.
    pub payload: &'a [u8],
}

/// A message of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its number.
    pub id: i64,
    /// Hash of its envelope.
    pub envelope: [u8; 32],
    /// Which way it went.
    pub direction: Direction,
    /// Its topic.
    pub topic: Topic,
    /// Kind of its channel.
    pub kind: String,
    /// Name of its public chat.
    pub chat: Option<String>,
    /// Who signed it: the 65 bytes of the key. (It was checked when the message was opened.)
    pub sender: Option<[u8; 65]>,
    /// The sender's name, if a contact.
    pub sender_name: Option<String>,
    /// Whom it was sealed to, if to a public key: its 65 bytes.
    pub recipient: Option<[u8; 65]>,
    /// Unix time at which it was sent.
    pub sent: u32,
    /// Unix time at which it was stored.
    pub stored: u32,
    /// The payload.
    pub payload: Vec<u8>,
}

/// Which messages to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Only those of this public chat.
    pub chat: Option<&'a str>,
    /// Only those signed by this key.
    pub sender: Option<&'a PublicKey>,
}

const COLUMNS: &str =
    "SELECT m.id, m.envelope, m.direction, m.topic, m.kind, m.chat, m.sender, c.name, m.recipient,
     m.sent, m.stored, m.payload FROM messages m LEFT JOIN contacts c ON c.public_key = m.sender";

fn message(row: &Row<'_>) -> rusqlite::Result<StoredMessage> {
    Ok(StoredMessage {
        id: row.get(0)?,
        envelope: row.get(1)?,
        direction: if row.get(2)? {
            Direction::Sent
        } else {
            Direction::Received
        },
        topic: Topic(row.get(3)?),
        kind: row.get(4)?,
        chat: row.get(5)?,
        sender: row.get(6)?,
        sender_name: row.get(7)?,
        recipient: row.get(8)?,
        sent: row.get(9)?,
        stored: row.get(10)?,
        payload: row.get(11)?,
    })
}

impl Store {
    /// Stores a message and returns its number; one whose envelope is there already keeps the number it has.
    ///
    /// # Errors
    /// Whatever SQLite says.
    pub fn add_message(&self, message: &NewMessage<'_>) -> Result<i64, StoreError> {
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO messages (envelope, direction, topic, kind, chat, sender, recipient, sent, stored, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (envelope) DO NOTHING",
        )?;
        let added = insert.execute(params![
            message.envelope,
            message.direction == Direction::Sent,
            message.topic.0,
            message.kind,
            message.chat,
            message.sender.map(|key| key.to_bytes()),
            message.recipient.map(|key| key.to_bytes()),
            message.sent,
            message.stored,
            message.payload,
        ])?;
        if added == 1 {
            return Ok(self.connection.last_insert_rowid());
        }
        let mut find = self
            .connection
            .prepare_cached("SELECT id FROM messages WHERE envelope = ?1")?;
        Ok(find.query_row([message.envelope], |row| row.get(0))?)
    }

    /// Stores messages, all or none.
    ///
    /// # Errors
    /// Whatever SQLite says.
    pub fn add_messages(&self, messages: &[NewMessage<'_>]) -> Result<Vec<i64>, StoreError> {
        // Dropped without commit, as on an error, it rolls back.
        let transaction = self.connection.unchecked_transaction()?;
        let ids = messages
            .iter()
            .map(|message| self.add_message(message))
            .collect::<Result<_, _>>()?;
        transaction.commit()?;
        Ok(ids)
    }

    /// One message by its number.
    ///
    /// # Errors
    /// [`StoreError::NoSuch`].
    pub fn message(&self, id: i64) -> Result<StoredMessage, StoreError> {
        let mut select = self
            .connection
            .prepare_cached(&format!("{COLUMNS} WHERE m.id = ?1"))?;
        let found = select.query_row([id], message).optional()?;
        found.ok_or_else(|| StoreError::NoSuch(format!("message {id}")))
    }

    /// Messages, newest first, at most `limit`.
    ///
    /// # Errors
    /// Whatever SQLite says.
    pub fn messages(
        &self,
        filter: &Filter<'_>,
        limit: u32,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        // Four texts rather than one with "?1 IS NULL OR": that one can't use an index.
        let wherever = match (filter.chat, filter.sender) {
            (None, None) => "WHERE ?1 IS NULL AND ?2 IS NULL",
            (Some(_), None) => "WHERE m.chat = ?1 AND ?2 IS NULL",
            (None, Some(_)) => "WHERE ?1 IS NULL AND m.sender = ?2",
            (Some(_), Some(_)) => "WHERE m.chat = ?1 AND m.sender = ?2",
        };
        let sql = format!("{COLUMNS} {wherever} ORDER BY m.sent DESC, m.id DESC LIMIT ?3");
        let mut select = self.connection.prepare_cached(&sql)?;
        let rows = select.query_map(
            params![filter.chat, filter.sender.map(|key| key.to_bytes()), limit],
            message,
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
