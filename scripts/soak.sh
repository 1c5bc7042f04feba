#!/usr/bin/env bash
# The end-to-end tests again and again: what fails once in ten rounds is a fault, in the program or in the test.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scripts/setup.sh test
scripts/build-web.sh
scripts/build-backend.sh
for round in $(seq "${ROUNDS:-10}"); do
  timed "Round $round of ${ROUNDS:-10}" npm test --silent --prefix tests/e2e
done
