#!/usr/bin/env bash
# Clients that nobody here wrote, unmodified, over a real pcscd with the simulated card plugged into vpcd.
#
#   interop/run.sh           runs them all and rewrites docs/compatibility.md
#   interop/run.sh --check   runs them all; docs/compatibility.md must say what was seen
#
# Needs the simulator's jar, scripts/prerequisites.sh test and scripts/python-env.sh.
# shellcheck source=scripts/common.sh
source "$(dirname "$0")/../scripts/common.sh"

if [[ ${1:-} != inside ]]; then
  exec scripts/pcscd.sh run "$0" inside "${1:-}"
fi

jar=${KEYFENCE_SIMULATOR:-$root/simulator/target/keyfence-simulator.jar}
python=$(scripts/python-env.sh)
work=$(mktemp -d)
card=
unplug() {
  [[ -n $card ]] || return 0
  kill "$card" 2>/dev/null || true
  wait "$card" 2>/dev/null || true
  card=
  exec 7>&-
}
trap 'unplug; rm -rf "$work"' EXIT

# A fresh card in the first reader; the simulator ends when descriptor 7 closes, whatever happens to us.
plug() {
  unplug
  rm -f "$work/in"
  mkfifo "$work/in"
  java -Xmx64m -jar "$jar" --connect "127.0.0.1:$KEYFENCE_VPCD_PORT" <"$work/in" >"$work/card.log" 2>&1 &
  card=$!
  exec 7>"$work/in"
  for _ in $(seq 150); do
    grep -q '^ready' "$work/card.log" && break
    kill -0 "$card" 2>/dev/null || break
    sleep 0.1
  done
  grep -q '^ready' "$work/card.log" || {
    cat "$work/card.log"
    echo "the simulator doesn't start" >&2
    exit 1
  }
}

(cd interop/keycard-go && go build -trimpath -o "$work/keycard-go" .)

failed=0
echo "-- keycard (PyPI)"
plug
timeout 180 "$python/bin/python" interop/keycard_py.py "$work/1.jsonl" || failed=1
echo "-- keycard-go"
plug
timeout 180 "$work/keycard-go" "$work/2.jsonl" || failed=1
echo "-- opensc-tool"
plug
timeout 60 "$python/bin/python" interop/opensc_tool.py "$work/3.jsonl" || failed=1
unplug

"$python/bin/python" interop/compatibility.py "${2:-}" "$work"/[0-9].jsonl || failed=1
exit "$failed"
