//! The two AES constructions of the channel: CBC with method-2 padding, and CBC-MAC.

use crate::secret::Secret32;
use aes::Aes256;
use cbc::cipher::{
    BlockModeDecrypt, BlockModeEncrypt, KeyIvInit,
    block_padding::{Iso7816, NoPadding},
};
use zeroize::Zeroizing;

/// The length of a block, of an IV and of a MAC.
pub(crate) const BLOCK: usize = 16;

/// AES-256-CBC with ISO 9797-1 method 2 padding (80 00*).
pub(crate) fn encrypt(key: &Secret32, iv: &[u8; BLOCK], plaintext: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<Aes256>::new(key.expose().into(), iv.into())
        .encrypt_padded_vec::<Iso7816>(plaintext)
}

/// The reverse; `None` when the padding is wrong.
pub(super) fn decrypt(
    key: &Secret32,
    iv: &[u8; BLOCK],
    ciphertext: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = cbc::Decryptor::<Aes256>::new(key.expose().into(), iv.into());
    cipher
        .decrypt_padded_vec::<Iso7816>(ciphertext)
        .ok()
        .map(Zeroizing::new)
}

/// AES-256-CBC-MAC with a zero IV and no padding over the first block and whole blocks of ciphertext.
pub(super) fn mac(key: &Secret32, first: &[u8; BLOCK], ciphertext: &[u8]) -> [u8; BLOCK] {
    let mut message = first.to_vec();
    message.extend_from_slice(ciphertext);
    let cipher = cbc::Encryptor::<Aes256>::new(key.expose().into(), &[0; BLOCK].into());
    let chained = cipher.encrypt_padded_vec::<NoPadding>(&message);
    let mut mac = [0; BLOCK];
    if let Some(last) = chained.last_chunk() {
        mac = *last;
    }
    mac
}
