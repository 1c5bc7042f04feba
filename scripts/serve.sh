#!/usr/bin/env bash
# From a fresh clone to a running service: installs what is missing, builds, serves. PORT and DATA choose the port
# and the data directory; more arguments go to `russell-backend serve`.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scripts/setup.sh build
scripts/build-web.sh
scripts/build-backend.sh
say "Serving on port ${PORT:-8080}, data in ${DATA:-data} (Ctrl+C ends it)"
exec target/release/russell-backend serve --data "${DATA:-data}" --web dist --port "${PORT:-8080}" "$@"
