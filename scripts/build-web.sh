#!/usr/bin/env bash
# The release build of the page into dist/: pages as chunks of their own, every module through wasm-opt, names with
# hashes so that they can be cached for a year, precompressed. Does nothing when no source has changed.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

work=$ROOT/target/web
stamp=$work/stamp
inputs=$(digest Cargo.toml Cargo.lock rust-toolchain.toml Trunk.toml build.rs index.html package-lock.json \
  api/Cargo.toml api/src engine/Cargo.toml engine/src src locales style public scripts/build-web.sh scripts/lib.sh scripts/web)
if [ -f dist/index.html ] && [ "$(cat "$stamp" 2>/dev/null)" = "$inputs" ]; then
  note "dist/ is up to date"
  exit
fi

build() {
  rm -rf "$work/stage" "$work/split" "$stamp"
  mkdir -p "$work"
  # The splitter needs relocations, which only this build carries. Erased components are a twentieth smaller, and
  # messages of panics need not tell where this machine keeps its crates.
  PATH="$ROOT/scripts/web:$PATH" \
    RUSSELL_WASM_BINDGEN="$TOOLS/bin/wasm-bindgen" RUSSELL_SPLIT_DIR="$work/split" \
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-Clink-args=--emit-relocs --cfg=erase_components --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=crates" \
    trunk --log warn build --release --offline --cargo-profile wasm-release --features split \
    --filehash false --dist "$work/stage"
  # Trunk makes styles small only together with the document and the scripts, which finish.mjs has to find as they are.
  for style in main frame; do
    sass --no-source-map --style=compressed "style/$style.scss" "$work/stage/$style.css"
  done
  node scripts/web/finish.mjs "$work/stage" "$work/split/app" "$work/dist"
  # dist/ is whole at every moment: a server may be reading from it.
  rm -rf dist.old
  if [ -d dist ]; then mv dist dist.old; fi
  mv "$work/dist" dist
  rm -rf dist.old
  echo "$inputs" >"$stamp"
}
timed "Building the page in release mode (first time about 4 min on two cores, then about a minute)" build
