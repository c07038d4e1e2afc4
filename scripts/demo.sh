#!/usr/bin/env bash
# `make demo`: the story of README.md on simulated cards, with the real program; leaves nothing running and nothing behind.
# shellcheck source=scripts/common.sh
source "$(dirname "$0")/common.sh"

MNEMONIC=${MNEMONIC:-test test test test test test test test test test test junk}

if [[ -z ${KEYFENCE_DEMO_BUILT:-} ]]; then
  echo "Building (the first time takes a few minutes) ..."
  scripts/build.sh >"$logs/demo-build.log" 2>&1 </dev/null || {
    tail -n 40 "$logs/demo-build.log"
    exit 1
  }
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/keyfence-demo.XXXXXX")
# Nothing of the user's is read or written: neither pairings nor running cards.
export KEYFENCE_DATA_DIR=$work/data KEYFENCE_RUNTIME_DIR=$work/run
for name in $(compgen -e KEYFENCE_); do
  [[ $name == KEYFENCE_DATA_DIR || $name == KEYFENCE_RUNTIME_DIR ]] || unset "$name"
done
export KEYFENCE_SIMULATOR=$root/simulator/target/keyfence-simulator.jar
export KEYFENCE_PIN=123456 KEYFENCE_PUK=123456789012 KEYFENCE_PAIRING_PASSWORD="a password for pairing"
program=$root/target/debug/keyfence
cards=()
cleanup() {
  for card in "${cards[@]}"; do
    "$program" sim stop --name "$card" >/dev/null 2>&1 || true
  done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() {
  printf '\n# %s\n' "$*"
}
# expect STATUS ARGUMENTS...: runs the program as a person would see it, and insists on its exit code.
expect() {
  local wanted=$1 status=0
  shift
  printf '$ keyfence'
  local word
  for word; do
    [[ $word == *[!A-Za-z0-9_=.,:/-]* ]] && word="\"$word\""
    printf ' %s' "$word"
  done
  printf '\n'
  (cd "$work" && timeout 60 "$program" "$@" 2>&1 </dev/null) || status=$?
  if ((status != wanted)); then
    echo "-- exit code $status instead of $wanted" >&2
    exit 1
  fi
}
keyfence() {
  expect 0 "$@"
}

say "A blank card, in the simulator, is initialised, paired with this computer, and given the mnemonic"
echo "  \"$MNEMONIC\""
cards+=(demo)
keyfence sim start --name demo
keyfence --simulator=demo card init
keyfence --simulator=demo pairing add
KEYFENCE_MNEMONIC=$MNEMONIC keyfence --simulator=demo key load
keyfence --simulator=demo card info

say "The two keys that the default policy lets out"
keyfence --simulator=demo export whisper
keyfence --simulator=demo export whisper --public
keyfence --simulator=demo export database
keyfence --simulator=demo export database --public

say "A wallet key stays on the card, and the refusal says why; so does a key type of EIP-1581 that isn't in use yet"
expect 5 --simulator=demo export "m/44'/60'/0'/0/0"
expect 5 --simulator=demo export "m/43'/60'/1581'/2'/0"

say "Nothing stays behind"
for card in "${cards[@]}"; do
  keyfence sim stop --name "$card"
done
cards=()
keyfence sim status
