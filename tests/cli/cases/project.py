"""init and run: projects, what of a folder becomes a version, and what a task is asked for."""

import re
import shutil

from support import ID, check, equal, same_files, write

SENT = ["Syncing code", "Start to send file", "Upload finished", "russell logs ", ID]


def run(lab, *arguments, want=(), **more):
    """Runs; answers the task's id and what was said."""
    said = lab.user.russell("run", *arguments, cwd="proj", want=[ID, "russell logs ", *want], **more)
    return said.id(), said


def output(lab, task):
    """What the task's command printed."""
    frame = "#" * 80 + "\n"
    return lab.user.log(task).split(frame)[1]


def versions(lab):
    return lab.user.versions("code", lab.project)


def case_init_by_name_and_by_id(lab):
    lab.user.sign_in()
    lab.project = lab.user.create("project", "tf-mnist")["id"]
    want = 'Project "tf-mnist" initialized'
    lab.user.russell("init", "--name", "tf-mnist", cwd="proj", want=want)
    equal(lab.user.config("proj/.russellexpt")["project_id"], lab.project, "id of the project")
    lab.user.russell("init", "--id", lab.project, cwd="proj", want=want)


def case_init_of_what_is_not_there(lab):
    lab.user.russell("init", cwd="none", want="Neither id or name offered")
    lab.user.russell("init", "--name", "none", cwd="none", want="not found")
    lab.user.russell("init", "--id", "0" * 32, cwd="none", want="not found")
    bob = lab.another("bob")
    public = bob.create("project", "public", permission=0)["id"]
    lab.user.russell("init", "--id", public, cwd="none", want="You can create a project")
    private = bob.create("project", "private")["id"]
    lab.user.russell("init", "--id", private, cwd="none", want="not found")
    check(not (lab.user.at("none") / ".russellexpt").exists(), "a folder was initialized")


def case_new_code_is_uploaded_and_run(lab):
    proj = lab.user.at("proj")
    write(proj / "train.py", "print('one')\n")
    write(proj / "sub/a.txt", "x\n")
    write(proj / ".env", "A=1\n")
    lab.task, said = run(lab, "python train.py", want=SENT)
    check(re.search(rf"{lab.user.name}/tf-mnist:1 +1", said), "name and version are told")
    task = lab.user.ended(lab.task)
    equal(task["environment"], "keras", "environment, the project's")
    equal((task["command"], task["instance_type"]), ("python train.py", "cpu_high"), "command and machine")
    equal(output(lab, lab.task), "one\n", "output")
    (module,) = versions(lab)
    equal((module["state"], module["version"]), ("valid", 1), "state and number")
    lab.first = module["id"]
    same_files(lab.user.files(lab.first), proj)
    check(module["codehash"], "the version has the CLI's hash")


def case_unchanged_code_is_not_uploaded_again(lab):
    _, said = run(lab, "python train.py", want=["Use older version-1"])
    check("Syncing code" not in said, "nothing is sent")
    equal(len(versions(lab)), 1, "number of versions")


def case_changed_code_is_a_new_version(lab):
    proj = lab.user.at("proj")
    write(proj / "train.py", "print('two')\n")
    shutil.rmtree(proj / "sub")
    write(proj / "new/b.txt", "b\n")
    task, _ = run(lab, "-m", "备注", "python train.py", want=[*SENT, r"compressed size: \d{3} "])
    equal(lab.user.ended(task)["description"], "备注", "remark of the task")
    equal(output(lab, task), "two\n", "output")
    second, first = versions(lab)
    equal((second["version"], second["description"]), (2, "备注"), "number and remark")
    same_files(lab.user.files(second["id"]), proj)
    equal(lab.user.files(first["id"])["train.py"], b"print('one')\n", "the first version's file")


def case_an_older_version_is_run(lab):
    task, _ = run(lab, "--cpu", "--version", "1", "python train.py")
    equal(lab.user.ended(task)["code_version"], 1, "version")
    equal(output(lab, task), "one\n", "output")
    lab.user.russell("run", "--version", "9", "ls", cwd="proj", want="not found", code=1)


def case_a_gpu_machine_and_an_environment_are_chosen(lab):
    task, _ = run(lab, "--gpu", "--env", "tensorflow-1.4", "python train.py")
    task = lab.user.ended(task)
    equal((task["instance_type"], task["environment"]), ("gpu_high", "tensorflow-1.4"), "machine and environment")


def case_an_environment_that_is_none(lab):
    want = ["not in the list of supported environments", "keras", "tensorflow-1.4"]
    lab.user.russell("run", "--env", "none", "ls", cwd="proj", want=want)


def case_parameters_become_variables(lab):
    task, _ = run(lab, "--param", "lr:0.1", "-p", "epochs:3", "echo $lr $epochs")
    lab.user.ended(task)
    equal(output(lab, task), "0.1 3\n", "output")
    for wrong in ("lr", "l r:1", "k" * 33 + ":1", "k:" + "v" * 257):
        lab.user.russell("run", "--param", wrong, "ls", cwd="proj", want="param (key|value)")


def case_data_is_mounted(lab):
    lab.dataset = lab.user.create("dataset", "iris")["id"]
    lab.user.russell("data", "init", "--name", "iris", cwd="data", want="initialized")
    write(lab.user.at("data") / "iris.csv", "5.1\n")
    lab.data = lab.user.russell("data", "upload", cwd="data", want=ID).id()
    task, _ = run(
        lab,
        "--data",
        lab.data + ":train",
        "--data",
        f"{lab.user.name}/iris/1",
        "cat /input/train/iris.csv /input/iris-1/iris.csv; cp /input/train/iris.csv /output/copy.csv",
    )
    task = lab.user.ended(task)
    equal(output(lab, task["id"]), "5.1\n5.1\n", "output")
    equal([mount["mount"] for mount in task["data"]], ["train", "iris-1"], "mounts")
    equal(lab.user.files(task["id"]), {"copy.csv": b"5.1\n"}, "files of the output")


def case_data_that_cannot_be_mounted(lab):
    def refused(*data, want, code):
        options = [word for id in data for word in ("--data", id)]
        lab.user.russell("run", *options, "ls", cwd="proj", want=want, code=code)

    refused("0" * 32, want="not found", code=1)
    refused(f"{lab.user.name}/iris/9", want="not found", code=1)
    # A common mistake: the id of the dataset instead of the version's.
    refused(lab.dataset, want="not found", code=1)
    refused(lab.data + ":a", lab.data + ":a", want="duplicate mount point", code=2)
    refused(*[f"{lab.data}:{n}" for n in range(6)], want="more than 5 datasets", code=2)
    refused(lab.data + ":../up", want="parameter is incorrect", code=1)


def case_code_that_is_too_large_is_not_sent(lab):
    big = lab.user.at("proj") / "big.bin"
    with big.open("wb") as file:
        file.truncate(101 << 20)
    lab.user.russell("run", "ls", cwd="proj", want="Code size too large", code=1)
    big.unlink()
    equal(len(versions(lab)), 2, "number of versions")


def case_a_project_that_was_deleted(lab):
    lab.user.data(f"/api/v1/{lab.user.name}/project/tf-mnist", "DELETE")
    lab.user.russell("run", "ls", cwd="proj", want="not found", code=1)
    lab.user.russell("run", "--env", "keras", "ls", cwd="proj", want="does not existed")
