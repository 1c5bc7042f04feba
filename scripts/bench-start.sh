#!/usr/bin/env bash
# How long `make serve` takes from a fresh clone to the page, and how long the second time: in a clone, with tools and
# npm packages of its own. Crates that were downloaded before are not downloaded again, and Debian's packages stay.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scratch=$(mktemp -d)
server=""
cleanup() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi
  rm -rf "$scratch"
}
trap cleanup EXIT
git clone --quiet "$ROOT" "$scratch/clone"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

# serve WORDS: runs `make serve` until the page is there, prints the seconds, ends it.
serve() {
  local words=$1 begin now log="$scratch/$1.log"
  begin=$(date +%s.%N)
  (cd "$scratch/clone" && exec env RUSSELL_TOOLS="$scratch/tools" setsid make serve PORT="$port" DATA="$scratch/data") >"$log" 2>&1 &
  server=$!
  until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/"; do
    if ! kill -0 "$server" 2>/dev/null; then
      tail -20 "$log" >&2
      die "make serve ended before the page was there"
    fi
    sleep 0.2
  done
  now=$(date +%s.%N)
  awk -v w="$words" -v b="$begin" -v n="$now" 'BEGIN { printf "%s run to the page: %.1f s\n", w, n - b }'
  # What each step took, as the script itself told it.
  awk '/==>/ { sub(/.*==>[^ ]* /, ""); step = $0 } /done in/ { print "  " step ": " $3 " s" }' "$log"
  kill -- "-$server"
  wait "$server" 2>/dev/null || true
  server=""
}
serve first
serve second
