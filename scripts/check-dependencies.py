#!/usr/bin/env python3
"""docs/dependencies.md names every direct dependency, with a reason, and none that is gone."""

import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "dependencies.md"


def tracked(pattern):
    out = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in out.stdout.split()]


def cargo():
    metadata = json.loads(subprocess.run(
        ["cargo", "metadata", "--no-deps", "--format-version", "1", "--locked"],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    for package in metadata["packages"]:
        for dependency in package["dependencies"]:
            if dependency.get("path") is None:
                yield dependency["name"]
    # Fuzz targets are workspaces of their own.
    for manifest in tracked("*/fuzz/Cargo.toml"):
        section = re.search(r"^\[dependencies\]\n(.*?)(?=^\[|\Z)", manifest.read_text(), re.S | re.M)
        for line in (section.group(1) if section else "").splitlines():
            if "=" in line and "path" not in line:
                yield re.split(r"[\s.=]", line.strip())[0]


def maven():
    space = "{http://maven.apache.org/POM/4.0.0}"
    for pom in tracked("*pom.xml"):
        tree = ET.parse(pom)
        for kind in ("dependency", "plugin"):
            for element in tree.iter(space + kind):
                group = element.findtext(space + "groupId") or ""
                if group != "keyfence":
                    yield element.findtext(space + "artifactId")


def python():
    for line in (ROOT / "scripts" / "requirements.txt").read_text().splitlines():
        name = re.split(r"[=<>\s#]", line, maxsplit=1)[0]
        if name:
            yield name


def go():
    for mod in tracked("*go.mod"):
        for line in mod.read_text().splitlines():
            found = re.match(r"\s*(?:require )?([\w./-]+\.[\w./-]+) v", line)
            if found and "// indirect" not in line:
                yield found.group(1)


used = set(cargo()) | set(maven()) | set(python()) | set(go())
named = set(re.findall(r"^\| `([^`]+)`", PAGE.read_text(), re.M))
for name in sorted(used - named):
    print(f"docs/dependencies.md doesn't name {name}, which is used", file=sys.stderr)
for name in sorted(named - used):
    print(f"docs/dependencies.md names {name}, which isn't used", file=sys.stderr)
sys.exit(1 if used != named else 0)
