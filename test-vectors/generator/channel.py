"""The Keycard secure channel V1 as both ends compute it, for transcripts.

AES comes from the PyPI package "cryptography"; everything else from the standard library.
"""

import hashlib
import unicodedata

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAIRING_SALT = b"Keycard Pairing Password Salt"


def aes_cbc(key, iv, data):
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def pad(data):
    """ISO 9797-1 method 2."""
    return data + b"\x80" + b"\0" * (15 - len(data) % 16)


def pairing_secret(password, normalise):
    """PBKDF2 of a pairing password; some clients normalise it (NFKD), some don't."""
    if normalise:
        password = unicodedata.normalize("NFKD", password)
    return hashlib.pbkdf2_hmac("sha256", password.encode(), PAIRING_SALT, 50000, 32)


def session_keys(shared_x, pairing_key, salt):
    """(encryption key, MAC key)."""
    digest = hashlib.sha512(shared_x + pairing_key + salt).digest()
    return digest[:32], digest[32:]


class Channel:
    """One end's state; wrap and answer advance the chain."""

    def __init__(self, encryption_key, mac_key, iv):
        self.encryption_key = encryption_key
        self.mac_key = mac_key
        self.iv = iv

    def _mac(self, meta, ciphertext):
        return aes_cbc(self.mac_key, b"\0" * 16, meta + b"\0" * (16 - len(meta)) + ciphertext)[-16:]

    def wrap(self, cla, ins, p1, p2, plain, counts=True):
        """A command APDU. counts=False: the card doesn't take it as wrapped (unknown INS)."""
        ciphertext = aes_cbc(self.encryption_key, self.iv, pad(plain))
        lc = 16 + len(ciphertext)
        mac = self._mac(bytes([cla, ins, p1, p2, lc]), ciphertext)
        if counts:
            self.iv = mac
        return bytes([cla, ins, p1, p2, lc]) + mac + ciphertext

    def answer(self, plain, sw):
        """An answer with its status word inside and 9000 outside."""
        ciphertext = aes_cbc(self.encryption_key, self.iv, pad(plain + sw.to_bytes(2, "big")))
        mac = self._mac(bytes([(16 + len(ciphertext)) & 0xFF]), ciphertext)
        self.iv = mac
        return mac + ciphertext + b"\x90\x00"
