#!/usr/bin/env bash
# Formatting and clippy, for the machine and for the browser, with and without the pages as chunks.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

wasm=(--locked --quiet --package russell-cloud-web --all-targets --target wasm32-unknown-unknown)
cargo fmt --all --check
cargo clippy --locked --quiet --workspace --all-targets -- -D warnings
cargo clippy "${wasm[@]}" -- -D warnings
cargo clippy "${wasm[@]}" --features split -- -D warnings
npm run --silent --prefix tests/e2e check
