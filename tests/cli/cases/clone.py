"""clone and clone2: a project's newest version in a new folder."""

from support import ID, check, equal, same_files, write


def published(user, name, permission):
    """A project with one version, which the CLI sent."""
    project = user.create("project", name, permission)["id"]
    user.russell("init", "--name", name, cwd=name, want="initialized")
    folder = user.at(name)
    write(folder / "main.py", "print('one')\n")
    write(folder / "d/名 1.txt", "x\n")
    write(folder / "d/empty", "")
    task = user.russell("run", "python main.py", cwd=name, want=["Syncing code", ID]).id()
    user.ended(task)
    return project


def cloned(user, source, folder, into):
    """That the folder `into` holds what was sent, and knows its project."""
    (module,) = source.versions("code", user.config(f"{into}/.russellexpt")["project_id"])
    same_files(source.files(module["id"]), user.folder / into)
    same_files(source.files(module["id"]), source.folder / folder)


def case_a_project_is_cloned(lab):
    lab.user.sign_in()
    lab.public = published(lab.user, "public", 0)
    want = ['Project "public" clone success', "auto initialized"]
    lab.user.russell("clone", lab.public, cwd="clones", want=want)
    cloned(lab.user, lab.user, "public", "clones/public")


def case_and_goes_on_from_there(lab):
    task = lab.user.russell("run", "python main.py", cwd="clones/public", want=[ID]).id()
    equal(lab.user.ended(task)["project_id"], lab.public, "project of the task")


def case_what_is_there_is_not_overwritten(lab):
    lab.user.russell("clone", lab.public, cwd="clones", want=["Directory/File Existed", "clone failed"])


def case_another_users_public_project(lab):
    lab.bob = lab.another("bob")
    lab.bob.sign_in()
    lab.bob.russell("clone", lab.public, cwd="clones", want="clone success")
    cloned(lab.bob, lab.user, "public", "clones/public")


def case_a_private_project_is_for_its_owner(lab):
    private = published(lab.user, "private", 1)
    lab.user.russell("clone", private, cwd="clones", want="clone success")
    cloned(lab.user, lab.user, "private", "clones/private")
    lab.bob.russell("clone", private, cwd="clones", want=["not found", "clone failed"])
    check(not (lab.bob.at("clones") / "private").exists(), "there is a folder")


def case_what_cannot_be_cloned(lab):
    lab.user.russell("clone", "0" * 32, cwd="clones", want=["not found", "clone failed"])
    empty = lab.user.create("project", "empty")["id"]
    lab.user.russell("clone", empty, cwd="clones", want=["unavailable right now", "clone failed"])


def case_a_folder_called_output_is_left_out(lab):
    project = lab.user.create("project", "outputs")["id"]
    lab.user.russell("init", "--name", "outputs", cwd="outputs", want="initialized")
    folder = lab.user.at("outputs")
    write(folder / "main.py", "")
    write(folder / "output/model", "1")
    lab.user.russell("run", "ls", cwd="outputs", want=["Syncing code", ID])
    lab.user.russell("clone", project, cwd="clones", want="clone success")
    names = {path.name for path in (lab.user.at("clones") / "outputs").iterdir()}
    equal(names & {"main.py", "output"}, {"main.py"}, "names")


def case_in_steps(lab):
    want = ["remote: [45] files compressed", "Cleaning up the compressed file"]
    lab.user.russell("clone2", lab.public, cwd="steps", want=want)
    same_files(lab.user.files(lab.user.versions("code", lab.public)[-1]["id"]), lab.user.folder / "steps/public")


def case_in_steps_it_ends_where_there_is_no_room(lab):
    # The CLI polls for ever unless the backend tells it that there is nothing more to come.
    lab.user.russell("clone2", lab.public, cwd="steps", want="Directory/File Existed", timeout=30)
