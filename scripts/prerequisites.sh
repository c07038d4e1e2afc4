#!/usr/bin/env bash
# Sees to what a target of the Makefile needs from the system: `scripts/prerequisites.sh build|test`.
#
# Missing Debian packages are installed when that is allowed (root, or sudo without a password);
# otherwise they are named, with the command to run, and the exit code is 1. The Rust toolchain, a JDK
# and Maven are asked for, never installed. What a thing is good for decides whether it is there, not
# the package's name: a Go or a Python from elsewhere is as welcome as Debian's.
set -euo pipefail

level=${1:-build}
[[ $level == build || $level == test ]] || {
  echo "usage: scripts/prerequisites.sh build|test" >&2
  exit 2
}
PATH=$PATH:/usr/sbin:/sbin

have() { command -v "$1" >/dev/null 2>&1; }

missing=()
need() { # PACKAGE TEST...
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}

python_headers() {
  python3 -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'
}
library() { pkg-config --exists "$1"; }

wanted() {
  missing=()
  need build-essential have cc
  need pkg-config have pkg-config
  need libpcsclite-dev library libpcsclite
  need libssl-dev library openssl
  [[ $level == test ]] || return 0
  need python3 have python3
  need python3-venv python3 -c 'import ensurepip, venv'
  need python3-dev python_headers
  need golang-go have go
  need pcscd have pcscd
  need vsmartcard-vpcd test -e /usr/lib/pcsc/drivers/serial/libifdvpcd.so
  need opensc have opensc-tool
  need sqlcipher have sqlcipher
  need shellcheck have shellcheck
  need git have git
}

# These are never installed from here.
tools=()
have cargo || tools+=("Rust (cargo; version 1.89 or later)")
have javac || tools+=("a JDK (javac; 17 or later)")
have mvn || tools+=("Maven (mvn)")
if ((${#tools[@]})); then
  echo "missing, please install:" >&2
  printf '  %s\n' "${tools[@]}" >&2
  exit 1
fi

wanted
((${#missing[@]})) || exit 0

command="apt-get install -y --no-install-recommends ${missing[*]}"
if ! have apt-get; then
  echo "missing, by their names on Debian: ${missing[*]}" >&2
  exit 1
fi
if [[ $(id -u) == 0 ]]; then
  as_root=()
elif have sudo && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  printf 'missing Debian packages; please run:\n  sudo %s\n' "$command" >&2
  exit 1
fi

echo "installing: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A pcscd of the package's would start as a service: tests start their own, an owner asks for his.
apt() {
  timeout 600 "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get "$@" >>"$log" 2>&1 </dev/null
}
if ! apt install -y --no-install-recommends "${missing[@]}" &&
  ! { apt update && apt install -y --no-install-recommends "${missing[@]}"; }; then
  tail -n 20 "$log" >&2
  printf 'that failed; by hand:\n  %s\n' "$command" >&2
  exit 1
fi
wanted
((${#missing[@]} == 0)) || {
  echo "installed, and still not found: ${missing[*]}" >&2
  exit 1
}
