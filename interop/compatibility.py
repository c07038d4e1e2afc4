#!/usr/bin/env python3
"""Writes docs/compatibility.md from the outcomes that the clients recorded; --check compares instead."""

import json
import pathlib
import re
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "compatibility.md"
HEAD = """# Compatibility: clients that nobody here wrote

Written by `interop/run.sh`, that is, by the run itself: each client below, unmodified, spoke to the applet
in the simulator through a real pcscd and the vpcd virtual reader; what came back was compared with BIP-32,
BIP-39 and ECDSA implementations of the client's own language. `make test` repeats the run and fails when
this page says something else.

Left out: what a client offers for other cards (secure channel V2, Schnorr signatures) or for the card manager (loading and
installing applets: a simulated card has none).

Not claimed: that an app built on these clients works (none was tried), or that a physical card does.

*works*: the answer is right. *refused*: the card must refuse, with the status word given, and does (private
keys outside the export policy among them). *not in 3.2*: a command of other applet versions that the client
offers for any card; a 3.2 card doesn't know it, ours says so in the same way and the channel goes on.
*client's fault*: it does so with any card.
"""


def neutral(page):
    """The page without opensc-tool's version, which is the machine's."""
    return re.sub(r"## opensc-tool.*", "## opensc-tool", page)


def main():
    check, files = sys.argv[1] == "--check", sys.argv[2:]
    page, last, failed = HEAD, None, False
    for name in files:
        for line in pathlib.Path(name).read_text().splitlines():
            row = json.loads(line)
            if row["client"] != last:
                last = row["client"]
                page += f"\n## {last}\n\n| command | result |\n|---|---|\n"
            failed |= row["result"] == "FAILS"
            note = row["note"].replace("\n", " ").replace("|", "\\|").strip()
            page += f"| {row['command']} | {row['result']}{': ' + note if note else ''} |\n"
    if failed:
        print("a client failed: docs/compatibility.md is left as it was", file=sys.stderr)
        sys.exit(1)
    if not check:
        PAGE.write_text(page)
    elif not PAGE.exists() or neutral(PAGE.read_text()) != neutral(page):
        print("docs/compatibility.md isn't what was seen: run interop/run.sh", file=sys.stderr)
        sys.exit(1)
    count = page.count("| works") + page.count("| refused") + page.count("| not in 3.2") + page.count("| client's")
    print(f"{count} passed, 0 failed")


main()
