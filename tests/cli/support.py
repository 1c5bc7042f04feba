"""What the cases have in common: a backend, users with a home each, what the CLI says and what the API shows."""

import base64
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ENVIRONMENTS = ROOT / "deploy" / "environments.example.toml"
PASSWORD = "correct horse"
# An id at the beginning of a table's row.
ID = r"(?m)^([0-9a-f]{32}) "
# What the CLI must never say.
BROKEN = ("Traceback", "error from callback")


class Failure(Exception):
    """A check that did not hold, in words."""


def check(holds, words):
    if not holds:
        raise Failure(words)


def equal(found, wanted, what):
    check(found == wanted, f"{what}: found {found!r}, wanted {wanted!r}")


def until(condition, words, seconds=60):
    """What `condition` answers once it is true; asked again and again."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        check(time.monotonic() < end, f"after {seconds} s still not: {words}")
        time.sleep(0.1)


def lab():
    """The environment with JupyterLab and TensorBoard, which scripts/setup.sh makes; see tests/e2e/support/lab.ts."""
    requirements = ROOT / "tests/e2e/jupyter-requirements.txt"
    cache = os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")
    tools = Path(os.environ.get("RUSSELL_TOOLS", Path(cache) / "russell-cloud-web"))
    return tools / f"lab-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]}"


def environment(requirements=HERE / "requirements.txt"):
    """The Python with these packages; without a file, those of the CLI."""
    made = subprocess.run([ROOT / "scripts/venv.py", requirements], check=True, stdout=subprocess.PIPE, text=True)
    return made.stdout.strip()


def conclude(backend, passed, failed):
    """Tells the end of a run, with the backend's last words if anything failed; answers the exit code."""
    if failed:
        print("the backend's last words:")
        for line in backend.log.read_text().splitlines()[-30:]:
            print(f"     | {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


class Backend:
    """The real backend on a free port, with a data directory of its own."""

    def __init__(self, folder):
        binary = os.environ.get("RUSSELL_BACKEND", ROOT / "target/release/russell-backend")
        self.binary, self.data = binary, folder / "data"
        self.log = folder / "backend.log"
        environments = folder / "environments.toml"
        environments.write_text(f'{ENVIRONMENTS.read_text()}\n[[environment]]\nname = "lab"\npython = "{lab()}"\n')
        arguments = ["--data", folder / "data", "--port", "0", "--empty", "--environments", environments]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [binary, "serve", *arguments], stdout=subprocess.PIPE, stderr=log, start_new_session=True
            )
        line = self.process.stdout.readline().decode()
        found = re.search(r"listening on (http://\S+)", line)
        if not found:
            self.stop()
            raise Failure(f"the backend does not start:\n{self.log.read_text()}")
        self.url = found[1]

    def make_vip(self, name):
        """Gives a user what a free account does not have: private projects and datasets, and five tasks at once."""
        command = [self.binary, "account", "vip", name, "--data", self.data]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Said(str):
    """What a command printed."""

    def find(self, pattern):
        """The pattern's first group."""
        found = re.search(pattern, self)
        check(found, f"{pattern!r} is not in what the CLI said")
        return found[1]

    def id(self):
        """The id in the table that ends `run` and `data upload`."""
        return self.find(ID)


class User:
    """An account, with a home for the CLI's files and folders to work in."""

    def __init__(self, backend, python, folder, name):
        self.url, self.python, self.folder, self.name = backend.url, python, folder / name, name
        self.email = f"{name}@example.org"
        self.home = self.at("home")
        self.said = []
        self.processes = []
        body = {"username": name, "email": self.email, "password": PASSWORD}
        self.token = None
        self.token = self.data("/api/v1/user", "POST", body)["token"]
        backend.make_vip(name)

    def at(self, path):
        """A folder of the user's, made if it is not there."""
        folder = self.folder / path
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def basic(self):
        return base64.b64encode(f"{self.token}:".encode()).decode()

    # The API -----------------------------------------------------------------------------------

    def request(self, path, method="GET", body=None, headers=None):
        """Status, headers and bytes of an answer."""
        request = urllib.request.Request(self.url + path, method=method)
        if self.token:
            request.add_header("Authorization", f"Basic {self.basic}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        if body is not None:
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def call(self, path, method="GET", body=None):
        """Code and data of an envelope."""
        _, _, answer = self.request(path, method, body)
        envelope = json.loads(answer)
        return envelope["code"], envelope["data"]

    def data(self, path, method="GET", body=None):
        code, data = self.call(path, method, body)
        check(code == 200, f"{method} {path}: {code} {data}")
        return data

    def create(self, kind, name, permission=1):
        """A project or dataset of this user; answers it."""
        body = {"permission": permission, "default_env": "keras"}
        return self.data(f"/api/v1/{self.name}/{kind}/{name}", "PUT", body)

    def module(self, id):
        return self.data(f"/api/v1/module?id={urllib.parse.quote(id)}")

    def versions(self, kind, entity):
        """The versions of a project (`code`) or dataset (`data`), newest first."""
        return self.data(f"/api/v1/modules?module_type={kind}&entity_id={entity}")["list"]

    def task(self, id):
        return self.data(f"/api/v1/experiment/{id}")

    def ended(self, id, state="success"):
        """The task once it has ended, which has to be in this state."""
        last = ("success", "failed", "stopped")
        task = until(lambda: (task := self.task(id))["state"] in last and task, f"task {id} has ended")
        equal(task["state"], state, f"state of the task; its log:\n{self.log(id)}")
        return task

    def running(self, id):
        return until(lambda: (task := self.task(id))["state"] == "running" and task, f"task {id} runs")

    def log(self, id):
        status, _, log = self.request(f"/api/v1/experiment/{id}/log")
        equal(status, 200, "status of the log")
        return log.decode()

    def files(self, id):
        """What a version or an output holds: bytes by path."""
        found, folders = {}, [""]
        while folders:
            folder = folders.pop()
            listing = self.data(f"/api/v1/files/{id}?path={urllib.parse.quote(folder)}")
            equal(listing["total"], len(listing["list"]), "entries of one page")
            for entry in listing["list"]:
                path = f"{folder}/{entry['name']}".lstrip("/")
                if entry["kind"] == "dir":
                    folders.append(path)
                else:
                    query = urllib.parse.quote(path)
                    status, _, found[path] = self.request(f"/api/v1/files/{id}/raw?path={query}")
                    equal(status, 200, f"status of {path}")
        return found

    def filehash(self, kind, entity):
        return self.data(f"/api/v1/module/filehash?entity_id={entity}&module_type={kind}")

    # The CLI -----------------------------------------------------------------------------------

    def command(self, arguments, cwd):
        """Starts the CLI in a session without a terminal, so that its prompts read from the standard input."""
        settings = {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "RUSSELL_URL": self.url,
            "BROWSER": "echo BROWSER-OPENS %s",
            "PYTHONUNBUFFERED": "1",
            "PYTHONIOENCODING": "utf-8",
            "LANG": "C.UTF-8",
        }
        process = subprocess.Popen(
            [self.python, HERE / "compat.py", *arguments],
            cwd=self.at(cwd),
            env=settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def russell(self, *arguments, cwd="work", stdin="", want=(), code=0, broken=BROKEN, timeout=60):
        """One command to its end: what it says has to match all of `want`, as it exits with 0 on most failures."""
        process = self.command(arguments, cwd)
        try:
            out, _ = process.communicate(stdin.encode(), timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
            self.said.append((arguments, out.decode("utf-8", "replace")))
            raise Failure(f"russell {arguments[0]} does not end within {timeout} s") from None
        said = Said(out.decode("utf-8", "replace"))
        self.said.append((arguments, said))
        for pattern in [want] if isinstance(want, str) else want:
            check(re.search(pattern, said), f"the CLI does not say {pattern!r}")
        for pattern in broken:
            check(not re.search(pattern, said), f"the CLI says {pattern!r}")
        equal(process.returncode, code, "exit code")
        return said

    def sign_in(self):
        return self.russell("login", "-u", self.name, "-p", PASSWORD, want=f"Login Successful as {self.name}")

    def config(self, path):
        """One of the CLI's own files."""
        return json.loads((self.folder / path).read_text())


def tree(folder):
    """Files below a folder: bytes by path, without the CLI's record of the folder, which changes with each command."""
    files = (path for path in Path(folder).rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {path: content for path, content in found.items() if path not in (".russellexpt", ".russelldata")}


def same_files(found, folder):
    """That a version holds what is in the folder, byte for byte."""
    found = {path: content for path, content in found.items() if path not in (".russellexpt", ".russelldata")}
    wanted = tree(folder)
    equal(sorted(found), sorted(wanted), "files of the version")
    for path, content in wanted.items():
        check(found[path] == content, f"{path} differs from the one that was sent")


def write(path, content):
    """A file with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


class Lab:
    """What the cases of one file share: a folder and users, and whatever one case leaves for the next."""

    def __init__(self, backend, python, name):
        self.backend, self.python, self.name = backend, python, name
        self.folder = Path(tempfile.mkdtemp(prefix=f"russell-cli-{name}-"))
        self.users = []
        self.user = self.another("alice")

    def another(self, name):
        # The same backend serves all files: no name may come twice.
        user = User(self.backend, self.python, self.folder, f"{name}-{self.name}")
        self.users.append(user)
        return user

    def said(self):
        """The last words of each user's CLI, for whoever looks into a failure."""
        lines = []
        for user in self.users:
            for arguments, said in user.said[-1:]:
                lines.append(f"{user.name}$ russell {' '.join(arguments)}")
                lines.extend(said.splitlines()[-15:])
        return lines

    def remove(self):
        """Ends what a case that failed has left, and removes the folder."""
        for process in (process for user in self.users for process in user.processes):
            if process.poll() is None:
                process.kill()
                process.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)
