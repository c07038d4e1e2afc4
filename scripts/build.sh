#!/usr/bin/env bash
# `make build`: the applet's and the simulator's jars, the command line (target/debug/keyfence).
# shellcheck source=scripts/common.sh
source "$(dirname "$0")/common.sh"
scripts/prerequisites.sh build
"${mvn_quiet[@]}" --quiet -DskipTests package
cargo build --workspace --locked
