# What there is to do here; each target sees to its own prerequisites.
.PHONY: help build demo test lint format soak bench cap clean

help:
	@echo 'make demo    from a mnemonic to two keys on simulated cards, told step by step (MNEMONIC="...")'
	@echo 'make test    every test'
	@echo 'make lint    formatting, lints, licences of the dependencies'
	@echo 'make build   applet, simulator, command line'
	@echo 'make format  puts Rust and Java into the form that lint asks for'
	@echo 'make soak    the long runs'
	@echo 'make bench   figures'
	@echo 'make cap JC_HOME=<a Java Card kit>   the CAP file, verified'
	@echo 'make clean'

build:
	@scripts/build.sh

demo:
	@scripts/demo.sh

test:
	@scripts/test.sh

lint:
	@scripts/lint.sh

format:
	cargo fmt --all
	mvn --batch-mode --quiet spotless:apply

soak:
	@scripts/soak.sh

bench:
	@scripts/bench.sh

cap:
	@scripts/cap.sh

clean:
	rm -rf target applet/target simulator/target
