#!/usr/bin/env bash
# `make bench`: what commands cost on the card, start times, and the messaging core beside others; figures go to standard output.
# shellcheck source=scripts/common.sh
source "$(dirname "$0")/common.sh"
scripts/prerequisites.sh test
python=$(scripts/python-env.sh)/bin/python
"${mvn_quiet[@]}" --quiet -DskipTests package
cargo build --workspace --locked --release --quiet

echo "## What commands cost on the card (counted by the simulator)"
echo
timeout 300 "$python" scripts/costs.py
echo
echo "## The program"
echo
timeout 120 "$python" - target/release/keyfence <<'PYTHON'
import subprocess, sys, time
times = []
for _ in range(60):
    begin = time.perf_counter()
    subprocess.run([sys.argv[1], "--version"], stdout=subprocess.DEVNULL, check=True)
    times.append((time.perf_counter() - begin) * 1000)
times = sorted(times[10:])
print(f"`keyfence --version`: {times[len(times) // 2]:.1f} ms (median of {len(times)}; "
      f"{times[0]:.1f} to {times[-1]:.1f}, process start included)")
PYTHON
echo
echo "## Messages"
echo
echo "Envelopes against go-ethereum 1.9.20's Whisper, the store against plain SQLite; each side in its own process, in turns, by"
echo "processor time on one core (writes by the clock), start-up left out."
echo
timeout 900 cargo bench --locked --quiet -p keyfence-messaging --bench figures
