#!/usr/bin/env python3
"""The PyPI package keycard, unmodified, against a card in a PC/SC reader: everything it offers for a 3.2 card.

What comes back is compared with BIP-32, BIP-39 and ECDSA of other Python packages (bip32, mnemonic,
cryptography). The card must be fresh. Each command's outcome goes as a JSON line to the file named by
the first argument; the exit code is 0 if every outcome is as expected.
"""

import hashlib
import importlib.metadata
import json
import os
import sys
import time

from bip32 import BIP32
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from ecdsa import SECP256k1, SigningKey
from ecdsa.util import sigencode_string_canonize
from keycard.constants import (
    DerivationOption,
    DerivationSource,
    LoadKeyType,
    PairingMode,
    StorageSlot,
)
from keycard.exceptions import APDUError, TransportError
from keycard.keycard import KeyCard
from mnemonic import Mnemonic
from smartcard.Exceptions import CardConnectionException, NoCardException

CLIENT = f"keycard {importlib.metadata.version('keycard')} (PyPI)"
PIN, PUK, ALT, SECRET = "123456", "123456789012", "654321", "KeycardDefaultPairing"
WORDS = "test test test test test test test test test test test junk"
WHISPER, DATABASE = "m/43'/60'/1581'/0'/0", "m/43'/60'/1581'/1'/0"
WALLET = "m/44'/60'/0'/0/0"

results = open(sys.argv[1], "w")
failures = 0


def step(command, action):
    """Runs a command; anything that it raises is a failure that the run survives."""
    global failures
    try:
        note = action()
        record(command, "works", note if isinstance(note, str) else "")
        return note
    except Exception as e:  # noqa: BLE001: whatever the client throws is its verdict
        failures += 1
        record(command, "FAILS", f"{type(e).__name__}: {e}")
        return None


def record(command, result, note=""):
    print(f"{command}: {result} {note}".rstrip())
    results.write(json.dumps(
        {"client": CLIENT, "command": command, "result": result, "note": note}) + "\n")
    results.flush()


def refused(command, sw, action, result="refused", note=None):
    """The card must answer with this status word."""
    def run():
        try:
            action()
        except APDUError as e:
            if e.sw != sw:
                raise
            return
        raise AssertionError(f"accepted; expected {sw:04X}")
    global failures
    try:
        run()
        record(command, result, note or f"{sw:04X}")
    except Exception as e:  # noqa: BLE001
        failures += 1
        record(command, "FAILS", f"{type(e).__name__}: {e}")


def same(got, expected, what="answer"):
    if got != expected:
        def shown(v):
            return v.hex() if isinstance(v, (bytes, bytearray)) else repr(v)
        raise AssertionError(f"{what}: {shown(got)} instead of {shown(expected)}")


def uncompressed(compressed):
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), compressed).public_numbers()
    return b"\x04" + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")


class Tree:
    """What another language's BIP-32 says the card should answer."""

    def __init__(self, seed, alternative=False):
        self.master = BIP32.from_seed(seed)
        if alternative:
            chain_code = hashlib.sha256(self.master.chaincode).digest()
            self.master = BIP32(chaincode=chain_code, privkey=self.master.privkey)

    def private(self, path):
        return self.master.get_privkey_from_path(path)

    def public(self, path):
        return uncompressed(self.master.get_pubkey_from_path(path))

    def chain_code(self, path):
        return self.master.get_extended_pubkey_from_path(path)[0]


def connect():
    """A card that was just plugged in takes a moment to show."""
    deadline = time.monotonic() + 10
    while True:
        card = KeyCard()
        try:
            card.transport.connect(int(os.environ.get("KEYFENCE_READER_INDEX", "0")))
            return card
        except (NoCardException, CardConnectionException, TransportError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def open_channel(card, pin=PIN):
    card.select()
    card.open_secure_channel()
    if pin:
        assert card.verify_pin(pin)


def check_signature(result, digest, public):
    same(bytes(result.public_key), public, "public key")
    assert int.from_bytes(result.s, "big") <= SECP256k1.order // 2, "high s"
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), public)
    key.verify(result.signature_der, digest, ec.ECDSA(Prehashed(hashes.SHA256())))


def certificate():
    """An identity of our own, by an issuer of our own: (Ident applet's data, issuer's compressed key)."""
    issuer, identity = SigningKey.generate(SECP256k1), SigningKey.generate(SECP256k1)
    compressed = identity.verifying_key.to_string("compressed")
    digest = hashlib.sha256(compressed).digest()
    signature = issuer.sign_digest_deterministic(
        digest, hashlib.sha256, sigencode=sigencode_string_canonize)
    from ecdsa import VerifyingKey
    candidates = VerifyingKey.from_public_key_recovery_with_digest(signature, digest, SECP256k1)
    v = [k.to_string() for k in candidates].index(issuer.verifying_key.to_string())
    return (compressed + signature + bytes([v]) + identity.to_string(),
            issuer.verifying_key.to_string("compressed"))


def main():
    seed = Mnemonic("english").to_seed(WORDS)
    main_tree, alternative = Tree(seed), Tree(seed, alternative=True)
    uid = hashlib.sha256(main_tree.public("m")).digest()
    card = connect()

    # Before INIT.
    step("select, not initialised", lambda: same(card.select().is_initialized, False))
    refused("ident, no certificate", 0x6985, card.ident)
    data, issuer = certificate()

    def personalise():
        # The client has no command for this: the factory does it, in clear, once.
        raw = card.send_raw_apdu(bytes.fromhex("00A4040009A00000080400010401"))
        same(raw.status_word, 0x9000, "select of the Ident applet")
        raw = card.send_raw_apdu(bytes([0x80, 0xE2, 0, 0, len(data)]) + data)
        same(raw.status_word, 0x9000, "store data")
    step("(an identity is put on the card)", personalise)
    card.select()
    step("ident, before init", lambda: same(card.ident(), issuer, "issuer"))
    step("init, with limits and alternative PIN",
         lambda: card.init(PIN, PUK, SECRET, pin_retries=3, puk_retries=5, alt_pin=ALT))
    step("factory_reset", lambda: (card.factory_reset(), same(card.select().is_initialized, False)))
    step("init, PIN, PUK, pairing secret", lambda: card.init(PIN, PUK, SECRET))
    step("factory_reset, again", lambda: (card.factory_reset(), card.select()) and None)
    card.init(PIN, PUK, SECRET, pin_retries=4, puk_retries=6, alt_pin=ALT)

    def select():
        info = card.select()
        same(info.is_initialized, True, "initialised")
        same((info.version_major, info.version_minor), (3, 2), "version")
        same(int(info.capabilities), 0x1F, "capabilities")
        same(info.key_uid, b"", "key UID")
        same(len(info.instance_uid), 16, "UID length")
        same(info.free_pairing_slots, 10, "free slots")
    step("select, initialised", select)

    # Pairing and the channel.
    step("pair, any", lambda: same(card.pair(SECRET).slot, 0, "slot"))
    first = card.pairing
    step("pair, persistent", lambda: same(card.pair(SECRET, PairingMode.PERSISTENT).slot, 1, "slot"))
    step("pair, ephemeral", lambda: same(card.pair(SECRET, PairingMode.EPHEMERAL).slot, 255, "slot"))
    step("open_secure_channel, ephemeral pairing", card.open_secure_channel)
    card.select()
    card.pairing = first
    step("open_secure_channel", card.open_secure_channel)
    refused("mutually_authenticate, a second time", 0x6985, card.mutually_authenticate)
    step("status", lambda: same(
        card.status, {"pin_retry_count": 4, "puk_retry_count": 6, "initialized": False}))
    step("verify_pin, wrong", lambda: same(card.verify_pin("000000"), False))
    step("status, after a wrong PIN", lambda: same(card.status["pin_retry_count"], 3))
    step("verify_pin", lambda: same(card.verify_pin(PIN), True))
    step("unpair", lambda: card.unpair(1))
    card.pairing = first

    def free_slots():
        same(card.select().free_pairing_slots, 9)
        open_channel(card)
    step("select, free slots after unpair", free_slots)

    # Keys.
    step("load_key, seed", lambda: same(card.load_key(
        LoadKeyType.BIP39_SEED, bip39_seed=seed), uid, "key UID"))
    step("get_key_path, after loading", lambda: same(card.get_key_path, []))

    def export(path, public_only=False):
        return card.export_key(DerivationOption.DERIVE, public_only, path)
    for name, path in (("whisper", WHISPER), ("database", DATABASE)):
        step(f"export_key, {name}, private",
             lambda path=path: same(export(path).private_key, main_tree.private(path)))
        step(f"export_key, {name}, public",
             lambda path=path: same(export(path, True).public_key, main_tree.public(path)))
    step("export_key, wallet, public",
         lambda: same(export(WALLET, True).public_key, main_tree.public(WALLET)))
    refused("export_key, wallet, private", 0x6985, lambda: export(WALLET))
    refused("export_key, key type 2', private", 0x6985, lambda: export("m/43'/60'/1581'/2'/0"))
    refused("export_key, master, private", 0x6985, lambda: export("m"))
    refused("export_key, boundary, private", 0x6985, lambda: export("m/43'/60'/1581'/0'"))

    step("derive_key, from the master", lambda: card.derive_key("m/43'/60'/1581'/0'"))
    step("get_key_path", lambda: same(
        card.get_key_path, [0x8000002B, 0x8000003C, 0x8000062D, 0x80000000]))
    step("export_current_key, public", lambda: same(
        card.export_current_key(True).public_key, main_tree.public("m/43'/60'/1581'/0'")))
    step("export_key, derived from the current one", lambda: same(
        card.export_key(DerivationOption.DERIVE, False, "m/0", source=DerivationSource.CURRENT)
        .private_key, main_tree.private(WHISPER)))
    step("export_key, derived from the parent", lambda: same(
        card.export_key(DerivationOption.DERIVE, False, "m/1'/0", source=DerivationSource.PARENT)
        .private_key, main_tree.private(DATABASE)))
    step("derive_key, from the current one", lambda: card.derive_key("./0"))
    step("export_current_key, private", lambda: same(
        card.export_current_key().private_key, main_tree.private(WHISPER)))
    step("derive_key, from the parent", lambda: card.derive_key("../3"))
    step("export_key, current, after derive_key from the parent", lambda: same(
        card.export_current_key().private_key, main_tree.private("m/43'/60'/1581'/0'/3")))
    step("export_key, make current", lambda: (
        same(card.export_key(DerivationOption.DERIVE_AND_MAKE_CURRENT, True, WALLET,
                             make_current=True).public_key, main_tree.public(WALLET)),
        same(card.get_key_path, [0x8000002C, 0x8000003C, 0x80000000, 0, 0], "path")) and None)

    # Signatures.
    digest = hashlib.sha256(b"keyfence").digest()
    step("sign, current key", lambda: check_signature(
        card.sign(digest), digest, main_tree.public(WALLET)))
    step("sign_with_path", lambda: check_signature(
        card.sign_with_path(digest, "m/84'/0'/0'/0/7"), digest, main_tree.public("m/84'/0'/0'/0/7")))
    step("sign_with_path, make current", lambda: (
        check_signature(card.sign_with_path(digest, "m/44'/0'/0'/0/1", True), digest,
                        main_tree.public("m/44'/0'/0'/0/1")),
        same(card.get_key_path, [0x8000002C, 0x80000000, 0x80000000, 0, 1], "path")) and None)
    step("sign_with_path, master", lambda: check_signature(
        card.sign_with_path(digest, "m"), digest, main_tree.public("m")))
    step("sign, 50 times", lambda: [check_signature(
        card.sign_with_path(hashlib.sha256(bytes([i])).digest(), WALLET),
        hashlib.sha256(bytes([i])).digest(), main_tree.public(WALLET)) for i in range(50)] and None)
    refused("sign_pinless, no path set", 0x6A88, lambda: card.sign_pinless(digest))
    step("set_pinless_path", lambda: card.set_pinless_path(WALLET))

    def pinless():
        open_channel(card, pin=None)
        check_signature(card.sign_pinless(digest), digest, main_tree.public(WALLET))
        assert card.verify_pin(PIN)
    step("sign_pinless, without the PIN", pinless)
    step("set_pinless_path, unset", lambda: card.set_pinless_path(""))
    refused("sign_pinless, after it was unset", 0x6A88, lambda: card.sign_pinless(digest))

    # Data.
    for slot, text in ((StorageSlot.PUBLIC, b"public data"), (StorageSlot.CASH, b"cash data"),
                       (StorageSlot.NDEF, b"\x00\x0fan NDEF message")):
        name = slot.name.lower()
        step(f"store_data, {name}", lambda slot=slot, text=text: card.store_data(text, slot))
        step(f"get_data, {name}", lambda slot=slot, text=text: same(card.get_data(slot), text))
    long = bytes.fromhex("01fe") + os.urandom(510)
    step("store_data, NDEF of 512 bytes", lambda: card.store_data(long, StorageSlot.NDEF))
    step("get_data, NDEF of 512 bytes", lambda: same(
        card.get_data(StorageSlot.NDEF), long[:221]) or "the first 221 bytes")
    step("store_data, public, 127 bytes", lambda: card.store_data(bytes(range(127))))

    def in_clear():
        card.select()
        same(card.get_data(), bytes(range(127)))
        open_channel(card)
    step("get_data, without a channel", in_clear)
    step("store_data, empty", lambda: (card.store_data(b""), same(card.get_data(), b"")) and None)

    # Mnemonics: the words that come must be a valid BIP-39 sentence of their length.
    words = Mnemonic("english")
    for bits in range(4, 9):
        def generate(bits=bits):
            indexes = card.generate_mnemonic(bits)
            same(len(indexes), 3 * bits, "number of words")
            assert words.check(" ".join(words.wordlist[i] for i in indexes)), "checksum"
        step(f"generate_mnemonic, {3 * bits} words", generate)

    # Other keys.
    private, chain_code = os.urandom(32), os.urandom(32)
    other = BIP32(chaincode=chain_code, privkey=private)
    public = uncompressed(other.pubkey)
    other_uid = hashlib.sha256(public).digest()
    step("load_key, extended", lambda: same(card.load_key(
        LoadKeyType.EXTENDED_ECC, public, private, chain_code), other_uid, "key UID"))
    step("export_key, from an extended key", lambda: same(
        export(WHISPER).private_key, other.get_privkey_from_path(WHISPER)))
    step("load_key, extended, without public key", lambda: same(card.load_key(
        LoadKeyType.EXTENDED_ECC, None, private, chain_code), other_uid, "key UID"))
    step("load_key, ECC", lambda: same(card.load_key(
        LoadKeyType.ECC, public, private), other_uid, "key UID"))
    step("sign, with a key without chain code", lambda: check_signature(
        card.sign(digest), digest, public))
    refused("export_key, a path on a key without chain code", 0x6985, lambda: export(WHISPER))
    step("load_key, seed of 16 bytes", lambda: same(
        card.load_key(LoadKeyType.BIP39_SEED, bip39_seed=seed[:16]),
        hashlib.sha256(Tree(seed[:16]).public("m")).digest(), "key UID"))

    def generate_key():
        made = card.generate_key()
        same(hashlib.sha256(export("m", True).public_key).digest(), made, "key UID")
        same(card.select().key_uid, made, "key UID in SELECT")
        open_channel(card)
    step("generate_key", generate_key)
    step("remove_key", card.remove_key)
    step("status, no key", lambda: same(card.status["initialized"], False))
    refused("export_key, no key", 0x6985, lambda: export(WHISPER))
    card.load_key(LoadKeyType.BIP39_SEED, bip39_seed=seed)

    # The alternative PIN opens the other tree; the card's own tree comes back with the main one.
    step("verify_pin, alternative", lambda: same(card.verify_pin(ALT), True))
    step("export_key, whisper, under the alternative PIN", lambda: same(
        export(WHISPER).private_key, alternative.private(WHISPER)))
    step("verify_pin, main again", lambda: (same(card.verify_pin(PIN), True), same(
        export(WHISPER).private_key, main_tree.private(WHISPER))) and None)

    # Secrets.
    step("change_pin", lambda: card.change_pin("222222"))

    def new_pin():
        open_channel(card, "222222")
    step("verify_pin, the new one", new_pin)
    step("change_puk", lambda: card.change_puk("222222222222"))
    step("change_pairing_secret", lambda: card.change_pairing_secret("another password"))

    def new_secret():
        card.select()
        card.pair("another password")
        open_channel(card, "222222")
        slot = card.pairing.slot
        card.unpair(slot)
        card.pairing = first
        open_channel(card, "222222")
    step("pair, with the new pairing secret", new_secret)

    def block():
        for _ in range(3):
            same(card.verify_pin("000000"), False)
        try:
            card.verify_pin("000000")
        except RuntimeError:
            return
        raise AssertionError("the PIN isn't blocked")
    step("verify_pin, until blocked", block)
    refused("unblock_pin, wrong PUK", 0x63C5, lambda: card.unblock_pin("000000000000", "333333"))
    step("unblock_pin", lambda: card.unblock_pin("222222222222", "333333"))
    step("verify_pin, after unblock_pin", lambda: same(card.verify_pin("333333"), True))

    # What only other versions have: refused as unknown, and the channel goes on.
    for command, action in (
        ("get_challenge", lambda: card.get_challenge(32)),
        ("export_bip85", lambda: card.export_bip85("m/83696968'/0'/0'", 32)),
        ("export_lee", lambda: card.export_lee("m")),
        ("ecdh", lambda: card.ecdh(main_tree.public(WALLET), WHISPER)),
    ):
        refused(command, 0x6D00, action, "not in 3.2", "6D00")
        step(f"status, after {command}", lambda: same(card.status["initialized"], True))

    step("unpair, the slot in use", lambda: card.unpair(first.slot))
    step("factory_reset, in an open channel", lambda: (
        card.factory_reset(), same(card.select().is_initialized, False)) and None)
    step("ident, after factory_reset", lambda: same(card.ident(), issuer, "issuer"))
    card.transport.disconnect()
    sys.exit(1 if failures else 0)


main()
