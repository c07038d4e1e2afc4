//! ECIES as go-ethereum does it: data = R (65) || IV (16) || AES-128-CTR ciphertext || HMAC-SHA-256 tag (32).
//!
//! Z = X coordinate of the ECDH point; K = SHA-256(00000001 || Z); encryption key = K[0..16]; MAC key =
//! SHA-256(K[16..32]); the tag is over IV || ciphertext. (The crate `ecies` is another scheme.)

use aes::Aes128;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use k256::{NonZeroScalar, ProjectivePoint};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{Error, PublicKey, SecretKey};

const POINT: usize = 65;
const IV: usize = 16;
const TAG: usize = 32;
/// What ECIES adds to a message.
pub(crate) const OVERHEAD: usize = POINT + IV + TAG;

/// The randomness of one encryption: an ephemeral scalar and an IV.
pub(crate) struct Ephemeral {
    scalar: NonZeroScalar,
    iv: [u8; IV],
}

impl Ephemeral {
    pub(crate) fn random() -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0u8; 32 + IV]);
        loop {
            getrandom::fill(bytes.as_mut_slice()).map_err(|_| Error::Random)?;
            // Rejection keeps the scalar uniform; a second round has probability 2^-128.
            let (scalar, iv) = bytes.split_at(32);
            if let (Ok(scalar), Ok(iv)) = (NonZeroScalar::try_from(scalar), iv.try_into()) {
                return Ok(Self { scalar, iv });
            }
        }
    }
}

impl Drop for Ephemeral {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.scalar.zeroize();
    }
}

struct Keys {
    encryption: Zeroizing<[u8; 16]>,
    mac: Zeroizing<[u8; 32]>,
}

fn derive(z: &[u8]) -> Keys {
    let mut k = Zeroizing::new([0u8; 32]);
    k.copy_from_slice(
        &Sha256::new()
            .chain_update([0, 0, 0, 1])
            .chain_update(z)
            .finalize(),
    );
    let mut keys = Keys {
        encryption: Zeroizing::new([0; 16]),
        mac: Zeroizing::new([0; 32]),
    };
    keys.encryption.copy_from_slice(&k[..16]);
    keys.mac.copy_from_slice(&Sha256::digest(&k[16..]));
    keys
}

fn tag(keys: &Keys, message: &[u8]) -> Option<Hmac<Sha256>> {
    Some(
        Hmac::<Sha256>::new_from_slice(keys.mac.as_slice())
            .ok()?
            .chain_update(message),
    )
}

/// Encrypts `message` to a public key.
pub(crate) fn seal(
    to: &PublicKey,
    message: &[u8],
    ephemeral: &Ephemeral,
) -> Result<Vec<u8>, Error> {
    use k256::elliptic_curve::sec1::ToSec1Point;
    let r = ProjectivePoint::mul_by_generator(&ephemeral.scalar).to_affine();
    let shared = k256::ecdh::diffie_hellman(ephemeral.scalar, to.0.as_affine());
    let keys = derive(shared.raw_secret_bytes());
    let mut data = Vec::with_capacity(message.len() + OVERHEAD);
    data.extend_from_slice(r.to_sec1_point(false).as_bytes());
    data.extend_from_slice(&ephemeral.iv);
    data.extend_from_slice(message);
    Ctr128BE::<Aes128>::new(
        keys.encryption
            .as_slice()
            .try_into()
            .map_err(|_| Error::Random)?,
        &ephemeral.iv.into(),
    )
    .apply_keystream(&mut data[POINT + IV..]);
    let tag = tag(&keys, &data[POINT..])
        .ok_or(Error::Random)?
        .finalize()
        .into_bytes();
    data.extend_from_slice(&tag);
    Ok(data)
}

/// Decrypts; whatever is wrong, the answer is the same.
pub(crate) fn open(key: &SecretKey, data: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    // The reference accepts shorter data up to its MAC check and then dies slicing an IV that isn't there.
    if data.len() < OVERHEAD || data[0] != 4 {
        return Err(Error::NotForThisKey);
    }
    let (r, rest) = data.split_at(POINT);
    let (body, sent_tag) = rest.split_at(rest.len() - TAG);
    let r = k256::PublicKey::from_sec1_bytes(r).map_err(|_| Error::NotForThisKey)?;
    let shared = k256::ecdh::diffie_hellman(key.secret.to_nonzero_scalar(), r.as_affine());
    let keys = derive(shared.raw_secret_bytes());
    tag(&keys, body)
        .ok_or(Error::NotForThisKey)?
        .verify_slice(sent_tag)
        .map_err(|_| Error::NotForThisKey)?;
    let (iv, ciphertext) = body.split_at(IV);
    let mut message = Zeroizing::new(ciphertext.to_vec());
    Ctr128BE::<Aes128>::new_from_slices(keys.encryption.as_slice(), iv)
        .map_err(|_| Error::NotForThisKey)?
        .apply_keystream(&mut message);
    Ok(message)
}
