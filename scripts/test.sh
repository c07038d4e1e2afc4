#!/usr/bin/env bash
# `make test`: everything that is tested, in two lanes for two cores, each stage bounded and logged (target/logs).
# shellcheck source=scripts/common.sh
source "$(dirname "$0")/common.sh"
scripts/prerequisites.sh test
begin

# First what the rest needs: both jars, and the Rust tests compiled.
prepare_java() {
  stage java-build 600 "${mvn_quiet[@]}" -DskipTests package
}
prepare_python() {
  stage python-environment 600 scripts/python-env.sh
}
prepare_java && prepare_python &
lane=$!
stage rust-build 2400 cargo test --workspace --all-targets --locked --no-run || finish
wait "$lane" || finish

# The Java tests on one core, the Rust tests and the rest on the other.
java_lane() {
  stage java-tests 1500 "${mvn_quiet[@]}" test || true
  stage simulator-coverage 300 simulator/coverage-check.sh || true
}
rust_lane() {
  stage rust-tests 1500 cargo test --workspace --locked || true
}
other_lane() {
  stage vectors 300 target/python/bin/python test-vectors/generator/generate.py --check || true
  stage costs 200 target/python/bin/python scripts/costs.py --check || true
  stage demo 600 scripts/test-demo.sh || true
  stage simulator-fleet 300 target/python/bin/python simulator/fleet-check.py || true
  stage simulator-pytest 300 target/python/bin/python -m pytest -q simulator/python || true
  stage simulator-job 300 target/python/bin/python simulator/docs-check.py --job || true
  stage fuzz-envelopes 900 host/messaging/fuzz/run.sh 20 || true
  # Clients that nobody here wrote, over a real pcscd.
  stage foreign-clients 400 interop/run.sh --check || true
}
java_lane &
rust_lane
other_lane
wait
finish
