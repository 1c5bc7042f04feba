#!/usr/bin/env python3
"""The acceptance test with the real russell-cli: every command, judged by what it says and by what the API shows then.

    tests/cli/run.py                  all cases
    tests/cli/run.py data project     the cases of these files

A file in cases/ is a row of functions `case_...`, run in their order; each takes the file's `Lab`. The binary is
target/release/russell-backend, or the one that RUSSELL_BACKEND names. The last line is `N passed, N failed`.
"""

import importlib
import sys
import tempfile
import time
import traceback
from pathlib import Path

from support import Backend, Failure, Lab, conclude, environment

FILES = ("account", "data", "project", "tasks", "clone", "modes")


def cases(module):
    return [(name, case) for name, case in vars(module).items() if name.startswith("case_")]


def run(lab, name, case):
    """Whether the case holds; what does not is told."""
    begin = time.monotonic()
    words = name.removeprefix("case_").replace("_", " ")
    why = []
    try:
        case(lab)
    except Failure as failure:
        why = str(failure).splitlines() + lab.said()
    except Exception:  # Whatever goes wrong in a case is that case's failure.
        why = traceback.format_exc().splitlines() + lab.said()
    verdict = "FAIL" if why else "ok"
    print(f"{verdict:4} {lab.name}: {words} ({time.monotonic() - begin:.1f} s)", flush=True)
    for line in why:
        print(f"     | {line}", flush=True)
    return not why


def main(names):
    unknown = set(names) - set(FILES)
    if unknown:
        sys.exit(f"there is no cases/{unknown.pop()}.py")
    python = environment()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="russell-cli-") as folder:
        backend = Backend(Path(folder))
        try:
            for file in names or FILES:
                lab = Lab(backend, python, file)
                try:
                    for name, case in cases(importlib.import_module(f"cases.{file}")):
                        if run(lab, name, case):
                            passed += 1
                        else:
                            failed += 1
                finally:
                    lab.remove()
        finally:
            backend.stop()
        return conclude(backend, passed, failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
