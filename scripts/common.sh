# shellcheck shell=bash
# For the other scripts: where things are, and stages with a name, a time limit, a log and a line at the end.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
logs=$root/target/logs
mkdir -p "$logs"
# shellcheck disable=SC2034 # the other scripts use it
mvn_quiet=(mvn --batch-mode --no-transfer-progress)

# The lines of a log that tell what was tested: what cargo test, Surefire, pytest, go test and our scripts close with.
counts() {
  grep -E '^test result: |Tests run: [0-9]+, .*Time elapsed|^(=+ )?[0-9]+ passed|^ok  |passed, [0-9]+ failed' "$1" || true
}

# stage NAME LIMIT_SECONDS COMMAND...: runs it into target/logs/NAME.log and says how it went.
stage() {
  local name=$1 limit=$2 status=0 start=$SECONDS
  shift 2
  timeout --kill-after=20 "$limit" "$@" >"$logs/$name.log" 2>&1 </dev/null || status=$?
  local took=$((SECONDS - start))
  if ((status == 0)); then
    counts "$logs/$name.log"
    printf '== %s: ok, %d s\n' "$name" "$took"
    printf '%-24s %5d s\n' "$name" "$took" >>"$logs/times"
    return 0
  fi
  printf -- '-- %s failed (exit %d%s) after %d s; the end of its log (all of it: %s)\n' "$name" "$status" \
    "$( ((status == 124)) && echo ': out of time')" "$took" "${logs#"$root"/}/$name.log"
  tail -n "${KEYFENCE_LOG_LINES:-200}" "$logs/$name.log"
  printf '== %s: FAILED\n' "$name"
  echo "$name" >>"$logs/failed"
  return "$status"
}

begin() {
  rm -f "$logs/times" "$logs/failed"
  touch "$logs/times"
}

# The last word of a run: the stages' times, and which failed.
finish() {
  echo "-- times (stages run side by side)"
  cat "$logs/times"
  printf '%-24s %5d s\n' "in all" "$SECONDS"
  if [[ -s $logs/failed ]]; then
    echo "FAILED: $(paste -sd' ' "$logs/failed")"
    exit 1
  fi
}
