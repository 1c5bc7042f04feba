#!/usr/bin/env bash
# Everything that has to hold, in the order of its cost. A failure does not stop what comes after it; the last line
# sums what the runners counted.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scripts/setup.sh test || {
  echo "0 passed, 1 failed"
  exit 1
}
logs=$ROOT/target/test-logs
mkdir -p "$logs"
passed=0 failed=0 summary=() failing=()

# sum PATTERN FILE: the numbers that the pattern's group finds, added.
sum() { sed -nE "s/$1/\1/p" "$2" | awk '{ n += $1 } END { print n + 0 }'; }

# run NAME WORDS COMMAND...: one runner, its output shown and kept, its counts added. `cargo test` and the browser
# runner say "N passed; M failed", Playwright "N passed" and "N failed" on lines of their own, the cases of
# the CLI and of the description "N passed, M failed", Node's "# pass N". What fails without a count of failures is one failure.
run() {
  local name=$1 words=$2 log="$logs/$1.log" begin=$SECONDS code=0 ok bad
  shift 2
  say "$words"
  FORCE_COLOR=0 CARGO_TERM_COLOR=never "$@" 2>&1 | tee "$log" || code=${PIPESTATUS[0]}
  ok=$(($(sum '^test result: .* ([0-9]+) passed;.*' "$log") + $(sum '^ +([0-9]+) passed( \(.*)?$' "$log") +
    $(sum '^([0-9]+) passed, [0-9]+ failed$' "$log") + $(sum '^# pass ([0-9]+)$' "$log")))
  bad=$(($(sum '^test result: .* ([0-9]+) failed;.*' "$log") + $(sum '^ +([0-9]+) (failed|flaky|did not run|interrupted)$' "$log") +
    $(sum '^[0-9]+ passed, ([0-9]+) failed$' "$log") + $(sum '^# fail ([0-9]+)$' "$log")))
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  if [ "$bad" -gt 0 ]; then failing+=("$name"); fi
  passed=$((passed + ok)) failed=$((failed + bad))
  summary+=("$(printf '%-9s %5d passed %4d failed %5d s' "$name" "$ok" "$bad" $((SECONDS - begin)))")
}

# failures NAME: which tests failed and the first words of why, short enough for the end of a long log.
failures() {
  sed -nE \
    -e 's/^test (.*) \.\.\. FAILED$/\1/p' \
    -e 's/^thread .([^ ]+). .*panicked at ([^ ]+):$/\1 at \2/p' \
    -e 's/^  [0-9]+\) ([^─]*).*/\1/p' \
    -e 's/^    ((Timeout)?Error: .*|Test timeout of .*)/    \1/p' \
    -e 's/^    ((Expected|Received|Locator)[^:]*: .*)/    \1/p' \
    -e 's/^    (\+ +".*)/    \1/p' \
    -e 's/^(error(\[|:).*)/\1/p' \
    -e 's/^not ok [0-9]+ - (.*)/\1/p' \
    -e 's/^ *(FAIL(ED)?[ :].*)/\1/p' "$logs/$1.log" | awk '!seen[$0]++' | head -12 | cut -c1-200
}

browser_tests() {
  CHROMEDRIVER=$(command -v chromedriver) WASM_BINDGEN_USE_BROWSER=1 WASM_BINDGEN_TEST_TIMEOUT=120 \
    cargo test --locked --package russell-cloud-web --target wasm32-unknown-unknown --test '*' --no-fail-fast
}
built() {
  cat "$logs/release.log"
  return "$built"
}

# Beside what compiles one crate after another, or waits: two cores are busy then. What it says comes in its turn.
setsid bash -c 'scripts/build-web.sh && scripts/build-backend.sh' >"$logs/release.log" 2>&1 &
builder=$!
# Whoever interrupts the tests interrupts it too.
trap 'kill -- "-$builder" 2>/dev/null || true' EXIT

run lint "Formatting and clippy" scripts/lint.sh
run native "Native tests" cargo test --locked --workspace --no-fail-fast
run browser "Tests in Chromium" browser_tests
run packing "What the release build does to modules" node --test --test-reporter=tap tests/packing/*.test.mjs
run trunk "The build that trunk serve makes" trunk --log warn build --offline --dist target/dist-dev
before=$failed built=0
wait "$builder" || built=$?
run build "Release build" built
if [ "$failed" -eq "$before" ]; then
  run cli "The real russell-cli" tests/cli/run.py
  run openapi "The API against its description" tests/openapi/run.py
  run e2e "End-to-end tests" npm test --silent --prefix tests/e2e
else
  # An older build may lie there; what it passes says nothing.
  failed=$((failed + 3))
  summary+=("cli       not run: there is no build" "openapi   not run: there is no build" "e2e       not run: there is no build")
fi

say "Done in $((SECONDS / 60)) min $((SECONDS % 60)) s"
for name in "${failing[@]}"; do
  say "Failed in $name (all of it: target/test-logs/$name.log)"
  failures "$name" | sed 's/^/    /'
done
printf '    %s\n' "${summary[@]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
