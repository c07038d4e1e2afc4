//! The envelope as it travels: RLP list `[expiry, ttl, topic, data, nonce]`, canonical and nothing behind it.

use std::borrow::Cow;

use alloy_rlp::{Decodable, Encodable, Header};
use sha3::{Digest, Keccak256};

use crate::{Error, Topic};

/// Bytes that Whisper counts for an envelope besides its data.
pub const ENVELOPE_HEADER_LENGTH: usize = 20;
/// The absolute limit of the reference implementation, in bytes (10 MiB).
pub const MAX_MESSAGE_SIZE: usize = 10 * 1024 * 1024;

/// An envelope. Decoding borrows the data from the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// Unix time (seconds) after which nobody keeps or forwards it.
    pub expiry: u32,
    /// Seconds it was to live; sent at `expiry - ttl`.
    pub ttl: u32,
    /// The topic, in clear.
    pub topic: Topic,
    /// The encrypted message.
    pub data: Cow<'a, [u8]>,
    /// What the proof of work found.
    pub nonce: u64,
}

impl<'a> Envelope<'a> {
    /// Reads an envelope from its RLP, exactly as strict as go-ethereum: canonical lengths, minimal integers, a topic
    /// of four bytes, five fields, nothing behind.
    ///
    /// # Errors
    /// [`Error::Rlp`] with the reason.
    pub fn decode(mut bytes: &'a [u8]) -> Result<Self, Error> {
        let input = &mut bytes;
        let mut fields = Header::decode_bytes(input, true).map_err(Error::Rlp)?;
        if !input.is_empty() {
            return Err(Error::Rlp(alloy_rlp::Error::Custom(
                "bytes after the envelope",
            )));
        }
        let fields = &mut fields;
        let expiry = u32::decode(fields).map_err(Error::Rlp)?;
        let ttl = u32::decode(fields).map_err(Error::Rlp)?;
        let topic = <[u8; 4]>::decode(fields).map_err(Error::Rlp)?;
        let data = Header::decode_bytes(fields, false).map_err(Error::Rlp)?;
        let nonce = u64::decode(fields).map_err(Error::Rlp)?;
        if !fields.is_empty() {
            return Err(Error::Rlp(alloy_rlp::Error::Custom(
                "more than five fields",
            )));
        }
        Ok(Self {
            expiry,
            ttl,
            topic: Topic(topic),
            data: Cow::Borrowed(data),
            nonce,
        })
    }

    /// The RLP.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode_list(&[
            &self.expiry,
            &self.ttl,
            &self.topic.0,
            &&*self.data,
            &self.nonce,
        ])
    }

    /// RLP of the first four fields: what the proof of work is over.
    pub(crate) fn encode_without_nonce(&self) -> Vec<u8> {
        encode_list(&[&self.expiry, &self.ttl, &self.topic.0, &&*self.data])
    }

    /// keccak-256 of the RLP: the envelope's name.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Keccak256::digest(self.encode()).into()
    }

    /// Size in bytes as Whisper counts it: 20 and the data's length.
    #[must_use]
    pub fn size(&self) -> usize {
        ENVELOPE_HEADER_LENGTH.saturating_add(self.data.len())
    }

    /// Unix time at which it says it was sent (`expiry - ttl`, modulo 2^32).
    #[must_use]
    pub fn sent(&self) -> u32 {
        self.expiry.wrapping_sub(self.ttl)
    }

    /// The same envelope with its own copy of the data.
    #[must_use]
    pub fn into_owned(self) -> Envelope<'static> {
        Envelope {
            data: Cow::Owned(self.data.into_owned()),
            ..self
        }
    }
}

fn encode_list(fields: &[&dyn EncodableField]) -> Vec<u8> {
    let payload_length = fields.iter().map(|field| field.size()).sum();
    let header = Header {
        list: true,
        payload_length,
    };
    let mut out = Vec::with_capacity(header.length() + payload_length);
    header.encode(&mut out);
    for field in fields {
        field.put(&mut out);
    }
    out
}

/// `Encodable` isn't usable as a trait object of our own list; this is its object-safe half.
trait EncodableField {
    fn size(&self) -> usize;
    fn put(&self, out: &mut Vec<u8>);
}

impl<T: Encodable> EncodableField for T {
    fn size(&self) -> usize {
        self.length()
    }
    fn put(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }
}
