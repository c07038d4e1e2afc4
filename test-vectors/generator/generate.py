#!/usr/bin/env python3
"""Writes the JSON files of test-vectors/ that come from here; --check compares instead of writing.

Standards' own vectors are read from sources/ and recomputed, so that a wrong generator can't pass.
Everything that looks random is SHA-256 of a label, so that a run always writes the same bytes.
"""

import hashlib
import json
import pathlib
import sys

import channel
import hd
import malicious
import policy
import secp256k1 as ec

ROOT = pathlib.Path(__file__).resolve().parent.parent
OWN = "test-vectors/generator/generate.py (independent of card and host)"


def label_bytes(label, length=32):
    out, i = b"", 0
    while len(out) < length:
        out += hashlib.sha256(f"keyfence test vector: {label}: {i}".encode()).digest()
        i += 1
    return out[:length]


def private_of(label):
    return int.from_bytes(label_bytes(label), "big") % (ec.N - 1) + 1


def source(name):
    return json.loads((ROOT / "sources" / name).read_text())


def node_fields(node):
    return {
        "private_key": node.private_bytes.hex(),
        "chain_code": node.chain_code.hex(),
        "public_key": ec.uncompressed(node.point).hex(),
        "compressed_public_key": ec.compressed(node.point).hex(),
    }


def bip32():
    given = source("bip32.json")
    vectors = []
    for vector in given["vectors"]:
        master = hd.Node.from_seed(bytes.fromhex(vector["seed"]))
        chains = []
        for chain in vector["chains"]:
            node = master.derive(chain["path"])
            assert node.serialise(True) == chain["xprv"], chain["path"]
            assert node.serialise(False) == chain["xpub"], chain["path"]
            path = "".join(f"{c:08x}" for c in hd.components(chain["path"]))
            chains.append({"path": chain["path"], "components": path} | node_fields(node) | {
                "xprv": chain["xprv"], "xpub": chain["xpub"]})
        vectors.append({"name": f"BIP-32 test vector {vector['vector']}", "seed": vector["seed"],
                        "chains": chains})
    # A private key, and a child's, with leading zero bytes: what vectors 3 and 4 are about, sought
    # out here for the other places where an implementation can lose them.
    found, i = {}, 0
    while len(found) < 3:
        seed = label_bytes(f"leading zeros {i}", 16)
        i += 1
        master = hd.Node.from_seed(seed)
        if "master" not in found and master.private_bytes[0] == 0:
            found["master"] = ("private key of the master starts with 00", seed, "m/0'/1")
        if "public" not in found and ec.uncompressed(master.point)[1] == 0:
            found["public"] = ("X of the master starts with 00", seed, "m/1/2'")
        if "chain" not in found and master.chain_code[0] == 0:
            found["chain"] = ("chain code of the master starts with 00", seed, "m/2'/3")
    for name, seed, path in found.values():
        master, chains = hd.Node.from_seed(seed), []
        steps = path.split("/")
        for n in range(1, len(steps) + 1):
            p = "/".join(steps[:n])
            node = master.derive(p)
            parts = "".join(f"{c:08x}" for c in hd.components(p))
            chains.append({"path": p, "components": parts} | node_fields(node) | {
                "xprv": node.serialise(True), "xpub": node.serialise(False)})
        vectors.append({"name": "own: " + name, "seed": seed.hex(), "chains": chains})
    return {"source": given["source"] + "; raw fields recomputed, and those named own added, by "
            + OWN, "vectors": vectors}


def bip39():
    given = source("bip39-trezor.json")
    vectors = []
    for entropy, words, seed, xprv in given["english"]:
        assert " ".join(hd.mnemonic(bytes.fromhex(entropy))) == words
        assert hd.seed(words, "TREZOR").hex() == seed
        assert hd.Node.from_seed(bytes.fromhex(seed)).serialise(True) == xprv
        vectors.append({"origin": "Trezor", "entropy": entropy, "mnemonic": words,
                        "passphrase": "TREZOR", "seed": seed, "master_xprv": xprv})
    for size, passphrase in ((16, ""), (20, ""), (20, "TREZOR"), (24, ""), (28, ""),
                             (28, "TREZOR"), (32, ""), (16, "pa\u00dfwort \u212b \ufb01n"),
                             (32, "\u3042\u304c")):
        entropy = label_bytes(f"bip39 {size} {passphrase}", size)
        words = " ".join(hd.mnemonic(entropy))
        seed = hd.seed(words, passphrase)
        vectors.append({"origin": "own", "entropy": entropy.hex(), "mnemonic": words,
                        "passphrase": passphrase, "seed": seed.hex(),
                        "master_xprv": hd.Node.from_seed(seed).serialise(True)})
    for vector in vectors:
        vector["indexes"] = "".join(f"{hd.WORDS.index(w):04x}" for w in vector["mnemonic"].split())
    junk = "test test test test test test test test test test test"
    invalid = [
        {"mnemonic": junk + " test", "error": "checksum"},
        {"mnemonic": "abandon " * 11 + "abandon", "error": "checksum"},
        {"mnemonic": vectors[-1]["mnemonic"].rsplit(" ", 1)[0] + " zoo", "error": "checksum"},
        {"mnemonic": junk, "error": "length", "words": 11},
        {"mnemonic": junk + " junk test", "error": "length", "words": 13},
        {"mnemonic": "", "error": "length", "words": 0},
        {"mnemonic": "abandon " * 26 + "about", "error": "length", "words": 27},
        {"mnemonic": junk.replace("test", "tset", 1) + " junk", "error": "word", "position": 1,
         "word": "tset"},
        {"mnemonic": junk + " junkk", "error": "word", "position": 12, "word": "junkk"},
        {"mnemonic": "abandon abandon abandon b\u00e9b\u00e9 " + "abandon " * 7 + "about",
         "error": "word", "position": 4, "word": "b\u00e9b\u00e9"},
    ]
    for case in invalid:
        words = case["mnemonic"].split()
        if case["error"] == "checksum":
            number = 0
            for word in words:
                number = number << 11 | hd.WORDS.index(word)
            bits = len(words) // 3
            entropy = (number >> bits).to_bytes(len(words) * 4 // 3, "big")
            assert hd.mnemonic(entropy) != words
    return {"source": given["source"] + "; own ones, indexes and invalid ones by " + OWN,
            "vectors": vectors, "invalid": invalid}


def eip1581():
    mnemonics = [
        ("test test test test test test test test test test test junk", ""),
        ("test test test test test test test test test test test junk", "a passphrase"),
        ("abandon " * 11 + "about", ""),
        ("legal winner thank year wave sausage worth useful legal winner thank yellow", ""),
    ]
    for size in (20, 24, 28, 32):
        mnemonics.append((" ".join(hd.mnemonic(label_bytes(f"eip1581 {size}", size))), ""))
    paths = {
        "whisper": "m/43'/60'/1581'/0'/0",
        "database": "m/43'/60'/1581'/1'/0",
        "whisper_second": "m/43'/60'/1581'/0'/1",
        "whisper_deepest": "m/43'/60'/1581'/0'/0/0/0/0/0/2147483647",
        "boundary": "m/43'/60'/1581'/0'",
        "parent": "m/43'/60'/1581'",
        "future_key_type": "m/43'/60'/1581'/2'/0",
        "wallet": "m/44'/60'/0'/0/0",
        "wallet_account": "m/44'/60'/0'",
        "high_component": "m/44'/60'/0'/0/1073741824'",
        "nostr": "m/44'/1237'/0'/0/0",
        "bip85_hex": "m/83696968'/128169'/32'/0'",
    }
    vectors = []
    for words, passphrase in mnemonics:
        seed = hd.seed(words, passphrase)
        master = hd.Node.from_seed(seed)
        entry = {"mnemonic": words, "passphrase": passphrase, "seed": seed.hex(),
                 "key_uid": hashlib.sha256(ec.uncompressed(master.point)).hexdigest(),
                 "master": node_fields(master)}
        for tree, root in (("main", master), ("alternative", master.alternative())):
            entry[tree] = {}
            for name, path in paths.items():
                parts = "".join(f"{c:08x}" for c in hd.components(path))
                entry[tree][name] = {"path": path, "components": parts} | node_fields(
                    root.derive(path))
        vectors.append(entry)
    first = vectors[0]["main"]
    # The values that the specification of the messaging core gives for the first mnemonic.
    assert first["whisper"]["private_key"] == (
        "cd4d1e126328b7d3392c858b51d722f5b1ea1928e3543cf699e0caa0d4a0289e")
    assert first["whisper"]["public_key"].startswith("04b0845dbe5aac196a2c1606fe3199e5ec9b2bd0")
    assert first["database"]["private_key"] == (
        "304d3cea8e440e086e194670efe91ed75c97150110dd0500578920214dd60fd5")
    assert first["database"]["public_key"].startswith("047f13e81fb00582e8a8582858ef60f3539fc4a1")
    return {"source": "EIP-1581 paths and others, by " + OWN, "vectors": vectors}


def init_vectors():
    plaintexts = {
        "PIN, PUK, pairing secret (50)": b"123456" + b"123456789012" + label_bytes("secret"),
        "with limits (52)": b"000000" + b"000000000000" + label_bytes("secret 2") + b"\x02\x0c",
        "with an alternative PIN (58)":
            b"123456" + b"210987654321" + label_bytes("secret 3") + b"\x03\x05" + b"654321",
        "with an authority key (123)":
            b"123456" + b"210987654321" + label_bytes("secret 4") + b"\x0a\x03" + b"654321"
            + ec.uncompressed(ec.multiply(private_of("authority"))),
    }
    vectors = []
    for name, plaintext in plaintexts.items():
        card, client = private_of("card " + name), private_of("client " + name)
        iv = label_bytes("iv " + name, 16)
        key = ec.ecdh(client, ec.multiply(card))
        public = ec.uncompressed(ec.multiply(client))
        data = bytes([65]) + public + iv + channel.aes_cbc(key, iv, channel.pad(plaintext))
        vectors.append({
            "name": name, "card_private": card.to_bytes(32, "big").hex(),
            "card_public": ec.uncompressed(ec.multiply(card)).hex(),
            "client_private": client.to_bytes(32, "big").hex(), "iv": iv.hex(),
            "plaintext": plaintext.hex(), "key": key.hex(),
            "apdu": (bytes([0x80, 0xFE, 0, 0, len(data)]) + data).hex(),
        })
    return vectors


def pairing_vectors():
    vectors = []
    for name, password, normalise in (
        ("default", "KeycardDefaultPairing", True),
        ("ASCII", "correct horse battery staple", True),
        ("not ASCII, normalised", "P\u00e4\u00dfwort \ufb01n \u212b", True),
        ("not ASCII, as typed", "P\u00e4\u00dfwort \ufb01n \u212b", False),
    ):
        secret = channel.pairing_secret(password, normalise)
        client, card = label_bytes("client challenge " + name), label_bytes("card challenge" + name)
        salt = label_bytes("pairing salt " + name)
        slot = len(vectors)
        card_cryptogram = hashlib.sha256(secret + client).digest()
        client_cryptogram = hashlib.sha256(secret + card).digest()
        vectors.append({
            "name": name, "password": password, "normalised": normalise, "secret": secret.hex(),
            "client_challenge": client.hex(), "card_challenge": card.hex(),
            "step1_command": "8012000020" + client.hex(),
            "step1_answer": card_cryptogram.hex() + card.hex() + "9000",
            "step2_command": "8012010020" + client_cryptogram.hex(),
            "step2_answer": f"{slot:02x}" + salt.hex() + "9000",
            "slot": slot, "salt": salt.hex(),
            "pairing_key": hashlib.sha256(secret + salt).hexdigest(),
        })
    return vectors


def transcript(name, messages):
    card, client = private_of("channel card " + name), private_of("channel client " + name)
    pairing_key, salt = label_bytes("pairing key " + name), label_bytes("salt " + name)
    iv = label_bytes("channel iv " + name, 16)
    shared = ec.ecdh(client, ec.multiply(card))
    encryption_key, mac_key = channel.session_keys(shared, pairing_key, salt)
    chain = channel.Channel(encryption_key, mac_key, iv)
    public = ec.uncompressed(ec.multiply(client))
    steps = []
    for text, header, plain, answer, sw in messages:
        known = sw != 0x6D00
        command = chain.wrap(*bytes.fromhex(header), plain, counts=known)
        steps.append({"what": text, "header": header, "plaintext": plain.hex(),
                      "command": command.hex(), "counts": known,
                      "answer_plaintext": answer.hex(), "sw": f"{sw:04x}",
                      "answer": chain.answer(answer, sw).hex()})
    return {
        "name": name, "card_private": card.to_bytes(32, "big").hex(),
        "card_public": ec.uncompressed(ec.multiply(card)).hex(),
        "client_private": client.to_bytes(32, "big").hex(), "client_public": public.hex(),
        "slot": 0, "pairing_key": pairing_key.hex(), "salt": salt.hex(), "iv": iv.hex(),
        "open_command": "8010000041" + public.hex(),
        "open_answer": salt.hex() + iv.hex() + "9000",
        "shared_x": shared.hex(), "encryption_key": encryption_key.hex(), "mac_key": mac_key.hex(),
        "steps": steps,
    }


def channel_vectors():
    authenticate = ("MUTUALLY AUTHENTICATE", "80110000", label_bytes("host random"),
                    label_bytes("card random"), 0x9000)
    seed = hd.seed("test test test test test test test test test test test junk")
    master = hd.Node.from_seed(seed)
    whisper = master.derive("m/43'/60'/1581'/0'/0")
    path = bytes.fromhex("8000002b8000003c8000062d8000000000000000")
    wallet = bytes.fromhex("8000002c8000003c800000000000000000000000")
    story = [
        authenticate,
        ("GET STATUS", "80f20000", b"", bytes.fromhex("a309020103020105010100"), 0x9000),
        ("VERIFY PIN, wrong", "80200000", b"000000", b"", 0x63C2),
        ("VERIFY PIN, right", "80200000", b"123456", b"", 0x9000),
        ("LOAD KEY, seed", "80d00300", seed,
         hashlib.sha256(ec.uncompressed(master.point)).digest(), 0x9000),
        ("EXPORT KEY, whisper, private", "80c20100", path,
         bytes.fromhex("a1228120") + whisper.private_bytes, 0x9000),
        ("EXPORT KEY, whisper, public", "80c20101", path,
         bytes.fromhex("a1438041") + ec.uncompressed(whisper.point), 0x9000),
        ("EXPORT KEY, wallet, refused", "80c20100", wallet, b"", 0x6985),
        ("UNPAIR, the slot in use", "80130000", b"", b"", 0x9000),
    ]
    sizes = [authenticate]
    for size in (0, 1, 14, 15, 16, 17, 31, 32, 100, 207, 208, 222, 223):
        answer = min(size, 221)
        sizes.append((f"command of {size}, answer of {answer} bytes", "80e20000",
                      label_bytes(f"command {size}", size), label_bytes(f"answer {size}", answer),
                      0x9000))
    unknown = [
        authenticate,
        ("GET EXPORT POLICY of a card that doesn't know it", "80c90000", b"", b"", 0x6D00),
        ("GET STATUS after it: the chain goes on from the answer", "80f20000", b"",
         bytes.fromhex("a309020103020105010100"), 0x9000),
        ("unknown INS with data", "80770102", label_bytes("unknown", 40), b"", 0x6D00),
        ("unknown INS again", "80780000", b"", b"", 0x6D00),
        ("GET STATUS", "80f20001", b"", b"", 0x9000),
    ]
    longest = [
        authenticate,
        ("GET DATA of a long NDEF on a genuine card: an answer of 256 bytes", "80ca0100", b"",
         label_bytes("long", 237), 0x9000),
        ("GET STATUS", "80f20001", b"", bytes.fromhex("8000002b00000001"), 0x9000),
    ]
    return {
        "source": "the Keycard secure channel V1 computed by " + OWN
        + ", AES from the PyPI package cryptography",
        "init": init_vectors(), "pairing": pairing_vectors(),
        "transcripts": [
            transcript("story", story), transcript("sizes", sizes),
            transcript("unknown INS", unknown), transcript("longest answer", longest),
        ],
    }


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit("usage: generate.py [--check]")
    assert hd.ripemd160(b"abc").hex() == "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"
    wrong = 0
    for name, make in (("bip32", bip32), ("bip39", bip39), ("eip1581", eip1581),
                       ("channel", channel_vectors), ("export-policy", policy.encodings),
                       ("export-floor", policy.floors), ("malicious-policies", malicious.malicious)):
        text = json.dumps(make(), indent=1, ensure_ascii=False) + "\n"
        path = ROOT / f"{name}.json"
        if not check:
            path.write_text(text)
        elif path.read_text() != text:
            print(f"{path.name}: not what the generator makes", file=sys.stderr)
            wrong += 1
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
