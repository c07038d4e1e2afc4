#!/usr/bin/env python3
"""Writes test-vectors/whisper.json and the fuzz target's seeds in test-vectors/envelopes.

Sealed and opened by go-ethereum 1.9.20's whisper/whisperv6 (the program in interop/go, whose path is the argument). Sealing
is random, so each run writes other envelopes; what is in them is fixed.
"""

import json
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[3]
program = subprocess.Popen([sys.argv[1], "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(**request):
    program.stdin.write(json.dumps(request) + "\n")
    program.stdin.flush()
    return json.loads(program.stdout.readline())


private, signer, key = "5a42b4f15ff1a5da95d116442ce11a31e9020f562224bf60b1d8d3a99d90653d", "11" * 32, "42" * 32
P = 2**256 - 2**32 - 977
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = 3 * a[0] ** 2 * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope**2 - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def public(scalar):
    n, point, base = int(scalar, 16), None, G
    while n:
        if n & 1:
            point = add(point, base)
        base, n = add(base, base), n >> 1
    return "04%064x%064x" % point


def vectors():
    for symmetric in (False, True):
        for signed in (False, True):
            for length in (0, 1, 13, 186, 190, 254, 256, 1000):
                name = f"{'symmetric' if symmetric else 'asymmetric'}, {'signed' if signed else 'unsigned'}, {length}"
                payload = bytes((i * 7 + length) % 251 for i in range(length)).hex()
                sealed = ask(op="seal", payload=payload, topic="01020304", to="" if symmetric else public(private),
                             key=key if symmetric else "", **{"from": signer if signed else ""}, ttl=50, pow=0.001)
                assert sealed["ok"], sealed
                secret = {"key": key} if symmetric else {"private": private}
                opened = ask(op="open", envelope=sealed["envelope"], **secret)
                assert opened["ok"] and opened["payload"] == payload, opened
                yield {
                    "name": name, **secret, "payload": payload, "padding": opened["padding"],
                    "signer": public(signer) if signed else None, "hash": opened["hash"], "work_bits": opened["pow"],
                    "envelope": sealed["envelope"],
                }


def refused(vector):
    rlp = bytes.fromhex(vector["envelope"])
    head = 3 if rlp[0] == 0xF9 else 2
    yield "cut", rlp[:-1]
    yield "trailing byte", rlp + b"\0"
    yield "not a list", b"\xb8" + rlp[1:] if head == 2 else b"\xb9" + rlp[1:]
    yield "leading zero in the length", b"\xfa\0" + rlp[1:]
    # The expiry with a leading zero byte, and the list's length one more.
    body = b"\x85\0" + rlp[head + 1:]
    yield "leading zero in the expiry", b"\xf9" + len(body).to_bytes(2, "big") + body
    yield "another list around it", b"\xf9" + len(rlp).to_bytes(2, "big") + rlp
    for at in (40, len(rlp) - 30):
        yield f"changed byte {at}", rlp[:at] + bytes([rlp[at] ^ 1]) + rlp[at + 1:]


def main():
    good = list(vectors())
    bad = []
    for vector in good[2], good[18]:
        secret = {name: vector[name] for name in ("key", "private") if name in vector}
        for name, rlp in refused(vector):
            assert not ask(op="open", envelope=rlp.hex(), **secret)["ok"], name
            bad.append({"name": f"{vector['name']}: {name}", **secret, "envelope": rlp.hex()})
    source = "sealed, opened and refused by go-ethereum 1.9.20's whisper/whisperv6 (host/messaging/interop/vectors.py)"
    text = json.dumps({"source": source, "vectors": good, "refused": bad}, indent=1)
    (root / "test-vectors/whisper.json").write_text(text + "\n")

    seeds = root / "test-vectors/envelopes"
    seeds.mkdir(exist_ok=True)
    for old in seeds.iterdir():
        old.unlink()

    def seed(name, what, data):
        (seeds / name).write_bytes(bytes([what]) + data)

    for i in (2, 10, 18, 26):
        rlp = bytes.fromhex(good[i]["envelope"])
        seed(f"rlp-{i}", 0, rlp)
        seed(f"hex-{i}", 1, rlp.hex().encode() + b"\n")
    seed("rlp-small", 0, bytes.fromhex("cc01328401020304810505"))
    seed("json", 1, b'{"expiry":1700000000,"ttl":50,"topic":"0x01020304","data":"0x0102","nonce":"0x12"}\n')
    seed("lines", 1, b"0xcb0132840102030482050605\n\ncb0132840102030482050605\n")
    seed("public-key", 1, public(signer).encode())
    signature = bytes(31) + b"\1" + bytes(31) + b"\1" + b"\0"
    for what in (2, 3):
        iv = bytes(16) if what == 3 else b""
        seed(f"plain-{what}", what, iv + b"\1\2hi" + bytes(252))
        seed(f"empty-payload-{what}", what, iv + b"\0pad")
        seed(f"three-bytes-{what}", what, iv + b"\3\5\0\0hello")
        seed(f"signed-{what}", what, iv + b"\5\2hi" + bytes(20) + signature)
        seed(f"size-into-signature-{what}", what, iv + b"\7\0" + signature)
    seed("fields", 4, bytes(range(1, 40)))
    seed("message", 5, b"\1\0\1\2\3\4\5\0\0\0hello")
    seed("message-symmetric", 5, b"\1\1\1\2\3\4\5\0\0\0hello")
    program.stdin.close()
    program.wait()


main()
