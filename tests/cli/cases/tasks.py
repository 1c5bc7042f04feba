"""status, info, logs, output, stop, delete: tasks while they run and after."""

from support import ID, check, equal, until, write

FRAME = "#" * 80


def run(lab, command):
    return lab.user.russell("run", command, want=ID).id()


def case_a_task_to_look_at(lab):
    lab.user.sign_in()
    lab.project = lab.user.create("project", "p")["id"]
    lab.user.russell("init", "--name", "p", want="initialized")
    write(lab.user.at("work") / "main.py", "print('名')\n")
    lab.task = run(lab, "python main.py; echo 1 > /output/model.txt")
    lab.user.ended(lab.task)


def case_status_shows_one_and_all_of_the_folder(lab):
    other = run(lab, "exit 3")
    lab.user.ended(other, "failed")
    lab.user.russell("status", lab.task, want=f"{lab.task} .*success .*cpu")
    lab.user.russell("status", want=[f"{lab.task} .*success", f"{other} .*failed"])
    lab.user.russell("init", "--name", "p", cwd="new", want="initialized")
    said = lab.user.russell("status", cwd="new")
    check(lab.task not in said, "another folder's tasks are not this one's")
    lab.user.russell("status", "0" * 32, want="not found", code=1)


def case_info_shows_everything(lab):
    want = [f"Run ID +{lab.task}", f"Output ID +{lab.task}", "Status +success", "Instance +cpu", r"Created +\w+"]
    lab.user.russell("info", lab.task, want=want)
    lab.user.russell("info", "0" * 32, want="not found", code=1)


def case_logs_are_printed(lab):
    want = [r"\[INFO\] \| Task submitted", FRAME, "(?m)^名$", r"\[success\] Finishing execution"]
    said = lab.user.russell("logs", lab.task, want=want)
    equal(said, lab.user.log(lab.task), "log")


def case_logs_of_a_running_task_end_with_it(lab):
    id = run(lab, "echo one; until [ -e /output/go ]; do sleep 0.1; done; echo two")
    lab.user.running(id)
    process = lab.user.command(["logs", id], "work")
    seen = b""
    while b"\none\n" not in seen:
        more = process.stdout.readline()
        check(more, f"the log ended early:\n{seen.decode()}")
        seen += more
    equal(lab.user.task(id)["state"], "running", "state")
    output = lab.backend.log.parent / "data/outputs" / id
    write(output / "go", "")
    rest, _ = process.communicate(timeout=30)
    check(b"\ntwo\n" in seen + rest and b"[success]" in rest, f"the rest is missing:\n{rest.decode()}")
    equal((seen + rest).decode(), lab.user.log(id), "log")
    equal(process.returncode, 0, "exit code")


def case_long_logs_are_cut(lab):
    id = run(lab, "seq 2000")
    lab.user.ended(id)
    want = ["-" * 80, "The log exceeds 1024 rows", f"russell logs {id} -O log.txt"]
    said = lab.user.russell("logs", id, want=want)
    check("\n1000\n" in said and "\n1100\n" not in said, "1024 lines are shown")


def case_logs_are_saved(lab):
    lab.user.russell("logs", lab.task, "-O", "log.txt", want=["log.txt saved", r"Length: \d+ Bytes"])
    equal((lab.user.at("work") / "log.txt").read_text(), lab.user.log(lab.task), "saved log")
    (lab.user.at("work") / "log.txt").unlink()


def case_logs_of_what_is_not_there(lab):
    lab.user.russell("logs", "0" * 32, want="there is no such task")
    lab.user.russell("logs", "0" * 32, "-O", "none.txt", want="404")
    check(not (lab.user.at("work") / "none.txt").exists(), "a file was written")


def case_output_links_to_the_files(lab):
    basic = lab.user.config("home/.russellconfig")["token"]
    link = f"{lab.user.url}/files/data/{lab.task}/?token={basic}"
    said = lab.user.russell("output", "-u", lab.task)
    equal(said.strip(), link, "link")
    lab.user.russell("output", lab.task, want=f"BROWSER-OPENS {lab.user.url}/files/data/{lab.task}/")
    equal(lab.user.files(lab.task), {"model.txt": b"1\n"}, "files of the output")


def case_a_running_task_is_stopped(lab):
    id = run(lab, "sleep 600")
    lab.user.running(id)
    lab.user.russell("delete", "-y", id, want="Stop it first")
    lab.user.russell("stop", id, want="shutdown request submitted")
    lab.user.ended(id, "stopped")
    lab.user.russell("stop", id, want="Experiment in stopped state cannot be stopped")
    lab.user.russell("stop", "0" * 32, want="not found", code=1)


def case_a_task_stopped_in_the_app_is_stopped_for_the_cli(lab):
    id = run(lab, "sleep 600")
    lab.user.running(id)
    process = lab.user.command(["logs", id], "work")
    lab.user.data(f"/api/v1/experiment/{id}?action=stop", "POST")
    out, _ = process.communicate(timeout=60)
    check(b"[stopped] Finishing execution" in out, f"the log does not tell:\n{out.decode()}")
    lab.user.russell("status", id, want=f"{id} .*stopped")


def case_a_waiting_task_is_stopped(lab):
    # The one slot of the gpu machine is taken.
    first = lab.user.russell("run", "--gpu", "sleep 600", want=ID).id()
    lab.user.running(first)
    second = lab.user.russell("run", "--gpu", "sleep 600", want=ID).id()
    lab.user.russell("status", second, want=f"{second} .*waiting")
    lab.user.russell("stop", second, want="shutdown request submitted")
    lab.user.ended(second, "stopped")
    lab.user.russell("stop", first, want="shutdown request submitted")
    lab.user.ended(first, "stopped")


def case_delete_asks_first_and_spares_the_code(lab):
    lab.user.russell("delete", lab.task, stdin="n\n", want="Aborted", code=1)
    equal(lab.user.task(lab.task)["state"], "success", "state")
    lab.user.russell("delete", lab.task, stdin="y\n", want="Experiment deleted")
    equal(lab.user.call(f"/api/v1/experiment/{lab.task}")[0], 517, "code of a deleted task")
    lab.user.russell("delete", "-y", lab.task, want="not found", code=1)
    (module,) = lab.user.versions("code", lab.project)
    equal(module["state"], "valid", "state of the code")


def case_another_users_tasks(lab):
    id = run(lab, "sleep 600")
    lab.user.running(id)
    bob = lab.another("bob")
    bob.sign_in()
    for command in ("status", "info", "stop", "output", "delete"):
        bob.russell(command, id, want="not found", code=1)
    bob.russell("logs", id, want="there is no such task")
    bob.russell("logs", id, "-O", "log.txt", want="404")
    equal(lab.user.task(id)["state"], "running", "state")
    lab.user.russell("stop", id, want="shutdown request submitted")
    until(lambda: lab.user.task(id)["state"] == "stopped", "the task has stopped")
