#!/usr/bin/env bash
# `make demo` as a stage of the tests: with an empty HOME, its keys those of the vectors, nothing left running.
# shellcheck source=scripts/common.sh
source "$(dirname "$0")/common.sh"

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
CARGO_HOME=${CARGO_HOME:-$HOME/.cargo}
export RUSTUP_HOME CARGO_HOME

simulators() {
  pgrep -f -- '-jar .*keyfence-simulator\.jar .*--detached' | sort || true
}
before=$(simulators)
out=$(env -u MNEMONIC HOME="$home" timeout 500 make --silent demo 2>&1) || {
  echo "$out"
  exit 1
}
echo "$out"

failed=0
while read -r name key; do
  grep -qx "$name $key" <<<"$out" || {
    echo "the demo doesn't print: $name $key" >&2
    failed=1
  }
done < <(python3 - <<'PYTHON'
import json
main = json.load(open("test-vectors/eip1581.json"))["vectors"][0]["main"]
for name in ("whisper", "database"):
    print(name, main[name]["private_key"])
    print(name, main[name]["public_key"])
PYTHON
)
# Others' simulators may come and go meanwhile: only the demo's own folder counts.
after=$(comm -13 <(echo "$before") <(simulators))
for pid in $after; do
  if tr '\0' ' ' <"/proc/$pid/environ" 2>/dev/null | grep -q "keyfence-demo\."; then
    echo "the demo left process $pid" >&2
    failed=1
  fi
done
((failed == 0)) && echo "1 passed, 0 failed"
exit "$failed"
