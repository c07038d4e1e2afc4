#!/usr/bin/env python3
"""opensc-tool, as Debian has it, reads the ATR and both SELECT answers of a fresh card in a PC/SC reader."""

import json
import re
import subprocess
import sys
import time

KEYCARD = "00:A4:04:00:09:A0:00:00:08:04:00:01:01:01"
# A PIN, PUK and pairing secret aren't opensc-tool's business: it sees the card before INIT.


def tool(*arguments):
    run = subprocess.run(["opensc-tool", *arguments], capture_output=True, text=True, timeout=30)
    return run.stdout + run.stderr


def main():
    version = tool("--version").splitlines()[0]
    package = subprocess.run(["dpkg-query", "--show", "--showformat=${Version}", "opensc"],
                             capture_output=True, text=True).stdout
    found = re.search(r"\d+\.\d+(\.\d+)?", package or version)
    client = f"opensc-tool {found.group(0) if found else ''}".strip()
    deadline = time.monotonic() + 10
    while "Yes" not in tool("--list-readers") and time.monotonic() < deadline:
        time.sleep(0.2)
    failures = 0
    with open(sys.argv[1], "w") as results:
        def record(command, ok, note):
            nonlocal failures
            failures += not ok
            print(f"{command}: works" if ok else f"{command}: FAILS {note}".rstrip())
            results.write(json.dumps({"client": client, "command": command,
                                      "result": "works" if ok else "FAILS",
                                      "note": note if not ok else ""}) + "\n")

        atr = tool("--reader", "0", "--atr")
        name = b"keyfence-sim".hex(":")
        record("--atr", name in atr.lower(), atr)
        out = tool("--reader", "0", "--send-apdu", KEYCARD)
        answer = re.search(r"Received \(SW1=0x90, SW2=0x00\):\n((?:[0-9A-F]{2} ).*)", out, re.S)
        data = re.findall(r"^((?:[0-9A-F]{2} )+)", answer.group(1), re.M) if answer else []
        data = bytes.fromhex("".join(data))
        record("--send-apdu SELECT, not initialised", data[:3] == b"\x80\x41\x04" and len(data) == 67, out)
    sys.exit(1 if failures else 0)


main()
