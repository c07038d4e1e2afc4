"""BIP-32 and BIP-39 from the standards' texts, on secp256k1.py and hashlib alone."""

import hashlib
import hmac
import pathlib
import unicodedata

import secp256k1 as ec

HARDENED = 0x80000000
WORDS = (
    (pathlib.Path(__file__).parent.parent / "sources" / "bip39-english.txt").read_text().split()
)
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def components(path):
    """m/43'/60' -> [0x8000002B, 0x8000003C]."""
    parts = path.split("/")[1:]
    return [int(p.rstrip("'")) + (HARDENED if p.endswith("'") else 0) for p in parts]


class Node:
    """A private BIP-32 node."""

    def __init__(self, private, chain_code, depth=0, parent=b"\0\0\0\0", number=0):
        self.private = private
        self.chain_code = chain_code
        self.depth = depth
        self.parent = parent
        self.number = number
        self.point = ec.multiply(private)

    @classmethod
    def from_seed(cls, seed):
        """BIP-32, "Master key generation"."""
        i = hmac.new(b"Bitcoin seed", seed, hashlib.sha512).digest()
        private = int.from_bytes(i[:32], "big")
        assert 0 < private < ec.N
        return cls(private, i[32:])

    @property
    def private_bytes(self):
        return self.private.to_bytes(32, "big")

    def child(self, number):
        """BIP-32, "Private parent key -> private child key"."""
        key = b"\0" + self.private_bytes if number & HARDENED else ec.compressed(self.point)
        i = hmac.new(self.chain_code, key + number.to_bytes(4, "big"), hashlib.sha512).digest()
        left = int.from_bytes(i[:32], "big")
        private = (left + self.private) % ec.N
        assert left < ec.N and private
        sha = hashlib.sha256(ec.compressed(self.point)).digest()
        return Node(private, i[32:], self.depth + 1, ripemd160(sha)[:4], number)

    def derive(self, path):
        node = self
        for number in components(path):
            node = node.child(number)
        return node

    def alternative(self):
        """The master of the tree that the alternative PIN opens: chain code SHA-256(chain code)."""
        return Node(self.private, hashlib.sha256(self.chain_code).digest())

    def serialise(self, private):
        """xprv or xpub."""
        version = 0x0488ADE4 if private else 0x0488B21E
        key = b"\0" + self.private_bytes if private else ec.compressed(self.point)
        data = version.to_bytes(4, "big") + bytes([self.depth]) + self.parent
        data += self.number.to_bytes(4, "big") + self.chain_code + key
        data += hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]
        number, text = int.from_bytes(data, "big"), ""
        while number:
            number, digit = divmod(number, 58)
            text = BASE58[digit] + text
        return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def mnemonic(entropy):
    """BIP-39 words of 16 to 32 bytes of entropy."""
    bits = len(entropy) // 4
    number = int.from_bytes(entropy, "big") << bits
    number |= hashlib.sha256(entropy).digest()[0] >> (8 - bits)
    count = (len(entropy) * 8 + bits) // 11
    return [WORDS[(number >> (11 * (count - 1 - i))) & 0x7FF] for i in range(count)]


def seed(words, passphrase=""):
    """BIP-39, "From mnemonic to seed"."""
    text = unicodedata.normalize("NFKD", words)
    salt = unicodedata.normalize("NFKD", "mnemonic" + passphrase)
    return hashlib.pbkdf2_hmac("sha512", text.encode(), salt.encode(), 2048)


def ripemd160(message):
    """RIPEMD-160, from its authors' description: OpenSSL 3 no longer offers it everywhere."""
    r1 = [
        list(range(16)),
        [7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8],
        [3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12],
        [1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2],
        [4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13],
    ]
    r2 = [
        [5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12],
        [6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2],
        [15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13],
        [8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14],
        [12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11],
    ]
    s1 = [
        [11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8],
        [7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12],
        [11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5],
        [11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12],
        [9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6],
    ]
    s2 = [
        [8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6],
        [9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11],
        [9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5],
        [15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8],
        [8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11],
    ]
    k1 = [0, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E]
    k2 = [0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0]
    mask = 0xFFFFFFFF

    def f(round_, x, y, z):
        return [
            x ^ y ^ z,
            (x & y) | (~x & z),
            (x | ~y & mask) ^ z,
            (x & z) | (y & ~z),
            x ^ (y | ~z & mask),
        ][round_] & mask

    def rotate(x, n):
        x &= mask
        return ((x << n) | (x >> (32 - n))) & mask

    h = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0]
    padded = message + b"\x80" + b"\0" * ((55 - len(message)) % 64)
    padded += (8 * len(message)).to_bytes(8, "little")
    for start in range(0, len(padded), 64):
        words = [
            int.from_bytes(padded[start + 4 * i : start + 4 * i + 4], "little") for i in range(16)
        ]
        left, right = list(h), list(h)
        for round_ in range(5):
            for i in range(16):
                for v, r, s, k, g in ((left, r1, s1, k1, round_), (right, r2, s2, k2, 4 - round_)):
                    t = v[0] + f(g, v[1], v[2], v[3]) + words[r[round_][i]] + k[round_]
                    t = (rotate(t, s[round_][i]) + v[4]) & mask
                    v[:] = [v[4], t, v[1], rotate(v[2], 10), v[3]]
        h = [(h[(i + 1) % 5] + left[(i + 2) % 5] + right[(i + 3) % 5]) & mask for i in range(5)]
    return b"".join(x.to_bytes(4, "little") for x in h)
