#!/usr/bin/env python3
"""Every link of a Markdown page to a file of this checkout leads to one."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
pages = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
broken = 0
for name in pages.stdout.split():
    page = ROOT / name
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in link and not link.startswith("mailto:") and not (page.parent / link).exists():
            print(f"{name}: {link} isn't there", file=sys.stderr)
            broken += 1
sys.exit(1 if broken else 0)
