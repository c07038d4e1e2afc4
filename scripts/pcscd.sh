#!/usr/bin/env bash
# A PC/SC service of a test's own: pcscd in a mount namespace, with vpcd readers on a free port or with none.
#
#   scripts/pcscd.sh [--no-reader] run COMMAND...   runs COMMAND under it and ends with COMMAND's status
#   scripts/pcscd.sh [--no-reader] serve            prints "ready SOCKET PORT", ends when standard input closes
#
# The command (or whoever reads the "ready" line) finds the service by
#   PCSCLITE_CSOCK_NAME   the daemon's socket, read by every PC/SC client
#   KEYFENCE_VPCD_PORT    where a card plugs in (--connect 127.0.0.1:PORT); the second reader is on PORT + 1
#   KEYFENCE_PCSCD_DIR    the daemon's folder: log, pid (for tests that end the service under a client)
# One entry in pcscd's configuration is two readers, "KF PORT 00 00" and "KF PORT 00 01" (PORT in decimal).
# The machine's own pcscd, if one runs, isn't touched; one of these runs at a time (others wait, 5 minutes at most).
set -euo pipefail

reader=1
if [[ ${1:-} == --no-reader ]]; then
  reader=
  shift
fi
mode=${1:-}
[[ $mode == serve || ($mode == run && $# -gt 1) ]] || {
  sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
shift

driver=/usr/lib/pcsc/drivers/serial/libifdvpcd.so
command -v pcscd >/dev/null || PATH=$PATH:/usr/sbin:/sbin
for need in pcscd unshare flock; do
  command -v "$need" >/dev/null || {
    echo "pcscd.sh: $need is not installed: scripts/prerequisites.sh" >&2
    exit 3
  }
done
[[ -z $reader || -e $driver ]] || {
  echo "pcscd.sh: $driver is not there: install vsmartcard-vpcd" >&2
  exit 3
}

exec 9>"${TMPDIR:-/tmp}/keyfence-pcscd.$(id -u).lock"
flock -w 300 9 || {
  echo "pcscd.sh: another one has been running for 5 minutes" >&2
  exit 3
}

dir=$(mktemp -d "${TMPDIR:-/tmp}/keyfence-pcscd.XXXXXX")
mkdir "$dir/run" "$dir/conf"
daemon=
finish() {
  if [[ -n $daemon ]]; then
    kill "$daemon" 2>/dev/null || true
    for _ in $(seq 50); do
      kill -0 "$daemon" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$daemon" 2>/dev/null || true
    wait "$daemon" 2>/dev/null || true
  fi
  rm -rf "$dir"
}
trap finish EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

# Starts the daemon with the configuration that is there. exec throughout: $daemon is pcscd itself.
start() {
  # shellcheck disable=SC2016 # the inner shell expands $1
  if [[ $(id -u) == 0 ]]; then
    unshare --mount sh -c '
      mkdir -p /run/pcscd && mount --bind "$1/run" /run/pcscd && exec pcscd --foreground --config "$1/conf"
    ' sh "$dir" >"$dir/log" 2>&1 9>&- </dev/null &
  else
    unshare --map-root-user --mount sh -c '
      mount -t tmpfs none /run && mkdir /run/pcscd && mount --bind "$1/run" /run/pcscd &&
      exec pcscd --foreground --config "$1/conf"
    ' sh "$dir" >"$dir/log" 2>&1 9>&- </dev/null &
  fi
  daemon=$!
  echo "$daemon" >"$dir/pid"
}

# Does our daemon itself listen on the port? (With the port taken by another it stays up without a reader.)
listens() {
  local inode fd
  while read -r inode; do
    for fd in /proc/"$daemon"/fd/*; do
      [[ $(readlink "$fd") == "socket:[$inode]" ]] && return 0
    done
  done < <(awk -v port="$(printf ':%04X' "$1")" \
    '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }' /proc/net/tcp /proc/net/tcp6)
  return 1
}

port=0
for _ in 1 2 3 4 5 6 7 8; do
  if [[ -n $reader ]]; then
    # Below the ephemeral ports, so that outgoing connections don't take it between choice and use.
    port=$((RANDOM % 11000 * 2 + 10000))
    # Not one that ends in 00: "00 00" is in the first reader's name alone.
    ((port % 100)) || port=$((port + 2))
    hex=$(printf '0x%04X' "$port")
    printf 'FRIENDLYNAME "KF %d"\nDEVICENAME /dev/null:%s\nLIBPATH %s\nCHANNELID %s\n' \
      "$port" "$hex" "$driver" "$hex" >"$dir/conf/vpcd"
  fi
  start
  up=
  for _ in $(seq 100); do
    kill -0 "$daemon" 2>/dev/null || break
    if [[ -S $dir/run/pcscd.comm ]] && { [[ -z $reader ]] || { listens "$port" && listens $((port + 1)); }; }; then
      up=1
      break
    fi
    sleep 0.05
  done
  [[ -n $up ]] && break
  kill "$daemon" 2>/dev/null || true
  wait "$daemon" 2>/dev/null || true
  [[ -n $reader ]] || break
done
[[ -n $up ]] || {
  echo "pcscd.sh: pcscd doesn't come up:" >&2
  cat "$dir/log" >&2
  exit 3
}

export PCSCLITE_CSOCK_NAME=$dir/run/pcscd.comm KEYFENCE_VPCD_PORT=$port KEYFENCE_PCSCD_DIR=$dir
if [[ $mode == serve ]]; then
  echo "ready $PCSCLITE_CSOCK_NAME $port"
  cat >/dev/null
else
  status=0
  "$@" 9>&- || status=$?
  exit "$status"
fi
