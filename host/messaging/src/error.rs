//! What can go wrong with envelopes and their keys: one code, one message and one way out each.

use std::borrow::Cow;

use keyfence::{Explain, Family};
use thiserror::Error as ThisError;

/// An error of the envelope side. Nothing in it tells about a secret.
#[derive(Debug, Clone, PartialEq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// The bytes aren't the canonical RLP of `[expiry, ttl, topic, data, nonce]`, or something follows it.
    #[error("not a Whisper envelope: {0}")]
    Rlp(alloy_rlp::Error),
    /// The text (hex or JSON) doesn't spell an envelope.
    #[error("can't read the envelope: {0}")]
    Text(&'static str),
    /// The envelope is larger than the limit (both in bytes).
    #[error("the envelope has {size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Size as Whisper counts it: 20 and the data's length.
        size: usize,
        /// The limit it was checked against.
        limit: usize,
    },
    /// A payload that the three-byte size field can't express, or that makes too large an envelope.
    #[error("a payload of {size} bytes is too long: the most is {limit}")]
    PayloadTooLarge {
        /// Length of the payload.
        size: usize,
        /// Longest possible payload.
        limit: usize,
    },
    /// The envelope's time is over.
    #[error("the envelope expired {seconds} s ago")]
    Expired {
        /// Seconds since the expiry.
        seconds: u32,
    },
    /// The envelope claims to have been sent later than now.
    #[error("the envelope comes from {seconds} s in the future")]
    FromTheFuture {
        /// Seconds until the time it claims to have been sent at.
        seconds: u32,
    },
    /// A time to live of 0: its proof of work would be infinite.
    #[error("the envelope has a time to live of 0")]
    ZeroTtl,
    /// A time to live that takes the expiry out of 32 bits.
    #[error("the time to live is too long")]
    TtlTooLong,
    /// Less proof of work than asked for.
    #[error("the envelope's proof of work is {work:.4}, less than the {minimum} asked for")]
    LittleWork {
        /// Work found.
        work: f64,
        /// Work asked for.
        minimum: f64,
    },
    /// The search for a nonce ended at its limit, or was ended.
    #[error("no nonce reaches the proof of work {target} within the limit ({hashes} tried)")]
    WorkLimit {
        /// Work asked for.
        target: f64,
        /// Nonces tried.
        hashes: u64,
    },
    /// Work asked for that no nonce can reach, or that isn't a number.
    #[error("{0} is no proof of work that can be reached")]
    ImpossibleWork(f64),
    /// The data can't be decrypted with this key: it is for another one, or was changed on its way.
    #[error("the envelope can't be opened with this key")]
    NotForThisKey,
    /// Decrypted, but the contents aren't a Whisper message.
    #[error("the envelope opens, but holds no Whisper message: {0}")]
    Content(&'static str),
    /// Decrypted and signed, but no key can have made this signature.
    #[error("the message's signature is invalid")]
    Signature,
    /// Bytes that are no public key of secp256k1.
    #[error("not a public key of secp256k1 (65 bytes 04 X Y, or 33 compressed)")]
    PublicKey,
    /// Bytes that are no private key of secp256k1.
    #[error("not a private key of secp256k1 (32 bytes, neither 0 nor the curve's order or more)")]
    SecretKey,
    /// No key in the key ring is for the envelope's topic.
    #[error("no key for the topic {0}")]
    UnknownTopic(crate::Topic),
    /// The operating system gives no random bytes.
    #[error("the system's random generator failed")]
    Random,
}

impl Explain for Error {
    fn code(&self) -> &'static str {
        match self {
            Error::Rlp(_) => "E-ENVELOPE-RLP",
            Error::Text(_) => "E-ENVELOPE-TEXT",
            Error::TooLarge { .. } => "E-ENVELOPE-SIZE",
            Error::PayloadTooLarge { .. } => "E-PAYLOAD-SIZE",
            Error::Expired { .. } => "E-ENVELOPE-EXPIRED",
            Error::FromTheFuture { .. } => "E-ENVELOPE-FUTURE",
            Error::ZeroTtl | Error::TtlTooLong => "E-ENVELOPE-TTL",
            Error::LittleWork { .. } => "E-ENVELOPE-WORK",
            Error::WorkLimit { .. } => "E-WORK-LIMIT",
            Error::ImpossibleWork(_) => "E-WORK-TARGET",
            Error::NotForThisKey => "E-ENVELOPE-KEY",
            Error::Content(_) => "E-ENVELOPE-CONTENT",
            Error::Signature => "E-ENVELOPE-SIGNATURE",
            Error::PublicKey => "E-PUBLIC-KEY",
            Error::SecretKey => "E-SECRET-KEY",
            Error::UnknownTopic(_) => "E-ENVELOPE-TOPIC",
            Error::Random => "E-RANDOM",
        }
    }

    fn family(&self) -> Family {
        Family::Data
    }

    fn hint(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Error::Rlp(_) | Error::Text(_) => {
                "give one envelope as binary, as hex, or as the JSON object that `message seal --format json` writes"
            }
            Error::TooLarge { .. } => {
                "raise the limit with --max-size if you trust where the envelope comes from"
            }
            Error::PayloadTooLarge { .. } => "send the payload in several messages",
            Error::Expired { .. } => {
                "open it all the same with --expired, or ask the sender for a new one"
            }
            Error::FromTheFuture { .. } => "check this computer's clock",
            Error::ZeroTtl => {
                "ask the sender for an envelope with a time to live of at least one second"
            }
            Error::TtlTooLong => "choose a shorter time to live",
            Error::LittleWork { .. } => {
                "open it all the same with --min-work 0, if you know where it comes from"
            }
            Error::WorkLimit { .. } => {
                "allow more time, ask for less work, or shorten the time to live"
            }
            Error::ImpossibleWork(_) => "give a positive number such as 0.2",
            Error::NotForThisKey => {
                "check that the right card is in the reader, or name the chat with --chat"
            }
            Error::Content(_) | Error::Signature => {
                "the sender's program is broken or the envelope is forged; nothing of it was kept"
            }
            Error::PublicKey => {
                "give the 130 hexadecimal digits that `keyfence export whisper --public` prints"
            }
            Error::SecretKey => "export the key again",
            Error::UnknownTopic(_) => "name the chat with --chat, or the contact with --from",
            Error::Random => "check that /dev/urandom exists and try again",
        })
    }
}
