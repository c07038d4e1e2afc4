#!/usr/bin/env python3
"""Puts what `make demo` really prints (standard input) into README.md, between its markers."""

import pathlib
import re
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "README.md"
out = sys.stdin.read()
out = out[out.index("\n# ") + 1:].rstrip()
page = PAGE.read_text()
head, rest = page.split("<!-- demo -->\n")
tail = rest[rest.index("<!-- /demo -->"):]
out = re.sub(r"[ \t]+$", "", out, flags=re.M)
PAGE.write_text(f"{head}<!-- demo -->\n```\n{out}\n```\n{tail}")
