#!/usr/bin/env python3
"""Sixteen simulated cards at once, each under 64 MB resident; and how long the first SELECT takes.

The start is measured against a bare JVM on the same machine at the same time, so that a busy machine changes both: a card
answers SELECT within 0.3 s where the JVM alone (`-version`) takes 0.05 s or less, on a slower machine within six times as
long as that takes.
"""

import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "python"))
from keyfence_simulator import JAVA_FLAGS, SimulatedCard, find_java  # noqa: E402

CARDS = 16
RESIDENT_KB = 64 * 1024
SELECT = "00a4040008a00000080400010101"
DESCRIPTION = ROOT / "examples" / "card.toml"
STARTS = 5
FIRST_SELECT_SECONDS = 0.3
# A JVM that prints its version, on a machine where a card is to answer within 0.3 s.
BARE_SECONDS = 0.05


def resident(card):
    for line in pathlib.Path(f"/proc/{card._process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise SystemExit("no VmHWM")


def fleet():
    cards = []
    try:
        for i in range(CARDS):
            cards.append(SimulatedCard(DESCRIPTION if i % 2 else None))
        answers = [card.transmit(SELECT) for card in cards]
        for _ in range(50):
            for card in cards:
                assert card.transmit(SELECT)[-2:] == b"\x90\x00"
        assert len(set(answers)) == CARDS, "cards that are alike"
        memory = [resident(card) for card in cards]
    finally:
        for card in cards:
            card.close()
    print(f"{CARDS} cards at once, resident {min(memory) // 1024} to {max(memory) // 1024} MB")
    assert max(memory) < RESIDENT_KB, "a card above 64 MB"


def first_select():
    bare, card = [], []
    for _ in range(STARTS):
        began = time.monotonic()
        subprocess.run([find_java(), *JAVA_FLAGS, "-version"], check=True, capture_output=True)
        bare.append(time.monotonic() - began)
        began = time.monotonic()
        started = SimulatedCard()
        started.transmit(SELECT)
        card.append(time.monotonic() - began)
        started.close()
    slower = max(1.0, statistics.median(bare) / BARE_SECONDS)
    print(f"first SELECT after {min(card):.2f} s (median {statistics.median(card):.2f}), "
          f"a bare JVM {min(bare):.2f} s (median {statistics.median(bare):.2f})")
    assert min(card) < FIRST_SELECT_SECONDS * slower, "SELECT takes too long"


fleet()
first_select()
print("simulator fleet: 2 passed, 0 failed")
