#!/usr/bin/env python3
"""What commands cost on the card: starts the simulator's jar, drives it over its socket, prints a Markdown table.

--write puts the table into docs/architecture.md, --check insists that it is what stands there.

The counts are the simulator's, of the applet's own calls; the host side is the Python of test-vectors/generator.
"""

import hashlib
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test-vectors" / "generator"))
import channel  # noqa: E402
import hd  # noqa: E402
import secp256k1 as ec  # noqa: E402

PAGE = ROOT / "docs" / "architecture.md"
JAR = os.environ.get("KEYFENCE_SIMULATOR", str(ROOT / "simulator/target/keyfence-simulator.jar"))
ARCHIVE = pathlib.Path(JAR).with_suffix(".jsa")
# As `keyfence sim start` does it.
JAVA = ["java", "-Xmx24m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xlog:disable",
        *([f"-XX:SharedArchiveFile={ARCHIVE}"] if ARCHIVE.exists() else []), "-jar", JAR]
PIN, PUK, SECRET = b"123456", b"123456789012", bytes(32)
WHISPER = "8000002b8000003c8000062d8000000000000000"
DATABASE = "8000002b8000003c8000062d8000000100000000"
WALLET = "8000002c8000003c800000000000000000000000"
SIBLING = "8000002c8000003c800000000000000000000001"
SELECT = bytes.fromhex("00A4040009A00000080400010101")


class Simulator:
    """A simulator process and a connection to it in vpcd's protocol."""

    def __init__(self, *options):
        self.started = time.monotonic()
        self.process = subprocess.Popen([*JAVA, "--listen", "0", *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().split()
        if line[:1] != ["ready"]:
            sys.exit("the simulator doesn't start")
        self.socket = socket.create_connection(("127.0.0.1", int(line[1])), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.frame(b"\x01", answer=False)

    def frame(self, data, answer=True):
        self.socket.sendall(len(data).to_bytes(2, "big") + data)
        if not answer:
            return None
        length = int.from_bytes(self.take(2), "big")
        return self.take(length)

    def take(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                sys.exit("the simulator closed the connection")
            data += more
        return data

    def control(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def resident(self):
        """Resident memory in MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def close(self):
        self.socket.close()
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Host:
    """Just enough of a host."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.costs = []

    def plain(self, apdu, sw=0x9000):
        answer = self.simulator.frame(apdu)
        assert answer[-2:] == sw.to_bytes(2, "big"), (apdu.hex(), answer.hex())
        return answer[:-2]

    def select(self):
        answer = self.plain(SELECT)
        at = answer.index(b"\x80\x41") + 2
        self.card = answer[at:at + 65]
        point = int.from_bytes(self.card[1:33], "big"), int.from_bytes(self.card[33:], "big")
        self.private = int.from_bytes(os.urandom(32), "big") % (ec.N - 1) + 1
        self.public = ec.uncompressed(ec.multiply(self.private))
        self.shared = ec.ecdh(self.private, point)

    def init(self):
        iv = os.urandom(16)
        data = b"\x41" + self.public + iv
        data += channel.aes_cbc(self.shared, iv, channel.pad(PIN + PUK + SECRET))
        self.plain(bytes([0x80, 0xFE, 0, 0, len(data)]) + data)

    def pair(self):
        answer = self.plain(b"\x80\x12\0\0\x20" + bytes(32))
        answer = self.plain(b"\x80\x12\1\0\x20" + hashlib.sha256(SECRET + answer[32:]).digest())
        self.slot, self.key = answer[0], hashlib.sha256(SECRET + answer[1:]).digest()

    def open(self):
        answer = self.plain(bytes([0x80, 0x10, self.slot, 0, 65]) + self.public)
        self.session = channel.Channel(
            *channel.session_keys(self.shared, self.key, answer[:32]), answer[32:])

    def send(self, ins, p1=0, p2=0, data=b"", sw=0x9000):
        apdu = self.session.wrap(0x80, ins, p1, p2, data)
        previous = self.session.iv
        answer = self.plain(apdu)
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
        decryptor = Cipher(algorithms.AES(self.session.encryption_key), modes.CBC(previous)).decryptor()
        plain = decryptor.update(answer[16:]) + decryptor.finalize()
        self.session.iv = answer[:16]
        plain = plain[:plain.rindex(b"\x80")]
        assert plain[-2:] == sw.to_bytes(2, "big"), (hex(ins), plain.hex())
        return plain[:-2]

    def count(self):
        return json.loads(self.simulator.control("counters"))


def median(values):
    return sorted(values)[len(values) // 2]


def without_last(page):
    """The page without the tables' last column: how deep calls go is a matter of the compiler, too."""
    return re.sub(r"^(\|.*\|)[^|]*\|$", r"\1", page, flags=re.M)


def main():
    starts, memory = [], []
    for _ in range(5):
        begin = time.monotonic()
        simulator = Simulator()
        simulator.frame(SELECT)
        starts.append(time.monotonic() - begin)
        memory.append(simulator.resident())
        simulator.close()
    simulator = Simulator()
    host = Host(simulator)
    rows = []

    def row(name, *commands):
        total = {}
        for command in commands:
            command()
            counted = {k: v for k, v in host.count().items() if isinstance(v, int)}
            for key, value in counted.items():
                peak = key in ("call_frames", "call_bytes")
                total[key] = max(total.get(key, 0), value) if peak else total.get(key, 0) + value
        rows.append((name, len(commands), total))

    def exporting(*paths):
        return [lambda p=p: host.send(0xC2, 1, 0, bytes.fromhex(p)) for p in paths]

    def signing(path):
        return lambda: host.send(0xC0, 1, 0, bytes(32) + bytes.fromhex(path))

    host.select()
    row("INIT", host.init)
    host.select()
    row("PAIR, both steps (second counted)", host.pair)
    row("open channel and authenticate", host.open, lambda: host.send(0x11, data=bytes(32)))
    row("VERIFY PIN", lambda: host.send(0x20, data=PIN))
    seed = hd.seed("test test test test test test test test test test test junk")
    row("LOAD KEY, seed", lambda: host.send(0xD0, 3, 0, seed))
    both = b"\5" + bytes.fromhex(WHISPER) + b"\5" + bytes.fromhex(DATABASE)
    row("export whisper and database key, two APDUs, first time", *exporting(WHISPER, DATABASE))
    row("the same again", *exporting(WHISPER, DATABASE))
    row("export whisper and database key, one APDU (P1=03)", lambda: host.send(0xC2, 3, 0, both))
    row("a refused export (m/44'/60'/0'/0/0)", lambda: host.send(0xC2, 1, 0, bytes.fromhex(WALLET), 0x6985))
    row("sign with m/44'/60'/0'/0/0, first time", signing(WALLET))
    row("the same path again", signing(WALLET))
    row("a sibling of it", signing(SIBLING))
    row("GET EXPORT POLICY, state", lambda: host.send(0xC9))
    simulator.close()

    columns = (("EC multiplications", "ec_multiplications"), ("ECDSA", "ecdsa_sign"),
               ("HMAC-SHA-512", "hmac_sha512"), ("persistent bytes", "persistent_bytes"),
               ("call chain, bytes", "call_bytes"))
    lines = []
    lines.append("| operation | APDUs | " + " | ".join(title for title, _ in columns) + " |")
    lines.append("|---" * (len(columns) + 2) + "|")
    for name, apdus, total in rows:
        lines.append(f"| {name} | {apdus} | " + " | ".join(str(total.get(key, "")) for _, key in columns) + " |")
    table = "\n".join(lines) + "\n"
    page = PAGE.read_text()
    head, rest = page.split("<!-- costs -->\n")
    tail = rest[rest.index("<!-- /costs -->"):]
    told = head + "<!-- costs -->\n" + table + tail
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(told)
    elif sys.argv[1:] == ["--check"] and without_last(page) != without_last(told):
        print(table + "isn't what docs/architecture.md says: scripts/costs.py --write", file=sys.stderr)
        sys.exit(1)
    print(table)
    print(f"Simulator: start to SELECT answered {median(starts) * 1000:.0f} ms (median of {len(starts)}; "
          f"{min(starts) * 1000:.0f} to {max(starts) * 1000:.0f}), resident {median(memory):.0f} MB after it.")


main()
