#!/usr/bin/env bash
# `make soak`: the tests that have a longer form, in that form; KEYFENCE_SEED repeats a run.
# shellcheck source=scripts/common.sh
source "$(dirname "$0")/common.sh"
scripts/prerequisites.sh test
begin
export KEYFENCE_SOAK=1
stage java-build 600 "${mvn_quiet[@]}" -DskipTests package || finish
java_lane() {
  stage java-soak 14400 "${mvn_quiet[@]}" -Dkeyfence.soak=1 test || true
}
java_lane &
stage fuzz-envelopes 3600 host/messaging/fuzz/run.sh 1800 || true
stage rust-soak 14400 cargo test --workspace --locked --release || true
wait
finish
