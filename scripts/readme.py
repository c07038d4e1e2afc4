#!/usr/bin/env python3
"""Puts what `make demo` really prints (standard input) into README.md, between its markers."""

import pathlib
import re
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "README.md"
out = sys.stdin.read()
out = out[out.index("\n# ") + 1:].rstrip()
out = re.sub(r"[ \t]+$", "", out, flags=re.M)
out = re.sub(r"/\S*keyfence-demo\.\w+", "/tmp/demo", out)
start = out.index("# The two keys that")
excerpt = out[start:out.index("# A policy that opens")].rstrip()
page = PAGE.read_text()
head, rest = page.split("<!-- demo -->\n")
tail = rest[rest.index("<!-- /demo -->"):]
PAGE.write_text(
    f"{head}<!-- demo -->\n```\n{excerpt}\n```\n\n<details><summary>All of it: an authority, a policy applied, "
    f"a rollback refused, a message from Alice to Bob</summary>\n\n```\n{out}\n```\n</details>\n{tail}")
