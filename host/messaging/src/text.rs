//! Envelopes as programs pass them on: binary (RLP), hexadecimal digits, or a JSON object.
//!
//! Binary input is one envelope, with nothing behind it. Hexadecimal and JSON input may be several, one a line.

use serde::{Deserialize, Serialize};

use crate::{Envelope, Error, Topic};

/// How an envelope is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The RLP itself.
    Binary,
    /// Its hexadecimal digits and a line feed.
    Hex,
    /// One JSON object on one line.
    Json,
}

/// The JSON object: byte strings and the nonce as `0x` and hexadecimal digits, times as numbers. `hash` is for
/// readers; it isn't looked at on reading.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    expiry: u32,
    ttl: u32,
    topic: String,
    data: String,
    nonce: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
}

/// An envelope as one JSON object, without a line feed.
#[must_use]
pub fn encode_json(envelope: &Envelope<'_>) -> String {
    let json = Json {
        expiry: envelope.expiry,
        ttl: envelope.ttl,
        topic: format!("0x{}", envelope.topic),
        data: format!("0x{}", hex::encode(&envelope.data)),
        nonce: format!("{:#x}", envelope.nonce),
        hash: Some(format!("0x{}", hex::encode(envelope.hash()))),
    };
    serde_json::to_string(&json).unwrap_or_default()
}

/// Reads the JSON object.
///
/// # Errors
/// [`Error::Text`].
pub fn decode_json(text: &str) -> Result<Envelope<'static>, Error> {
    let json: Json = serde_json::from_str(text).map_err(|_| {
        Error::Text(
            "the JSON object needs expiry, ttl, topic, data and nonce, and nothing else but hash",
        )
    })?;
    let nonce = json
        .nonce
        .strip_prefix("0x")
        .filter(|digits| !digits.starts_with('+'));
    let nonce = nonce.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    Ok(Envelope {
        expiry: json.expiry,
        ttl: json.ttl,
        topic: json.topic.parse::<Topic>()?,
        data: bytes(&json.data)?.into(),
        nonce: nonce.ok_or(Error::Text(
            "the nonce is 0x and up to 16 hexadecimal digits",
        ))?,
    })
}

fn bytes(digits: &str) -> Result<Vec<u8>, Error> {
    hex::decode(digits.strip_prefix("0x").unwrap_or(digits))
        .map_err(|_| Error::Text("neither binary, hexadecimal digits nor a JSON object"))
}

impl Format {
    /// Writes an envelope.
    #[must_use]
    pub fn encode(self, envelope: &Envelope<'_>) -> Vec<u8> {
        match self {
            Format::Binary => envelope.encode(),
            Format::Hex => (hex::encode(envelope.encode()) + "\n").into_bytes(),
            Format::Json => (encode_json(envelope) + "\n").into_bytes(),
        }
    }
}

/// Reads exactly one envelope in whichever format it is in.
///
/// # Errors
/// [`Error::Text`] or [`Error::Rlp`]; also when there are several.
pub fn decode_one(input: &[u8]) -> Result<Envelope<'static>, Error> {
    let mut all = decode_stream(input)?.into_iter();
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Error::Text("there is nothing")),
        _ => Err(Error::Text("there is more than one envelope")),
    }
}

/// Reads one binary envelope, or hexadecimal or JSON ones, one a line (empty lines are skipped).
///
/// # Errors
/// [`Error::Text`] or [`Error::Rlp`] of the first that is wrong.
pub fn decode_stream(input: &[u8]) -> Result<Vec<Envelope<'static>>, Error> {
    // An RLP list starts with C0 or above, which no text in ASCII does.
    if input.first().is_some_and(|&first| first >= 0xC0) {
        return Ok(vec![Envelope::decode(input)?.into_owned()]);
    }
    let text = core::str::from_utf8(input)
        .map_err(|_| Error::Text("neither binary, hexadecimal digits nor a JSON object"))?;
    // One object may also be spread over lines.
    if text.trim_start().starts_with('{')
        && let Ok(one) = decode_json(text)
    {
        return Ok(vec![one]);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            if line.starts_with('{') {
                decode_json(line)
            } else {
                Ok(Envelope::decode(&bytes(line)?)?.into_owned())
            }
        })
        .collect()
}
