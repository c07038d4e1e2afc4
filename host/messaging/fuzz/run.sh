#!/usr/bin/env bash
# Fuzzes what reads envelopes, for a bounded time: `host/messaging/fuzz/run.sh [SECONDS]` (30). Works with stable Rust:
# libFuzzer and the compiler's coverage counters, no sanitizer. Seeds are in test-vectors/envelopes; what it finds new
# is kept in target/fuzz, a crash too, and is reported by the exit code.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
seconds=${1:-30}
corpus=$root/target/fuzz/corpus
mkdir -p "$corpus" "$root/target/fuzz/crashes"
host=$(rustc -vV | sed -n 's/^host: //p')
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1"
# With --target the flags are the target's only: build scripts link no libFuzzer.
cargo build --release --locked --quiet --manifest-path "$here/Cargo.toml" --target "$host" --target-dir "$root/target/fuzz/build"
exec "$root/target/fuzz/build/$host/release/envelopes" "$corpus" "$root/test-vectors/envelopes" \
  -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=512 -print_final_stats=1 \
  -artifact_prefix="$root/target/fuzz/crashes/"
