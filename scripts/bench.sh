#!/usr/bin/env bash
# Measures: `make bench NAME=first-load`, `lighthouse`, `route-change`, `lists`, `upload`, `small`, `again`, `big`, `start`,
# `cli-upload`, `incremental`, `tasks`, `log`, `diff`, `metrics`, `log-viewer` or `charts`. Prints figures, ratios and the machine. FILES, LINES and RUSSELL_ROUNDS change how much
# is measured.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

name=${1:-}
machine() {
  echo "machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)," \
    "$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r)," \
    "load $(cut -d' ' -f1 /proc/loadavg)"
}
case $name in
  first-load | lighthouse | route-change | lists | upload | small | again | big | log-viewer | charts)
    scripts/setup.sh bench
    scripts/build-web.sh
    scripts/build-backend.sh
    say "Measuring $name"
    machine
    echo "browser: $(chromium --version 2>/dev/null)"
    if [ "$name" = lists ]; then cargo bench --quiet -p russell-backend --bench service -- lists; fi
    npm run --silent --prefix tests/e2e bench -- "/$name.bench"
    ;;
  start)
    machine
    scripts/bench-start.sh
    ;;
  cli-upload | incremental | tasks)
    machine
    cargo bench --quiet -p russell-backend --bench service -- "$name"
    ;;
  log)
    machine
    cargo bench --quiet -p russell-engine --features search --bench log
    ;;
  diff)
    machine
    cargo bench --quiet -p russell-engine --features search --bench diff
    ;;
  metrics)
    machine
    cargo bench --quiet -p russell-engine --features metrics --bench metrics
    ;;
  *) die "which? make bench NAME=first-load, lighthouse, route-change, lists, upload, small, again, big, start, cli-upload, incremental, tasks, log, diff, metrics, log-viewer or charts" ;;
esac
