#!/usr/bin/env bash
# The release build of the backend: target/release/russell-backend.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

words="Building the backend in release mode"
if [ ! -x target/release/russell-backend ]; then words="$words (first time about 5 min on two cores)"; fi
timed "$words" cargo build --release --locked --quiet --package russell-backend
