//! What is inside an envelope: flags || payload size || payload || padding || signature.

use core::fmt;
use core::ops::Range;

use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sha3::{Digest, Keccak256};
use zeroize::Zeroizing;

use crate::{Error, PublicKey, SecretKey};

const SIZE_MASK: u8 = 3;
const SIGNED: u8 = 4;
const BLOCK: usize = 256;
/// r || s || v.
pub(crate) const SIGNATURE_LENGTH: usize = 65;
/// The longest payload: its size must fit three bytes, and the envelope 10 MiB (go-ethereum's absolute limit).
pub const MAX_PAYLOAD: usize = 10 * 1024 * 1024 - 1024;

/// A decrypted message.
#[derive(Clone)]
pub struct Opened {
    raw: Zeroizing<Vec<u8>>,
    payload: Range<usize>,
    padding: Range<usize>,
    signer: Option<PublicKey>,
}

impl Opened {
    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.raw[self.payload.clone()]
    }

    /// The padding between payload and signature.
    #[must_use]
    pub fn padding(&self) -> &[u8] {
        &self.raw[self.padding.clone()]
    }

    /// The key that signed it, if it is signed: recovered from the signature, so always a valid one.
    #[must_use]
    pub fn signer(&self) -> Option<&PublicKey> {
        self.signer.as_ref()
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("payload_length", &self.payload.len())
            .field("signer", &self.signer)
            .finish()
    }
}

/// Bytes that the size of a payload takes: at least one, little-endian.
fn size_field_length(payload: usize) -> usize {
    match payload {
        0..=0xFF => 1,
        0x100..=0xFFFF => 2,
        _ => 3,
    }
}

/// Builds the plaintext of an envelope; `spare` bytes of capacity are added for the encryption's own.
pub(crate) fn build(
    payload: &[u8],
    signer: Option<&SecretKey>,
    spare: usize,
) -> Result<Vec<u8>, Error> {
    if payload.len() > MAX_PAYLOAD {
        return Err(Error::PayloadTooLarge {
            size: payload.len(),
            limit: MAX_PAYLOAD,
        });
    }
    let n = size_field_length(payload.len());
    let signature_length = if signer.is_some() {
        SIGNATURE_LENGTH
    } else {
        0
    };
    let content = 1 + n + payload.len() + signature_length;
    let padding = BLOCK - content % BLOCK;
    let mut raw = Vec::with_capacity(content + padding + spare);
    raw.push(n as u8 | if signer.is_some() { SIGNED } else { 0 });
    raw.extend_from_slice(&payload.len().to_le_bytes()[..n]);
    raw.extend_from_slice(payload);
    let start = raw.len();
    raw.resize(start + padding, 0);
    getrandom::fill(&mut raw[start..]).map_err(|_| Error::Random)?;
    if let Some(signer) = signer {
        let signature = sign(signer, &Keccak256::digest(&raw).into());
        raw.extend_from_slice(&signature);
    }
    Ok(raw)
}

/// Takes a plaintext apart.
///
/// The reference checks less and slices more, so that some plaintexts crash it; those are refused here.
pub(crate) fn parse(raw: Zeroizing<Vec<u8>>) -> Result<Opened, Error> {
    let &flags = raw.first().ok_or(Error::Content("it is empty"))?;
    let mut end = raw.len();
    let mut signer = None;
    if flags & SIGNED != 0 {
        end = end
            .checked_sub(SIGNATURE_LENGTH)
            .filter(|&end| end > 1)
            .ok_or(Error::Content("it is too short for its signature"))?;
    }
    let n = usize::from(flags & SIZE_MASK);
    let field = raw
        .get(1..1 + n)
        .filter(|_| n < end)
        .ok_or(Error::Content("it is too short for its size"))?;
    let size = field
        .iter()
        .rev()
        .fold(0usize, |size, &byte| size << 8 | usize::from(byte));
    let start = 1 + n;
    let payload = start..start + size;
    if payload.end > end {
        return Err(Error::Content("the payload is longer than the message"));
    }
    if flags & SIGNED != 0 {
        signer = Some(recover(
            &Keccak256::digest(&raw[..end]).into(),
            &raw[end..],
        )?);
    }
    let padding = payload.end..end;
    Ok(Opened {
        raw,
        payload,
        padding,
        signer,
    })
}

/// Signs a hash: r || s || v, low s, v 0 or 1, deterministic (RFC 6979).
fn sign(key: &SecretKey, hash: &[u8; 32]) -> [u8; SIGNATURE_LENGTH] {
    let (signature, id) = key.signing.sign_prehash_recoverable(hash);
    let mut bytes = [0; SIGNATURE_LENGTH];
    bytes[..64].copy_from_slice(&signature.to_bytes());
    bytes[64] = id.to_byte();
    bytes
}

/// Recovers the signer: v 0 to 3 (2 and 3: r is the X coordinate less the curve's order), high s too, as the reference does.
fn recover(hash: &[u8; 32], signature: &[u8]) -> Result<PublicKey, Error> {
    let (rs, v) = signature.split_at(SIGNATURE_LENGTH - 1);
    let id = v
        .first()
        .and_then(|&v| RecoveryId::from_byte(v))
        .ok_or(Error::Signature)?;
    let signature = Signature::from_slice(rs).map_err(|_| Error::Signature)?;
    let key =
        VerifyingKey::recover_from_prehash(hash, &signature, id).map_err(|_| Error::Signature)?;
    Ok(PublicKey(k256::PublicKey::from(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hello_whisper_as_published() {
        let key = SecretKey::from_bytes(&[0x11; 32]).unwrap();
        let raw = build(b"hello whisper", Some(&key), 0).unwrap();
        assert_eq!((raw[0], raw[1], raw.len()), (0x05, 0x0d, 256));
        assert_eq!(&raw[2..15], b"hello whisper");
        assert!(raw[255] < 2);
        let opened = parse(Zeroizing::new(raw)).unwrap();
        assert_eq!(
            (opened.payload(), opened.padding().len()),
            (b"hello whisper".as_slice(), 176)
        );
        assert_eq!(opened.signer(), Some(key.public_key()));
    }

    #[test]
    fn the_size_field_grows_and_aligned_messages_get_a_whole_block() {
        for (length, n) in [
            (0, 1),
            (1, 1),
            (254, 1),
            (255, 1),
            (256, 2),
            (65_535, 2),
            (65_536, 3),
            (70_000, 3),
        ] {
            let raw = build(&vec![9; length], None, 0).unwrap();
            assert_eq!(usize::from(raw[0]), n);
            assert_eq!(raw.len() % 256, 0);
            let padding = raw.len() - 1 - n - length;
            assert!((1..=256).contains(&padding), "{length}: {padding}");
            assert_eq!(parse(Zeroizing::new(raw)).unwrap().payload().len(), length);
        }
        assert_eq!(build(&[0; 254], None, 0).unwrap().len(), 512);
        assert!(matches!(
            build(&vec![0; MAX_PAYLOAD + 1], None, 0),
            Err(Error::PayloadTooLarge { .. })
        ));
    }

    #[test]
    fn what_would_crash_the_reference_is_an_error() {
        let parse =
            |bytes: &[u8]| parse(Zeroizing::new(bytes.to_vec())).map(|o| o.payload().to_vec());
        assert_eq!(parse(&[0]), Ok(vec![]));
        assert_eq!(parse(&[0xF8, 1, 2]), Ok(vec![]));
        assert_eq!(parse(&[1, 0]), Ok(vec![]));
        assert_eq!(parse(&[2, 1, 0, 7]), Ok(vec![7]));
        for bad in [
            &[][..],
            &[1],
            &[2, 0],
            &[3, 0, 0],
            &[1, 1],
            &[2, 2, 0, 7],
            &[3, 0xFF, 0xFF, 0xFF, 1],
        ] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
        for length in 1..=67 {
            assert!(
                parse(&[&[4][..], &vec![0; length - 1]].concat()).is_err(),
                "{length}"
            );
        }
    }

    #[test]
    fn recovery_takes_what_the_reference_takes() {
        let key = SecretKey::from_bytes(&[0x22; 32]).unwrap();
        let hash = [0x33; 32];
        let good = sign(&key, &hash);
        assert_eq!(recover(&hash, &good).unwrap(), *key.public_key());
        for v in [27, 28, 4, 255] {
            let mut bad = good;
            bad[64] = v;
            assert_eq!(recover(&hash, &bad), Err(Error::Signature));
        }
        // The other root with a high s is the same signature.
        let signature = Signature::from_slice(&good[..64]).unwrap();
        let mut high = good;
        high[32..64].copy_from_slice(&(-*signature.s()).to_bytes());
        high[64] ^= 1;
        assert_eq!(recover(&hash, &high).unwrap(), *key.public_key());
        // v of 2 and 3: r + n must be an X coordinate. r = 1 isn't one here; the smallest that is one is found.
        let accepted = (1..40u8).any(|r| {
            let mut signature = [0; 65];
            (signature[31], signature[63], signature[64]) = (r, 1, 2);
            recover(&hash, &signature).is_ok()
        });
        assert!(accepted);
        let mut large = good;
        large[64] |= 2;
        assert_eq!(recover(&hash, &large), Err(Error::Signature));
    }
}
