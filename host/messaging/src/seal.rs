//! Sealing: plaintext, signature, encryption, proof of work.

use core::ops::ControlFlow;

use zeroize::Zeroizing;

use crate::pow::{self, Progress, Work};
use crate::symmetric::{NONCE_LENGTH, TAG_LENGTH};
use crate::{
    Envelope, Error, MAX_MESSAGE_SIZE, PublicKey, SecretKey, SymmetricKey, Topic, ecies, plaintext,
};

/// Seconds an envelope lives if nothing else is asked for, as in the reference.
pub const DEFAULT_TTL: u32 = 50;

/// Whom a message is for.
#[derive(Clone, Copy, Debug)]
pub enum Recipient<'a> {
    /// The owner of a key pair.
    PublicKey(&'a PublicKey),
    /// Everybody who has the key of a chat.
    Symmetric(&'a SymmetricKey),
}

/// What to seal, and how.
#[derive(Clone, Copy, Debug)]
pub struct SealRequest<'a> {
    /// The payload; up to [`MAX_PAYLOAD`](crate::MAX_PAYLOAD) bytes.
    pub payload: &'a [u8],
    /// Whom it is for.
    pub to: Recipient<'a>,
    /// Who signs it, if anyone.
    pub signer: Option<&'a SecretKey>,
    /// The topic.
    pub topic: Topic,
    /// Unix time now, in seconds.
    pub now: u32,
    /// Seconds until it expires; not 0.
    pub ttl: u32,
    /// Proof of work.
    pub work: Work,
}

/// Seals a message. `progress` is called about ten times a second during the proof of work; `Break` ends it.
///
/// # Errors
/// A payload too long, a time to live of 0 or past 2106, work that isn't found within its limit, no randomness.
pub fn seal(
    request: &SealRequest<'_>,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Envelope<'static>, Error> {
    if request.ttl == 0 {
        return Err(Error::ZeroTtl);
    }
    let expiry = request
        .now
        .checked_add(request.ttl)
        .ok_or(Error::TtlTooLong)?;
    let data = match request.to {
        Recipient::PublicKey(to) => {
            let message = Zeroizing::new(plaintext::build(request.payload, request.signer, 0)?);
            ecies::seal(to, &message, &ecies::Ephemeral::random()?)?
        }
        Recipient::Symmetric(key) => {
            // Encrypted in place: nothing of the plaintext is left behind.
            let message =
                plaintext::build(request.payload, request.signer, TAG_LENGTH + NONCE_LENGTH)?;
            let mut nonce = [0; NONCE_LENGTH];
            getrandom::fill(&mut nonce).map_err(|_| Error::Random)?;
            key.seal(message, &nonce)?
        }
    };
    let mut envelope = Envelope {
        expiry,
        ttl: request.ttl,
        topic: request.topic,
        data: data.into(),
        nonce: 0,
    };
    if envelope.size() > MAX_MESSAGE_SIZE {
        return Err(Error::TooLarge {
            size: envelope.size(),
            limit: MAX_MESSAGE_SIZE,
        });
    }
    envelope.nonce = pow::search(&envelope, &request.work, progress)?;
    Ok(envelope)
}
