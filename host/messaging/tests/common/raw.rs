//! Any bytes as an envelope's data, for the tests and the fuzz target: encrypted rightly whatever they are. Written from
//! the specification a second time.

#![allow(dead_code, clippy::unwrap_used)]

use aes_gcm::aead::{AeadInOut, KeyInit};
use ctr::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, Mac};
use keyfence_messaging::SecretKey;
use sha2::{Digest, Sha256};

/// Symmetric key and recipient's private key.
pub const KEY: [u8; 32] = [0x42; 32];

/// Any plaintext, sealed symmetrically.
pub fn gcm(plaintext: &[u8]) -> Vec<u8> {
    let mut data = plaintext.to_vec();
    let nonce = [9; 12];
    let cipher = aes_gcm::Aes256Gcm::new(&KEY.into());
    let tag = cipher
        .encrypt_inout_detached(&nonce.into(), b"", data.as_mut_slice().into())
        .unwrap();
    data.extend_from_slice(&tag);
    data.extend_from_slice(&nonce);
    data
}

/// Any bytes in the place of IV and plaintext, sealed to the public key of [`KEY`], with a right tag.
pub fn ecies_raw(iv_and_plaintext: &[u8]) -> Vec<u8> {
    let ephemeral = SecretKey::from_bytes(&[0x51; 32]).unwrap();
    let z = ephemeral.shared_x(SecretKey::from_bytes(&KEY).unwrap().public_key());
    let k = Sha256::new()
        .chain_update([0, 0, 0, 1])
        .chain_update(z.as_slice())
        .finalize();
    let mut body = iv_and_plaintext.to_vec();
    if let Some((iv, text)) = body.split_at_mut_checked(16) {
        ctr::Ctr128BE::<aes::Aes128>::new_from_slices(&k[..16], iv)
            .unwrap()
            .apply_keystream(text);
    }
    let mac = Hmac::<Sha256>::new_from_slice(&Sha256::digest(&k[16..]))
        .unwrap()
        .chain_update(&body);
    [
        &ephemeral.public_key().to_bytes()[..],
        &body,
        &mac.finalize().into_bytes(),
    ]
    .concat()
}

/// Any plaintext, sealed to the public key of [`KEY`].
pub fn ecies(plaintext: &[u8]) -> Vec<u8> {
    ecies_raw(&[&[3; 16], plaintext].concat())
}
