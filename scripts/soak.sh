#!/usr/bin/env bash
# What takes too long for `make test`; ends at the first failure. All of it, or with PARTS="..." some of:
#   rounds   the end-to-end tests ROUNDS times (default 10): what fails once in ten rounds is a fault, in the program or in the test
#   large    uploads as large as promised: 20 interruptions, 100,000 files, 5 GiB in one file (12 GB of disk in TMPDIR)
#   log      two million lines printed at full speed, followed and searched over ten cut connections, and compared one by one
#   firefox  uploads in Firefox, where that and geckodriver are there
# RUSSELL_SEED repeats what was left to chance in a run.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

parts=${PARTS:-rounds large log firefox}
for part in $parts; do
  case $part in
    rounds | large | log | firefox) ;;
    *) die "no part of the soak: $part" "PARTS takes some of: rounds large log firefox" ;;
  esac
done

# chosen PART: whether it is to be run.
chosen() { [[ " $parts " == *" $1 "* ]]; }

rounds() {
  local round
  for round in $(seq "${ROUNDS:-10}"); do
    timed "Round $round of ${ROUNDS:-10} of the end-to-end tests" npm test --silent --prefix tests/e2e
  done
}

large() {
  timed "Large uploads in Chromium (a quarter of an hour on two cores, 12 GB in ${TMPDIR:-/tmp})" env RUSSELL_SOAK=1 \
    npm test --silent --prefix tests/e2e -- soak.spec --project mouse --workers 1
}

long_log() {
  timed "A log of two million lines in Chromium (minutes)" env RUSSELL_SOAK=1 \
    npm test --silent --prefix tests/e2e -- log.spec --project mouse --workers 1 --grep "full speed"
}

in_firefox() {
  local missing=()
  have firefox || have firefox-esr || missing+=(Firefox)
  have geckodriver || missing+=(geckodriver)
  if [ "${#missing[@]}" -gt 0 ]; then
    say "Not run: uploads in Firefox. Missing here: ${missing[*]}"
    return
  fi
  timed "Uploads in Firefox (minutes)" env RUSSELL_SOAK=1 npm run firefox --silent --prefix tests/e2e
}

if chosen firefox; then scripts/setup.sh soak; else scripts/setup.sh test; fi
scripts/build-web.sh
scripts/build-backend.sh
if chosen rounds; then rounds; fi
if chosen large; then large; fi
if chosen log; then long_log; fi
if chosen firefox; then in_firefox; fi
say "The soak is over: $parts"
