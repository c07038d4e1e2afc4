#!/usr/bin/env python3
"""docs/simulator.md shows files as they are, and its CI job is run as it stands.

With --write the files' content is put into the page. With --job the steps of the job are run in an empty directory.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "simulator.md"
JOB = ROOT / "simulator" / "examples" / "ci-job.yml"
STEP_SECONDS = 300
SHOWN = re.compile(r"<!-- file: (\S+) -->\n```(\w+)\n(.*?)```\n", re.S)


def page():
    text = PAGE.read_text()
    shown = SHOWN.sub(lambda m: f"<!-- file: {m[1]} -->\n```{m[2]}\n{(ROOT / m[1]).read_text()}```\n", text)
    if "--write" in sys.argv:
        PAGE.write_text(shown)
    elif shown != text:
        sys.exit("docs/simulator.md shows a file as it no longer is: simulator/docs-check.py --write")
    print("docs/simulator.md: 1 passed, 0 failed")


def job():
    """Runs the lines after "run:", with the job's environment, as CI would."""
    text = JOB.read_text()
    environment = dict(os.environ, KEYFENCE_REPOSITORY=f"file://{ROOT}")
    environment.update(re.findall(r"^    (\w+): (\S+)$", text.split("  steps:")[0], re.M))
    steps = re.findall(r"^    - run: (.+)$", text, re.M)
    with tempfile.TemporaryDirectory() as directory:
        for name in ("KEYFENCE_SIMULATOR",):
            environment[name] = str(pathlib.Path(directory) / environment[name])
        for step in steps:
            print("+", step, flush=True)
            # The interpreter of this script is the one with pytest.
            environment["PATH"] = f"{pathlib.Path(sys.executable).parent}:{environment['PATH']}"
            subprocess.run(["bash", "-euo", "pipefail", "-c", step], cwd=directory, env=environment,
                           check=True, timeout=STEP_SECONDS)
    print(f"ci-job.yml: {len(steps)} passed, 0 failed")


if "--job" in sys.argv:
    job()
else:
    page()
