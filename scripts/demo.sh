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
export KEYFENCE_AUTHORITY_PASSPHRASE="a passphrase for the authority"
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
  [[ -z ${input:-} ]] || printf '   # standard input: %s' "$input"
  printf '\n'
  (cd "$work" && timeout 120 "$program" "$@" 2>&1 <<<"${input:-}") || status=$?
  if ((status != wanted)); then
    echo "-- exit code $status instead of $wanted" >&2
    exit 1
  fi
}
keyfence() {
  expect 0 "$@"
}
# quiet ARGUMENTS...: for what the story needs and a person would have on the screen already.
quiet() {
  (cd "$work" && timeout 60 "$program" "$@" </dev/null)
}

file() { # NAME: standard input, shown, becomes a file of the demo
  tee "$work/$1" | sed "s/^/  /"
}

say "Who may change what leaves the card? A key of ours: the policy authority (its passphrase comes from the environment)"
keyfence authority new --out authority.age

say "A blank card, in the simulator, is initialised with that authority, paired with this computer, and given the mnemonic"
echo "# \"$MNEMONIC\""
cards+=(alice)
keyfence sim start --name alice
keyfence --simulator=alice card init --authority authority.pub
keyfence --simulator=alice pairing add --expect-authority "$(quiet authority show authority.pub | sed -n 's/^authority \([0-9a-f]*\).*/\1/p')"
KEYFENCE_MNEMONIC=$MNEMONIC keyfence --simulator=alice key load
keyfence --simulator=alice card info

say "The two keys that the default policy lets out"
keyfence --simulator=alice export whisper
keyfence --simulator=alice export whisper --public
keyfence --simulator=alice export database
keyfence --simulator=alice export database --public

say "A wallet key stays on the card, and the refusal says why; so does a key type of EIP-1581 that isn't in use yet"
expect 5 --simulator=alice export "m/44'/60'/0'/0/0"
expect 5 --simulator=alice export "m/43'/60'/1581'/2'/0"

say "A policy that opens the new key type: built, signed, applied to the card in use"
file notes.toml <<'TOML'
sequence = 1
[[rule]]
name = "Chat identity and database"
path = "m/43'/60'/1581'/[0'..1']/{1..6}"
reason = "EIP-1581"
[[rule]]
name = "Notes"
path = "m/43'/60'/1581'/[2']/{1..6}"
reason = "a new key type, on a card already out there"
TOML
keyfence policy build notes.toml --out notes.policy
keyfence policy sign notes.policy --key authority.age --out notes.signed
keyfence --simulator=alice policy apply notes.signed --source notes.toml --yes
keyfence --simulator=alice export "m/43'/60'/1581'/2'/0"

say "The next one takes it back; then the old one is a rollback: the program says so, and, unasked, the card itself"
file narrower.toml <<'TOML'
sequence = 2
[[rule]]
name = "Chat identity and database"
path = "m/43'/60'/1581'/[0'..1']/{1..6}"
reason = "EIP-1581"
TOML
keyfence policy build narrower.toml --out narrower.policy
keyfence policy sign narrower.policy --key authority.age --out narrower.signed
keyfence --simulator=alice policy apply narrower.signed --source narrower.toml --yes
expect 5 --simulator=alice policy apply notes.signed --yes
expect 5 --simulator=alice policy apply notes.signed --yes --unchecked
expect 5 --simulator=alice export "m/43'/60'/1581'/2'/0"

say "No authority opens a wallet: the floor refuses m/44'/60'/0', and m/44' from above, in the program and on the card"
file wallet.toml <<'TOML'
sequence = 3
[[rule]]
name = "Wallet"
path = "m/44'/60'/[0']/{0..6}"
reason = "must not work"
TOML
file above.toml <<'TOML'
sequence = 3
[[rule]]
name = "From above"
path = "m/[44']/{0}"
reason = "must not work either"
TOML
for greedy in wallet above; do
  expect 5 policy build $greedy.toml --out $greedy.policy
  keyfence policy build $greedy.toml --out $greedy.policy --unchecked
  keyfence policy sign $greedy.policy --key authority.age --out $greedy.signed
  expect 5 --simulator=alice policy apply $greedy.signed --yes --unchecked
done
expect 5 --simulator=alice export "m/44'/60'/0'/0/0"

say "What the two keys are for. Bob has a card too; Alice seals a message to him and signs it"
cards+=(bob)
keyfence sim start --name bob
keyfence --simulator=bob card init
keyfence --simulator=bob pairing add
keyfence --simulator=bob key generate
bob=$(quiet --simulator=bob export whisper --public)
bob=${bob#* }
input="Hello Bob" keyfence --simulator=alice message seal --to "$bob" --out envelope.hex

say "Bob opens it, sees that it is Alice, and it is in his encrypted store"
keyfence --simulator=bob message open --name Alice envelope.hex
keyfence --simulator=bob message list
keyfence --simulator=bob store status

say "A public chat"
input="Hello all" keyfence --simulator=alice message seal --chat status --out chat.hex
keyfence --simulator=bob message open --chat status chat.hex

say "Bob's store with Alice's card: refused, and left as it is"
store=$(quiet --json --simulator=bob store status)
store=$(sed -n 's/.*"file": *"\([^"]*\)".*/\1/p' <<<"$store" | head -n 1)
expect 7 --simulator=alice store status --store "$store"

say "Nothing stays behind"
for card in "${cards[@]}"; do
  keyfence sim stop --name "$card"
done
cards=()
keyfence sim status
