# Shared by the scripts of this folder: `source` it first. It stands in the repository's root afterwards, and the
# tools that setup.sh installs are on PATH.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

# Build tools of ours live here, outside the repository, shared by all clones.
TOOLS=${RUSSELL_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/russell-cloud-web}
export PATH="$TOOLS/bin:$ROOT/node_modules/.bin:$HOME/.cargo/bin:$PATH"

# Versions that were proved together. wasm-bindgen has to equal the one in Cargo.lock.
TRUNK_VERSION=0.21.14
BINDGEN_VERSION=0.2.130
SPLIT_VERSION=0.2.4
GECKODRIVER_VERSION=0.37.1

# say WORDS...: what happens now.
say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
# note WORDS...: a detail of it.
note() { printf '    %s\n' "$*" >&2; }
# die WORDS...: ends the script; each argument is a line.
die() {
  printf '\033[1;31merror:\033[0m %s\n' "$1" >&2
  shift
  for line in "$@"; do note "$line"; done
  exit 1
}

# timed WORDS COMMAND...: says the step before, its seconds after.
timed() {
  local words=$1 begin=$SECONDS
  shift
  say "$words"
  "$@"
  note "done in $((SECONDS - begin)) s"
}

# have COMMAND: whether it can be run.
have() { command -v "$1" >/dev/null 2>&1; }

# digest PATH...: one hash over the names and contents of all files at or below the paths that exist.
digest() {
  local path paths=()
  for path in "$@"; do
    if [ -e "$path" ]; then paths+=("$path"); fi
  done
  find "${paths[@]}" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64
}
