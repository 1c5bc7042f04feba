#!/usr/bin/env bash
# Installs what is missing to build the app (`setup.sh build`), also to test it (`setup.sh test`), that and to test it in
# Firefox (`setup.sh soak`), or also to measure it (`setup.sh bench`). Can be run again at any time: what is there already costs a second and no network.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

purpose=${1:-build}
case $purpose in
  build | test | soak | bench) ;;
  *) die "usage: scripts/setup.sh [build|test|soak|bench]" ;;
esac

need_basics() {
  have cc || die "no C compiler" "Install one, on Debian: apt-get install build-essential"
  have rustup || die "no rustup" "Install it from https://rustup.rs, then run this again."
  have node && have npm || die "no Node.js with npm" "Install Node.js 20 or newer, then run this again."
  local node_major
  node_major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$node_major" -ge 20 ] || die "Node.js $node_major is too old" "Install Node.js 20 or newer, then run this again."
  have python3 || note "no Python 3: everything builds, but the first environment for tasks is the machine's Python"
}

need_rust() {
  local channel target=wasm32-unknown-unknown
  channel=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml)
  if ! rustup run "$channel" rustc --version >/dev/null 2>&1; then
    timed "Installing Rust $channel (about a minute)" \
      rustup toolchain install "$channel" --profile minimal --component rustfmt,clippy --target "$target"
  fi
  if ! rustup target list --toolchain "$channel" --installed | grep -qx "$target"; then
    timed "Adding the Rust target $target (seconds)" rustup target add --toolchain "$channel" "$target"
  fi
}

# cargo_tool CRATE VERSION BINARY MINUTES FLAG...: a tool built from its source, once for all clones.
cargo_tool() {
  local crate=$1 version=$2 binary=$3 minutes=$4
  shift 4
  # Cargo keeps this list of what it has installed.
  if [ -x "$TOOLS/bin/$binary" ] && grep -q "^\"$crate $version " "$TOOLS/.crates.toml" 2>/dev/null; then return; fi
  # A tool runs for seconds: compiling it fast counts for more than its own speed. One target directory, so that
  # what the tools have in common is compiled once.
  timed "Compiling $crate $version (about $minutes min on two cores, once)" env \
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_STRIP=true CARGO_TARGET_DIR="$TOOLS/target" \
    cargo install "$crate" --version "$version" --root "$TOOLS" --force --quiet "$@"
}

need_tools() {
  local locked
  locked=$(grep -A1 '^name = "wasm-bindgen"$' Cargo.lock | sed -n 's/^version = "\(.*\)"/\1/p')
  [ "$locked" = "$BINDGEN_VERSION" ] ||
    die "Cargo.lock has wasm-bindgen $locked, the scripts install $BINDGEN_VERSION" "Make scripts/lib.sh and Trunk.toml say the same."
  # Neither TLS nor the look for updates: every tool that it would download comes from here.
  cargo_tool trunk "$TRUNK_VERSION" trunk 5 --locked --no-default-features
  # Not --locked: the lock file in that release names a crate version that cannot be had.
  cargo_tool wasm-bindgen-cli "$BINDGEN_VERSION" wasm-bindgen 2
  cargo_tool wasm_split_cli_support "$SPLIT_VERSION" wasm-split-cli 1 --features build-binary
  rm -rf "$TOOLS/target"
}

# npm_packages DIR: what its lock file names, if that has changed since the last time.
npm_packages() {
  local dir=$1 stamp="$1/node_modules/.installed"
  if [ "$(cat "$stamp" 2>/dev/null)" != "$(digest "$dir/package-lock.json")" ]; then
    timed "Installing npm packages of $dir (seconds)" npm ci --prefix "$dir" --no-audit --no-fund --loglevel=error
    digest "$dir/package-lock.json" >"$stamp"
  fi
}

# debian_packages NAME...: through apt, as root or with sudo. Fails with words where neither is possible.
debian_packages() {
  local root=()
  have apt-get || die "missing on this machine: $*" "Install them with the machine's own package manager, then run this again."
  if [ "$(id -u)" -ne 0 ]; then
    have sudo || die "missing on this machine: $*" "Ask an administrator to run: apt-get install $*"
    root=(sudo)
  fi
  say "Installing Debian packages: $* (a minute or two)"
  "${root[@]}" apt-get update -qq ||
    note "the package lists could not be renewed; trying with the ones at hand"
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
    die "apt-get could not install: $*" "Install them by hand, then run this again."
}

need_debian() {
  local missing=()
  have bwrap || missing+=(bubblewrap)
  if [ "$purpose" = test ] || [ "$purpose" = soak ]; then
    # Debian's Python cannot make virtual environments by itself.
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    have chromium || missing+=(chromium)
    have chromedriver || missing+=(chromium-driver)
    [ -x /usr/sbin/nginx ] || have nginx || missing+=(nginx-light)
    compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || missing+=(fonts-noto-cjk)
  fi
  if [ "${#missing[@]}" -eq 0 ]; then return; fi
  if [ "${missing[*]}" = bubblewrap ] && [ "$purpose" = build ]; then
    # Everything but running tasks works without it, and the backend says what is missing.
    (debian_packages bubblewrap) || note "going on without bubblewrap: tasks will be refused until it is installed"
  else
    debian_packages "${missing[@]}"
  fi
}

# JupyterLab and TensorBoard for the tests of task modes: a virtual environment for exactly these requirements and this
# Python, made once. tests/e2e/support/lab.ts looks for it under the same name.
need_lab() {
  local requirements=tests/e2e/jupyter-requirements.txt lab
  lab=$TOOLS/lab-$(sha256sum "$requirements" | cut -c1-16)
  if [ -e "$lab/complete" ]; then return; fi
  rm -rf "$lab"
  timed "Installing JupyterLab and TensorBoard for the tests (about a minute, 400 MB)" lab_packages "$lab" "$requirements"
  touch "$lab/complete"
}
lab_packages() {
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$2"
}

# Firefox and what drives it. Nothing but the part of the soak that uses them is left out without them.
need_firefox() {
  have firefox || have firefox-esr || (debian_packages firefox-esr) || note "going on without Firefox"
  cargo_tool geckodriver "$GECKODRIVER_VERSION" geckodriver 2 --locked || note "going on without geckodriver"
  rm -rf "$TOOLS/target"
}

need_basics
need_rust
need_tools
npm_packages .
need_debian
case $purpose in
  test | soak)
    npm_packages tests/e2e
    need_lab
    if [ "$purpose" = soak ]; then need_firefox; fi
    ;;
  bench)
    npm_packages tests/e2e
    npm_packages tests/e2e/bench
    ;;
esac
