#!/usr/bin/env bash
# Prints the folder of the checkout's Python environment with scripts/requirements.txt in it; makes it when needed.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
env=$root/target/python
mkdir -p "$root/target"
exec 8>"$root/target/.python.lock"
flock -w 600 8
stamp=$(sha256sum <"$root/scripts/requirements.txt")
if [[ $(cat "$env/.stamp" 2>/dev/null) != "$stamp" ]]; then
  rm -rf "$env"
  python3 -m venv "$env" >&2
  timeout 600 "$env/bin/pip" install --quiet --disable-pip-version-check -r "$root/scripts/requirements.txt" >&2
  echo "$stamp" >"$env/.stamp"
fi
echo "$env"
