#!/usr/bin/env python3
"""Makes a virtual environment for exactly the packages of a requirements file, once for all clones.

Prints the Python of it:

    scripts/venv.py tests/cli/requirements.txt
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path


def environment(requirements):
    """The Python of the environment for this file; another content or another Python makes another environment."""
    digest = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()[:16]
    cache = os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")
    tools = Path(os.environ.get("RUSSELL_TOOLS", Path(cache) / "russell-cloud-web"))
    folder = tools / f"{requirements.resolve().parent.name}-venv-{digest}"
    tools.mkdir(parents=True, exist_ok=True)
    with (tools / "venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, stdout=sys.stderr)
            pip = [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, "--requirement", requirements], check=True, stdout=sys.stderr)
            (folder / "complete").touch()
    return folder / "bin" / "python"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: scripts/venv.py REQUIREMENTS")
    print(environment(Path(sys.argv[1])))
