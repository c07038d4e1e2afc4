//! Signatures: read from the card's DER, checked, and given as r, s and recovery id.

use crate::{
    error::CardError,
    key::PublicKey,
    tlv::{self, Tlvs},
};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey, signature::hazmat::PrehashVerifier};

/// A DER signature as a card sent it. Genuine cards send non-minimal ones now and then, so it is read leniently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerSignature(Vec<u8>);

impl DerSignature {
    /// The SEQUENCE that follows the element with this tag, and nothing after it.
    pub(crate) fn after_tag(template: &[u8], before: u8) -> Option<Self> {
        let mut tlvs = Tlvs::new(template);
        loop {
            let (tag, _) = tlvs.next().ok()??;
            if tag == before {
                let bytes = tlvs.rest();
                return scalars(bytes).map(|_| Self(bytes.to_vec()));
            }
        }
    }

    /// The bytes as sent.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether it is the one encoding that DER allows.
    pub fn is_minimal(&self) -> bool {
        Signature::from_der(&self.0).is_ok()
    }

    /// Whether s is in the lower half, as sent.
    pub fn is_low_s(&self) -> bool {
        self.signature()
            .is_some_and(|signature| signature.normalize_s() == signature)
    }

    /// Whether it is `key`'s signature over `hash`.
    pub fn verifies(&self, hash: &[u8; 32], key: &PublicKey) -> bool {
        let key = VerifyingKey::from_sec1_bytes(key.as_bytes());
        match (self.signature(), key) {
            // The verifier takes low s only; both are the same signature.
            (Some(signature), Ok(key)) => {
                key.verify_prehash(hash, &signature.normalize_s()).is_ok()
            }
            _ => false,
        }
    }

    fn signature(&self) -> Option<Signature> {
        let (r, s) = scalars(&self.0)?;
        Signature::from_scalars(r, s).ok()
    }
}

/// r and s of a SEQUENCE of two INTEGERs that fills its bytes; leading zeros may be missing or too many.
fn scalars(der: &[u8]) -> Option<([u8; 32], [u8; 32])> {
    let mut outer = Tlvs::new(der);
    let (0x30, sequence) = outer.next().ok()?? else {
        return None;
    };
    let mut integers = Tlvs::new(sequence);
    let mut integer = || match integers.next().ok()?? {
        (0x02, bytes) => scalar(bytes),
        _ => None,
    };
    let pair = (integer()?, integer()?);
    (integers.rest().is_empty() && outer.rest().is_empty()).then_some(pair)
}

fn scalar(bytes: &[u8]) -> Option<[u8; 32]> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let significant = bytes.get(zeros..)?;
    let mut scalar = [0; 32];
    scalar
        .get_mut(32_usize.checked_sub(significant.len())?..)?
        .copy_from_slice(significant);
    Some(scalar)
}

/// A signature that was checked against its public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoverableSignature {
    /// r, big-endian.
    pub r: [u8; 32],
    /// s, big-endian, in the lower half.
    pub s: [u8; 32],
    /// 0 to 3: which of the keys that fit r and s is the signer's; bit 0 is the parity of the nonce point's Y.
    pub recovery_id: u8,
    /// The signer's public key, as the card named it.
    pub public_key: PublicKey,
    /// What the card sent.
    pub as_sent: DerSignature,
}

impl RecoverableSignature {
    /// Reads `A0 len { 80 41 pub, DER }`: `None` if it isn't that, an error if the signature isn't the key's.
    pub(crate) fn from_template(data: &[u8], hash: &[u8; 32]) -> Option<Result<Self, CardError>> {
        let template = tlv::find(data, 0xa0)?;
        let public_key = PublicKey::from_sec1(tlv::find(template, 0x80)?).ok()?;
        let as_sent = DerSignature::after_tag(template, 0x80)?;
        Some(Self::check(public_key, as_sent, hash).ok_or(CardError::Signature))
    }

    fn check(public_key: PublicKey, as_sent: DerSignature, hash: &[u8; 32]) -> Option<Self> {
        let signature = as_sent.signature()?.normalize_s();
        let key = VerifyingKey::from_sec1_bytes(public_key.as_bytes()).ok()?;
        let recovery_id = RecoveryId::trial_recovery_from_prehash(&key, hash, &signature)
            .ok()?
            .to_byte();
        let (r, s) = signature.split_bytes();
        Some(Self {
            r: r.into(),
            s: s.into(),
            recovery_id,
            public_key,
            as_sent,
        })
    }

    /// r, s, recovery id: 65 bytes.
    pub fn to_bytes(&self) -> [u8; 65] {
        let mut bytes = [0; 65];
        bytes[..32].copy_from_slice(&self.r);
        bytes[32..64].copy_from_slice(&self.s);
        bytes[64] = self.recovery_id;
        bytes
    }
}

/// The key that a recoverable signature (r, s, v with v 0 to 3 or 27 to 30) over `hash` belongs to.
pub(crate) fn recover(signature: &[u8; 65], hash: &[u8; 32]) -> Option<PublicKey> {
    let (scalars, v) = signature.split_at(64);
    let id = match v[0] {
        id @ 0..=3 => id,
        v @ 27..=30 => v - 27,
        _ => return None,
    };
    let signature = Signature::from_slice(scalars).ok()?;
    let (signature, id) = match signature.normalize_s() {
        low if low == signature => (signature, id),
        // Negating s mirrors the nonce point.
        low => (low, id ^ 1),
    };
    let key =
        VerifyingKey::recover_from_prehash(hash, &signature, RecoveryId::from_byte(id)?).ok()?;
    PublicKey::from_sec1(key.to_sec1_point(false).as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use k256::ecdsa::{SigningKey, signature::hazmat::PrehashSigner};

    fn integer(bytes: &[u8], zeros: usize) -> Vec<u8> {
        let content = [&vec![0; zeros][..], bytes].concat();
        [&[0x02, content.len() as u8][..], &content].concat()
    }

    fn template(key: &SigningKey, r: &[u8], s: &[u8], zeros: usize) -> Vec<u8> {
        let integers = [integer(r, zeros), integer(s, zeros)].concat();
        let mut inner = Vec::new();
        tlv::push(
            &mut inner,
            0x80,
            key.verifying_key().to_sec1_point(false).as_bytes(),
        );
        tlv::push(&mut inner, 0x30, &integers);
        let mut out = Vec::new();
        tlv::push(&mut out, 0xa0, &inner);
        out
    }

    #[test]
    fn high_s_and_padded_integers_of_genuine_cards_are_read_and_a_wrong_signature_is_not() {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let hash = [9; 32];
        let signature: Signature = key.sign_prehash(&hash).unwrap();
        let (r, s) = signature.split_scalars();
        let high = -*s;
        for (s, low) in [(s.to_bytes(), true), (high.to_bytes(), false)] {
            for zeros in [0, 1, 3] {
                let data = template(&key, &r.to_bytes(), &s, zeros);
                let read = RecoverableSignature::from_template(&data, &hash)
                    .unwrap()
                    .unwrap();
                assert_eq!(read.s[..], signature.split_bytes().1[..]);
                assert_eq!(read.as_sent.is_low_s(), low);
                assert!(read.as_sent.verifies(&hash, &read.public_key));
                assert!(!read.as_sent.verifies(&[8; 32], &read.public_key));
                assert_eq!(recover(&read.to_bytes(), &hash).unwrap(), read.public_key);
                let wrong = RecoverableSignature::from_template(&data, &[8; 32]).unwrap();
                assert_eq!(wrong, Err(CardError::Signature));
            }
        }
        let padded = DerSignature(template(&key, &[1; 32], &[1; 32], 3)[70..].to_vec());
        assert!(!padded.is_minimal());
    }

    #[test]
    fn a_high_s_recovers_to_the_same_key() {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let (signature, id) = key.sign_prehash_recoverable(&[9; 32]);
        let (r, s) = signature.split_scalars();
        for v in [0, 27] {
            for (s, id) in [(*s, id.to_byte()), (-*s, id.to_byte() ^ 1)] {
                let bytes = [&r.to_bytes()[..], &s.to_bytes(), &[v + id]].concat();
                let recovered = recover(bytes[..].try_into().unwrap(), &[9; 32]).unwrap();
                assert_eq!(
                    recovered.as_bytes()[..],
                    *key.verifying_key().to_sec1_point(false).as_bytes()
                );
            }
        }
        let no_id = [&[1; 64][..], &[4]].concat();
        assert!(recover(no_id[..].try_into().unwrap(), &[9; 32]).is_none());
    }

    #[test]
    fn what_is_no_signature_template_is_none() {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let good = template(&key, &[1; 32], &[1; 32], 0);
        for length in 0..good.len() {
            assert!(
                RecoverableSignature::from_template(&good[..length], &[0; 32]).is_none(),
                "{length}"
            );
        }
        assert!(
            scalars(&[0x30, 6, 2, 1, 1, 2, 1, 1, 0]).is_none(),
            "a byte after it"
        );
        assert!(
            scalars(&[0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1]).is_none(),
            "three integers"
        );
        assert!(scalar(&[1; 33]).is_none());
    }
}
