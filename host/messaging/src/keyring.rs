//! Channels (a topic and what opens it) and a ring of them that finds the key for an envelope.

use std::cell::OnceCell;

use zeroize::Zeroizing;

use crate::topic::{contact_code_name, negotiated_name, partitioned_name, personal_name};
use crate::{
    Envelope, Error, Opened, PublicKey, Recipient, SymmetricKey, Topic, WhisperIdentity,
    open_asymmetric, open_symmetric,
};

/// What opens a channel's envelopes.
#[derive(Debug)]
pub enum Lock {
    /// The private key of this public key.
    PublicKey(PublicKey),
    /// A key from a password, derived when it is first needed (it takes some 20 ms).
    Password(Box<Password>),
}

/// A password and, once it was needed, its key.
pub struct Password {
    password: Zeroizing<String>,
    key: OnceCell<SymmetricKey>,
}

impl Password {
    /// The key of the password.
    pub fn key(&self) -> &SymmetricKey {
        self.key
            .get_or_init(|| SymmetricKey::from_password(&self.password))
    }
}

impl core::fmt::Debug for Password {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// A topic with its lock: one of Whisper's five kinds.
#[derive(Debug)]
pub struct Channel {
    topic: Topic,
    kind: &'static str,
    lock: Lock,
}

impl Channel {
    fn symmetric(kind: &'static str, name: Zeroizing<String>) -> Self {
        let topic = Topic::of_name(&name);
        Self {
            topic,
            kind,
            lock: Lock::Password(Box::new(Password {
                password: name,
                key: OnceCell::new(),
            })),
        }
    }

    fn asymmetric(kind: &'static str, name: &str, key: &PublicKey) -> Self {
        Self {
            topic: Topic::of_name(name),
            kind,
            lock: Lock::PublicKey(*key),
        }
    }

    /// A public chat: its name is its password.
    #[must_use]
    pub fn public_chat(name: &str) -> Self {
        Self::symmetric("chat", Zeroizing::new(name.to_owned()))
    }

    /// The topic on which only this key listens.
    #[must_use]
    pub fn personal(key: &PublicKey) -> Self {
        Self::asymmetric("personal", &personal_name(key), key)
    }

    /// The topic that this key shares with one in 5,000 others.
    #[must_use]
    pub fn partitioned(key: &PublicKey) -> Self {
        Self::asymmetric("partitioned", &partitioned_name(key), key)
    }

    /// The topic on which this key publishes its contact code.
    #[must_use]
    pub fn contact_code(key: &PublicKey) -> Self {
        Self::symmetric("contact-code", Zeroizing::new(contact_code_name(key)))
    }

    /// The topic that only these two know.
    #[must_use]
    pub fn negotiated(own: &WhisperIdentity, other: &PublicKey) -> Self {
        Self::symmetric("negotiated", negotiated_name(own.secret_key(), other))
    }

    /// The topic.
    #[must_use]
    pub fn topic(&self) -> Topic {
        self.topic
    }

    /// `chat`, `personal`, `partitioned`, `contact-code` or `negotiated`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// What opens it.
    #[must_use]
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Whom to seal to so that it arrives here.
    #[must_use]
    pub fn recipient(&self) -> Recipient<'_> {
        match &self.lock {
            Lock::PublicKey(key) => Recipient::PublicKey(key),
            Lock::Password(password) => Recipient::Symmetric(password.key()),
        }
    }
}

/// An identity and the channels it listens on.
#[derive(Debug)]
pub struct Keyring<'a> {
    identity: &'a WhisperIdentity,
    channels: Vec<Channel>,
}

impl<'a> Keyring<'a> {
    /// Listens on the identity's own two topics.
    #[must_use]
    pub fn new(identity: &'a WhisperIdentity) -> Self {
        let key = identity.public_key();
        Self {
            identity,
            channels: vec![Channel::personal(key), Channel::partitioned(key)],
        }
    }

    /// Listens on one more channel.
    pub fn listen(&mut self, channel: Channel) {
        self.channels.push(channel);
    }

    /// The channels.
    #[must_use]
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// Opens an envelope with the first channel of its topic that can. Makes no [`Checks`](crate::Checks).
    ///
    /// # Errors
    /// [`Error::UnknownTopic`] if nothing listens on the topic; else what the last channel said.
    pub fn open(&self, envelope: &Envelope<'_>) -> Result<(Opened, &Channel), Error> {
        let mut error = Error::UnknownTopic(envelope.topic);
        for channel in self
            .channels
            .iter()
            .filter(|channel| channel.topic == envelope.topic)
        {
            let opened = match &channel.lock {
                Lock::PublicKey(key) if key == self.identity.public_key() => {
                    open_asymmetric(envelope, self.identity.secret_key())
                }
                Lock::PublicKey(_) => Err(Error::NotForThisKey),
                Lock::Password(password) => open_symmetric(envelope, password.key()),
            };
            match opened {
                Ok(opened) => return Ok((opened, channel)),
                Err(failed) => error = failed,
            }
        }
        Err(error)
    }
}
