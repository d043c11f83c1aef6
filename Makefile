# Each target is one visible command or two; what is more than that lives in crates/xtask or tests/.

.PHONY: run test check unit services clients bench bench-settled soak fuzz clean-tools
.DEFAULT_GOAL := run

CLIENTS := .tools/clients
SERVICES := .tools/services
TARGET := $(or $(CARGO_TARGET_DIR),target)
# cargo-nextest where it is installed, cargo's own runner elsewhere
RUNNER := $(shell cargo nextest --version >/dev/null 2>&1 && echo "nextest run" || echo "test")
# make run ARGS="--config my.yaml --port 5000"
ARGS ?= --port 4000

# The gateway on 127.0.0.1:4000 with SQLite in ./data, the built-in model, and every provider whose key stands in the environment.
run:
	@echo "Building Turnpike; the first time takes some minutes."
	cargo run --profile quick --package server --bin turnpike -- serve --host 127.0.0.1 $(ARGS)

# Everything: unit and integration tests, then real SDKs against the real binary.
test: unit clients

# With a PostgreSQL and a Redis that live as long as the tests; to run one of them in the same way, CONTRIBUTING.md.
unit: services
	$(TARGET)/debug/testkit-services -- cargo $(RUNNER) --workspace

# The servers, this machine's or fetched ones, and the program that starts them.
services:
	tests/services.sh $(SERVICES)
	cargo build --workspace --bin testkit-services

clients:
	cargo build --workspace --bins
	tests/setup.sh $(CLIENTS)
	$(CLIENTS)/venv/bin/python -B -m pytest tests

# Ratios to a bare proxy on the same HTTP stack; bench/README.md. make bench ARGS="--quick --only reply-64"
bench: ARGS :=
bench:
	cargo build --release --package server --package testkit --package bench --bins
	$(TARGET)/release/bench run $(ARGS)

# Calls settled a second on a PostgreSQL of its own, as a share of what it inserts alone.
bench-settled: services
	cargo build --release --package server --package testkit --package bench --bins
	$(TARGET)/debug/testkit-services -- $(TARGET)/release/bench run --normal-priority --only settled

# Four gateways, a thousand callers, kills at random, SEEDS (20) times over: no budget may be overspent.
soak: services
	TURNPIKE_SEEDS=$(or $(SEEDS),20) $(TARGET)/debug/testkit-services -- cargo $(RUNNER) --package server no_budget_is_overspent

# Each reader of crates/wire for FUZZ_SECONDS (300), on nightly Rust; where there is none, one line says so. make fuzz ARGS=stream
fuzz: ARGS :=
fuzz:
	fuzz/run.sh $(ARGS)

check:
	cargo fmt --all --check
	cargo xtask tidy
	cargo xtask deps
	cargo clippy --workspace --all-targets --quiet -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --quiet --document-private-items

clean-tools:
	rm -rf .tools
