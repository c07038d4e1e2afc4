//! How a message is shown: for a person, and in JSON.

use std::fmt;

use keyfence_messaging::store::{Direction, StoredMessage};
use serde::Serialize;

/// A message as it is printed.
#[derive(Serialize)]
pub struct View {
    /// Its number in the store, if it is in one.
    pub id: Option<i64>,
    pub direction: &'static str,
    /// `personal`, `partitioned`, `chat`, `contact-code` or `negotiated`.
    pub kind: String,
    pub chat: Option<String>,
    pub topic: String,
    /// Who signed it.
    pub from: Option<String>,
    /// The signer's name, if a contact.
    pub from_name: Option<String>,
    pub to: Option<String>,
    /// Unix time at which it was sent.
    pub sent: u32,
    /// Hash of its envelope.
    pub envelope: String,
    /// The payload, where it is text.
    pub text: Option<String>,
    /// The payload in hexadecimal digits, where it isn't.
    pub payload: Option<String>,
    pub length: usize,
}

impl View {
    pub fn with_payload(mut self, payload: &[u8]) -> Self {
        self.length = payload.len();
        match core::str::from_utf8(payload) {
            Ok(text) => self.text = Some(text.to_owned()),
            Err(_) => self.payload = Some(hex::encode(payload)),
        }
        self
    }
}

impl From<&StoredMessage> for View {
    fn from(message: &StoredMessage) -> Self {
        Self {
            id: Some(message.id),
            direction: match message.direction {
                Direction::Received => "received",
                Direction::Sent => "sent",
            },
            kind: message.kind.clone(),
            chat: message.chat.clone(),
            topic: message.topic.to_string(),
            from: message.sender.map(hex::encode),
            from_name: message.sender_name.clone(),
            to: message.recipient.map(hex::encode),
            sent: message.sent,
            envelope: hex::encode(message.envelope),
            text: None,
            payload: None,
            length: 0,
        }
        .with_payload(&message.payload)
    }
}

/// Text from elsewhere, harmless to a terminal: control characters (and what turns a line round) are spelt out.
pub fn printable(text: &str) -> String {
    let hidden = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// A key in short, with the contact's name if there is one.
fn who(key: &Option<String>, name: &Option<String>) -> String {
    match (key, name) {
        (Some(key), Some(name)) => format!("{} ({}…)", printable(name), &key[..18]),
        (Some(key), None) => key.clone(),
        (None, _) => "unsigned".to_owned(),
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(id) = self.id {
            writeln!(f, "message  {id}, {}", self.direction)?;
        }
        writeln!(f, "from     {}", who(&self.from, &self.from_name))?;
        match (&self.chat, &self.to) {
            (Some(chat), _) => writeln!(f, "chat     {}", printable(chat))?,
            (None, Some(to)) => writeln!(f, "to       {to}")?,
            (None, None) => writeln!(f, "topic    {} ({})", self.topic, self.kind)?,
        }
        writeln!(f, "sent     {} (Unix time)", self.sent)?;
        match (&self.text, &self.payload) {
            (Some(text), _) => write!(f, "\n{}", printable(text).trim_end_matches('\n')),
            (None, Some(digits)) => write!(f, "\n{} bytes, not text: {digits}", self.length),
            (None, None) => Ok(()),
        }
    }
}

/// Several messages.
#[derive(Serialize)]
pub struct Views {
    pub messages: Vec<View>,
}

impl fmt::Display for Views {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, view) in self.messages.iter().enumerate() {
            if i > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{view}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_steer_the_terminal() {
        assert_eq!(printable("a\tb\nc é 🦊"), "a\tb\nc é 🦊");
        assert_eq!(
            printable("\u{1b}[2J\r\u{7f}\u{9b}\u{202e}x"),
            "\\u{1b}[2J\\u{d}\\u{7f}\\u{9b}\\u{202e}x"
        );
    }
}
