"""Simulated Keyfence cards for tests in Python: a class, and fixtures for pytest.

Needs Java 17 or later and the simulator's jar: in KEYFENCE_SIMULATOR, or in this checkout.
In a conftest.py: ``pytest_plugins = ["keyfence_simulator"]``.
"""

import itertools
import json
import os
import pathlib
import queue
import shutil
import socket
import subprocess
import threading

import pytest

START_SECONDS = 60
ANSWER_SECONDS = 60
JAVA_FLAGS = ["-Xmx24m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xlog:disable"]


class PowerLost(Exception):
    """The card lost its power during the command and gave no answer."""


class SimulatorError(Exception):
    """The simulator didn't start, or refused a control line."""


def find_jar():
    """The simulator's jar: KEYFENCE_SIMULATOR, or simulator/target in the checkout that this file is in."""
    named = os.environ.get("KEYFENCE_SIMULATOR")
    jar = pathlib.Path(named or pathlib.Path(__file__).parent.parent / "target" / "keyfence-simulator.jar")
    if not jar.is_file():
        raise SimulatorError(f"no simulator at {jar}: set KEYFENCE_SIMULATOR")
    return jar


def find_java():
    home = os.environ.get("JAVA_HOME")
    java = pathlib.Path(home) / "bin" / "java" if home else shutil.which("java")
    if not java:
        raise SimulatorError("no Java: set JAVA_HOME")
    return str(java)


class SimulatedCard:
    """A card in a process of its own. Use it in a ``with`` statement, or call ``close``.

    description: a file in TOML or JSON, or a dict that is written out as JSON (docs/simulator.md).
    options: what else the simulator takes, for instance ``"--state", path``.
    """

    def __init__(self, description=None, *options, seed=None, directory=None):
        jar = find_jar()
        archive = jar.with_suffix(".jsa")
        flags = JAVA_FLAGS + ([f"-XX:SharedArchiveFile={archive}"] if archive.is_file() else [])
        arguments = ["--listen", "0", *map(str, options)]
        if isinstance(description, dict):
            if directory is None:
                raise ValueError("a description as a dict needs a directory to be written to")
            file = pathlib.Path(directory) / "card.json"
            file.write_text(json.dumps(description))
            description = file
        if description is not None:
            arguments += ["--card", str(description)]
        if seed is not None:
            arguments += ["--seed", str(seed)]
        self._process = subprocess.Popen(
            [find_java(), *flags, "-jar", str(jar), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._lines = queue.Queue()
        threading.Thread(target=self._read_lines, daemon=True).start()
        self._socket = None
        line = self._line(START_SECONDS)
        if not line.startswith("ready "):
            errors = self._process.stderr.read()
            self.close()
            raise SimulatorError(errors.strip() or f"unexpected line {line!r}")
        self.port = int(line.split()[1])
        self._connect()

    def _read_lines(self):
        for line in self._process.stdout:
            self._lines.put(line.strip())
        self._lines.put("")

    def _line(self, seconds):
        try:
            return self._lines.get(timeout=seconds)
        except queue.Empty:
            self.close()
            raise SimulatorError(f"no answer within {seconds} s") from None

    def _connect(self):
        if self._socket:
            self._socket.close()
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _send(self, content):
        self._socket.sendall(len(content).to_bytes(2, "big") + content)

    def _take(self, count):
        data = b""
        while len(data) < count:
            more = self._socket.recv(count - len(data))
            if not more:
                self._connect()
                raise PowerLost
            data += more
        return data

    def _receive(self):
        return self._take(int.from_bytes(self._take(2), "big"))

    def transmit(self, command):
        """Sends a command (bytes or hexadecimal digits); returns data and status word as bytes."""
        self._send(bytes.fromhex(command) if isinstance(command, str) else bytes(command))
        return self._receive()

    def atr(self):
        """The answer to reset."""
        self._send(b"\x04")
        return self._receive()

    def reset(self):
        """Power off and on."""
        self._send(b"\x02")

    def control(self, line):
        """Sends a control line and returns its answer."""
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._line(ANSWER_SECONDS)
        if answer.startswith("error"):
            raise SimulatorError(answer)
        return answer

    def cut_power(self, write, inside=False):
        """Cuts the power at the n-th persistent write from now; inside: half way through it."""
        self.control(f"cut {write}" + (" inside" if inside else ""))

    def counters(self):
        """What the last command cost, by name."""
        return json.loads(self.control("counters"))

    def close(self):
        """Ends the card."""
        if self._socket:
            self._socket.close()
        try:
            self._process.stdin.close()
        except OSError:
            pass
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


@pytest.fixture
def start_card(tmp_path):
    """A function that starts cards, with SimulatedCard's arguments; they end with the test."""
    cards = []
    numbers = itertools.count()

    def start(description=None, *options, seed=None):
        directory = tmp_path / f"card{next(numbers)}"
        directory.mkdir()
        cards.append(SimulatedCard(description, *options, seed=seed, directory=directory))
        return cards[-1]

    yield start
    for card in cards:
        card.close()


@pytest.fixture
def simulated_card(start_card):
    """A fresh card as it leaves the issuer."""
    return start_card()
