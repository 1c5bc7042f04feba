#!/usr/bin/env python3
"""Whether the backend does what its description says: schemathesis asks every operation of openapi.json, without a
token and with one, and holds each answer against the description.

    tests/openapi/run.py              both rounds
    tests/openapi/run.py signed_in    one of them

The binary is target/release/russell-backend, or the one that RUSSELL_BACKEND names. EXAMPLES sets how many requests the
fuzzer makes to an operation (default 25), SEED another seed. A case is an operation in a round; the last line is
`N passed, N failed`.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "cli"))

from support import PASSWORD, Backend, User, check, conclude, environment, equal  # noqa: E402

EXAMPLES = os.environ.get("EXAMPLES", "60")
SEED = os.environ.get("SEED", "20260301")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
)
# The rounds, with the operations that one cannot ask, and why.
ITSELF = {"GET /api/v1/openapi.json": "schemathesis begins by reading it"}
ROUNDS = {
    "anonymous": ITSELF,
    "signed_in": ITSELF
    | {
        "DELETE /api/v1/token": "it would end the token of the round",
        "PUT /api/v1/user/password": "it would end the token of the round",
        "PUT /api/v1/user/email": "wrong passwords would slow down the sign-ins of the round",
    },
}
# Operations that cannot be seen to succeed, and why. All others have to succeed at least once in one of the rounds, or
# little was said of them.
UPGRADE = "schemathesis speaks no WebSocket: only the refusal of a plain request is tried"
NO_SUCCESS = {
    "GET /code/{id}/": UPGRADE,
    "GET /data/{id}/": UPGRADE,
    "GET /log/{id}/": UPGRADE,
    "GET /api/v1/experiment/stream/{id}": UPGRADE,
    "GET /api/v1/zip/{ticket}": "a ticket is used up by its first request: see backend/tests/it/zips.rs",
    "GET /api/v1/events": UPGRADE,
    "DELETE /api/v1/token": "only the round without a token asks it",
    "PUT /api/v1/user/password": "only the round without a token asks it",
    "PUT /api/v1/user/email": "only the round without a token asks it",
    "PUT /api/v1/user/avatar": "schemathesis makes up no pictures",
    "GET /api/v1/users/{user}/avatar": "nobody has a picture",
}


# What fills the parameters of an operation in most requests: names of lists that `furnish` makes.
FILLED = {
    "path.user": "users",
    "path.name": "names",
    "query.id": "versions",
    "query.entity_id": "entities",
    "query.project": "entities",
    "query.ids": "tasks",
    "query.metrics": "metrics",
    "query.path": "paths",
    "query.zone": "zones",
    "query.tags": "tags",
    "query.starred_by": "users",
    "query.forked_from": "entities",
    "header.Tus-Resumable": "protocols",
    "header.Upload-Offset": "offsets",
    "header.Upload-Length": "sizes",
    "header.Upload-Metadata": "metadata",
    "body.entity_id": "entities",
    "body.id": "versions",
    "body.module_id": "codes",
    "body.environment": "environments",
    "body.default_env": "environments",
    "body.mode": "modes",
    "body.days": "days",
    "body.instance_type": "instances",
    "body.params[*]": "params",
    "body.tags[*]": "tags",
    "body.data_ids[*]": "mounts",
    "body.ids[*]": "tasks",
    "body.files[*].path": "paths",
    "body.files[*].size": "sizes",
}
FILLED_BY_TAG = {
    "Clones": {"path.id": "projects"},
    "Tags, stars, forks, comments": {"path.id": "entities"},
    "Files": {"path.id": "trees"},
    "Tasks": {"path.id": "tasks"},
    "Logs": {"path.id": "tasks"},
    "Uploads of the app": {"path.id": "uploads"},
    "Billing": {"path.id": "orders"},
    "Notifications": {"path.id": "notifications"},
}
# What is deleted is not what the others ask for, and what is created is not there yet.
FILLED_BY_OPERATION = {
    "create_project": {"path.user": "owners", "path.name": "new_names"},
    "create_dataset": {"path.user": "owners", "path.name": "new_names"},
    "fork": {"path.id": "foreign"},
    "metric_patterns": {"path.id": "projects"},
    "set_metric_patterns": {"path.id": "projects", "body.patterns[*].pattern": "patterns"},
    "run": {"body.command": "commands"},
    "change_comment": {"path.id": "comments"},
    "delete_comment": {"path.id": "spare_comments"},
    "stop_task": {"path.id": "running"},
    "triage": {"path.id": "failed"},
    "delete_task": {"path.id": "spare_tasks"},
    "output_to_dataset": {"path.id": "outputs", "body.dataset_id": "datasets", "body.path": "tops"},
    "zip_ticket": {"path.id": "modules"},
    "find_files": {"path.id": "modules", "query.end": "ends"},
    "dataset_tasks": {"path.id": "datasets"},
    "dependents": {"path.id": "entities"},
    "change_project": {"path.user": "owners", "path.name": "changed_names"},
    "change_dataset": {"path.user": "owners", "path.name": "changed_names"},
    "restore": {"path.id": "trashed"},
    "delete_for_good": {"path.id": "trashed_for_good"},
    "delete_module": {"query.id": "spare_versions"},
    "delete_project": {"query.id": "spare_projects", "path.name": "spare_names"},
    "delete_dataset": {"query.id": "spare_datasets", "path.name": "spare_names"},
    "give_up_upload": {"path.id": "spare_uploads"},
    "create_order": {"body.product": "products", "body.amount": "prices", "body.pay_with": "payers"},
    "settle_order": {"body.amount": "prices", "body.outcome": "outcomes"},
    "end_token": {"path.id": "tokens"},
}
LIKELY = 0.85


def furnish(user, other):
    """A project and a dataset with a valid version each, a task and an open upload, and more of each to be deleted; of
    `other` what can be forked."""
    foreign = [other.create("project", "theirs", permission=0)["id"]]
    upload(other, "code", foreign[0])
    project = user.create("project", "digits", permission=0)["id"]
    dataset = user.create("dataset", "flowers", permission=0)["id"]
    code, data = upload(user, "code", project), upload(user, "data", dataset)
    mount = f"{data}:flowers"

    def start(command):
        task = {"module_id": code, "data_ids": [mount], "command": command, "environment": "python3"}
        return user.data("/api/v1/experiment/run", "POST", task)["id"]

    def comment():
        return user.data(f"/api/v1/entities/{project}/comments", "POST", {"body": "well done"})["id"]

    task, spare, written = start("cat train.py"), start("true"), start("echo 1 > /output/model")
    failed = start("python3 trian.py")
    user.ended(task), user.ended(spare), user.ended(written), user.ended(failed, "failed")

    def trashed(name):
        id = user.create("dataset", name)["id"]
        user.data(f"/api/v1/{user.name}/dataset/{name}", "DELETE")
        return id

    tokens = [user.data("/api/v1/user/tokens", "POST", {"name": "spare", "days": 1})["info"]["id"]]
    return {
        "users": [user.name, "anonymous"],
        "owners": [user.name],
        "new_names": [f"new-{n}" for n in range(20)],
        "names": ["digits", "flowers", "anonymous"],
        "projects": [project],
        "entities": [project, dataset],
        "codes": [code],
        "versions": [code, data, f"{user.name}/flowers/1"],
        "mounts": [mount],
        "environments": ["python3"],
        "modes": ["cli"],
        "instances": ["cpu_high"],
        "days": [1, 7],
        "tokens": tokens,
        "params": ["epochs:3"],
        "metrics": ["loss", "loss,a%2Cb"],
        "patterns": ["(?<value>[-0-9.]+) dB"],
        "sizes": [0, 3],
        "trees": [code, data, task],
        "paths": ["train.py"],
        "zones": ["0", "60,1774746000:120"],
        "tags": ["cnn"],
        "comments": [comment()],
        "spare_comments": [comment()],
        "tasks": [task],
        "running": [start("sleep 600")],
        "failed": [failed],
        "uploads": [begin(user, "data", dataset, size=1_000_000)],
        "protocols": ["1.0.0"],
        "offsets": [0],
        "metadata": [metadata(entity_id=dataset, module_type="data", filename="train.py")],
        "notifications": [entry["id"] for entry in user.data("/api/v1/notifications")["list"]],
        "outputs": [written],
        "commands": ["true"],
        "tops": [""],
        "foreign": foreign,
        "modules": [code, data],
        "datasets": [dataset],
        "ends": [".py"],
        "changed_names": [user.create("project", "changed")["name"], user.create("dataset", "changed")["name"]],
        "trashed": [trashed("restored")],
        "trashed_for_good": [trashed("gone")],
        "orders": [order(user, f"order-{n}") for n in range(3)],
        "products": ["cpu_10"],
        "prices": [700],
        "payers": ["provider"],
        "outcomes": ["paid"],
        "spare_names": ["spare"],
        "spare_projects": [user.create("project", "spare")["id"]],
        "spare_datasets": [user.create("dataset", "spare")["id"]],
        "spare_versions": [upload(user, "data", dataset)],
        "spare_tasks": [spare],
        "spare_uploads": [begin(user, "data", dataset, size=7)],
    }


def order(user, key):
    """An order that waits for its payment."""
    body = {"product": "cpu_10", "amount": 700, "pay_with": "provider", "key": key}
    return user.data("/api/v1/account/orders", "POST", body)["id"]


def metadata(**values):
    """As tus spells it: keys, and values in base 64."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def begin(user, kind, entity, size):
    """An upload of one file of this many bytes."""
    body = {"entity_id": entity, "module_type": kind, "files": [{"path": "train.py", "size": size}]}
    status, _, answer = user.request("/api/v1/uploads", "POST", body)
    equal(status, 201, "status of a new upload")
    return json.loads(answer)["data"]["id"]


def upload(user, kind, entity):
    """A valid version of one file."""
    id = begin(user, kind, entity, size=7)
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    # A text in JSON is a program in Python.
    status, _, _ = user.request(f"/api/v1/uploads/{id}", "PATCH", "hello", headers)
    equal(status, 204, "status of the bytes")
    return id


def settings(user, round, values):
    """The configuration of one round, in TOML, which spells texts and lists as JSON does."""
    lines = ["[generation]", 'database = "none"']
    if round == "signed_in":
        lines += [
            "[auth.openapi]",
            f'token = {{ username = {json.dumps(user.token)}, password = "" }}',
            f"password = {{ username = {json.dumps(user.name)}, password = {json.dumps(PASSWORD)} }}",
            f"file_server = {{ api_key = {json.dumps(user.basic)} }}",
        ]
    for name, list in values.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(list)}"]

    def filled(parameters):
        for parameter, name in parameters.items():
            lines.append(f'"{parameter}" = {{ dictionary = "{name}", probability = {LIKELY} }}')

    lines.append("[parameters]")
    filled(FILLED)
    # The first that fits counts.
    for key, groups in (("operation-id", FILLED_BY_OPERATION), ("tag", FILLED_BY_TAG)):
        for name, parameters in groups.items():
            lines += ["[[operations]]", f"include-{key} = {json.dumps(name)}", "[operations.parameters]"]
            filled(parameters)
    return "\n".join(lines) + "\n"


def ask(python, user, round, values, folder):
    """One round: its report, and the operations that answered with a success."""
    config, report, done = (folder / f"{round}{end}" for end in (".toml", ".json", ".done"))
    config.write_text(settings(user, round, values))
    command = [python.parent / "st", "--config-file", config, "--no-color", "run", f"{user.url}/api/v1/openapi.json"]
    command += ["--phases", "coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", SEED]
    command += ["--checks", ",".join(CHECKS), "--continue-on-failure", "--request-timeout", "30"]
    command += ["--suppress-health-check", "all", "--warnings", "off"]
    command += ["--report", "json", "--report-json-path", report]
    for operation, why in ROUNDS[round].items():
        print(f"{round}: {operation} is left out: {why}", flush=True)
        command += ["--exclude-name", operation]
    taught = {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "RUSSELL_DONE": str(done)}
    subprocess.run(command, cwd=folder, env=os.environ | taught)
    return json.loads(report.read_text()), set(json.loads(done.read_text()))


def described(user):
    """The operations by `METHOD address`, and whether a stranger may succeed with them."""
    _, _, text = user.request("/api/v1/openapi.json")
    document = json.loads(text)
    return {
        f"{method.upper()} {path}": {} in operation.get("security", document["security"])
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def verdict(round, operations, report, done):
    """How many operations hold, and how many do not; an error that no operation is named for counts as one."""
    asked = set(operations) - set(ROUNDS[round])
    bad = {operation for failure in report["failures"] for operation in failure["operations"]}
    if round == "anonymous":
        open_to_all = {operation for operation in done if not operations[operation]}
        for operation in sorted(open_to_all):
            print(f"FAIL {round}: {operation} succeeds, although it should ask who comes")
        bad |= open_to_all
    errors = sum(error["count"] for error in report["errors"])
    if not report["complete"] or report["operations"]["tested"] != len(asked):
        print(f"FAIL {round}: not every operation was asked")
        errors += 1
    return len(asked - bad), len(bad) + errors


def main(rounds):
    unknown = set(rounds) - set(ROUNDS)
    if unknown:
        sys.exit(f"there is no round {unknown.pop()}")
    python = Path(environment(HERE / "requirements.txt"))
    passed, failed, done = 0, 0, set(NO_SUCCESS) | set(ITSELF)
    with tempfile.TemporaryDirectory(prefix="russell-openapi-") as folder:
        folder = Path(folder)
        backend = Backend(folder)
        try:
            user = User(backend, None, folder, "alice")
            values = furnish(user, User(backend, None, folder, "bob"))
            operations = described(user)
            for round in rounds or ROUNDS:
                report, succeeded = ask(python, user, round, values, folder)
                good, bad = verdict(round, operations, report, succeeded)
                passed, failed, done = passed + good, failed + bad, done | succeeded
            for operation in sorted(set(operations) - done) if not rounds else ():
                print(f"FAIL {operation} never succeeds")
                failed += 1
        finally:
            backend.stop()
        return conclude(backend, passed, failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
