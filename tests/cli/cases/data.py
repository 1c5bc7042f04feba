"""data init, upload, status, output, delete: datasets and their versions."""

import hashlib
import os
import re
import shutil
import signal
import tarfile
import zipfile

from support import ID, check, equal, same_files, until, write

# What a finished upload says. The last "100%" of the progress may be overtaken by the end.
SENT = ["Start to send file", "Upload finished", ID]


def upload(lab, *arguments, cwd="data", want=(), **more):
    """Uploads; answers the new version's id and what was said."""
    said = lab.user.russell("data", "upload", *arguments, cwd=cwd, want=[*SENT, *want], **more)
    return said.id(), said


def newest(lab):
    return lab.user.versions("data", lab.dataset)[0]


def valid(lab, id, version, folder=None):
    """That this is a valid version with this number, and with what the folder holds."""
    module = lab.user.module(id)
    equal((module["state"], module["version"]), ("valid", version), "state and number")
    if folder:
        same_files(lab.user.files(id), lab.user.at(folder))
    return module


def case_init_by_name_and_by_id(lab):
    lab.user.sign_in()
    lab.dataset = lab.user.create("dataset", "iris")["id"]
    want = 'Data source "iris" initialized'
    lab.user.russell("data", "init", "--name", "iris", cwd="data", want=want)
    equal(lab.user.config("data/.russelldata")["dataset_id"], lab.dataset, "id of the dataset")
    lab.user.russell("data", "init", "--id", lab.dataset, cwd="data", want=want)


def case_init_of_what_is_not_there(lab):
    lab.user.russell("data", "init", cwd="none", want="Neither id or name offered")
    lab.user.russell("data", "init", "--name", "none", cwd="none", want="not found")
    lab.user.russell("data", "init", "--id", "0" * 32, cwd="none", want="not found")
    check(not (lab.user.at("none") / ".russelldata").exists(), "a folder was initialized")


def case_a_whole_folder_is_uploaded(lab):
    data = lab.user.at("data")
    write(data / "d1/one.csv", "1\n")
    write(data / "d2/two.csv", "2\n")
    write(data / "big.bin", os.urandom(3_000_000))
    write(data / "中文.txt", "名\n")
    write(data / ".hidden", "")
    os.symlink("d1/one.csv", data / "link.csv")
    lab.first, _ = upload(lab, "-m", "first 名", want=[r"compressed size: 3\d{6} "])
    module = valid(lab, lab.first, 1, "data")
    equal(module["description"], "first 名", "remark")
    hashes = lab.user.filehash("data", lab.dataset)
    equal(hashes["old_module_id"], lab.first, "version of the hashes")
    for path in ("d1/one.csv", "中文.txt", "link.csv"):
        equal(hashes["files"][path], hashlib.md5((data / path).read_bytes()).hexdigest(), f"hash of {path}")
    equal(sorted(hashes["dirs"]), ["d1", "d2"], "folders")


def case_only_changes_are_uploaded(lab):
    data = lab.user.at("data")
    write(data / "d1/one.csv", "changed\n")
    write(data / "d3/deep/new.csv", "new\n")
    shutil.rmtree(data / "d2")
    (data / ".hidden").unlink()
    lab.second, _ = upload(lab, "-m", "second", want=[r"compressed size: \d{3} "])
    valid(lab, lab.second, 2, "data")
    equal(lab.user.files(lab.first)["d1/one.csv"], b"1\n", "file of the first version")


def case_status_lists_and_shows(lab):
    for arguments in ([], [lab.second]):
        said = lab.user.russell("data", "status", *arguments, cwd="data", want=[lab.second, "valid", "iris"])
    check(re.search(r"MB|MiB", said), "a size is told")
    lab.user.russell("data", "status", cwd="data", want=lab.first)
    lab.user.russell("data", "status", "0" * 32, cwd="data", want="not found", code=1)


def case_the_last_upload_is_asked_for(lab):
    lab.user.russell("data", "upload", "--remote", "True", cwd="data", want=[lab.second, "valid"])


def case_archives_are_taken_as_they_are(lab):
    pack = lab.user.at("pack")
    write(pack / "x/a.txt", "a\n")
    for name, mode in (("a.tar.gz", "w:gz"), ("a.tar", "w")):
        with tarfile.open(pack / name, mode) as archive:
            archive.add(pack / "x", "x")
    with zipfile.ZipFile(pack / "a.zip", "w") as archive:
        archive.write(pack / "x/a.txt", "x/a.txt")
    lab.user.russell("data", "init", "--name", "iris", cwd="pack", want="initialized")
    for version, name in enumerate(("a.zip", "a.tar", "a.tar.gz"), start=3):
        id, _ = upload(lab, "--file", name, cwd="pack")
        valid(lab, id, version)
        equal(lab.user.files(id), {"x/a.txt": b"a\n"}, f"files of {name}")


def case_an_archive_after_an_incremental_upload_is_whole(lab):
    # The CLI repeats the list of the last incremental upload, and says that this one is one too.
    shutil.copy(lab.user.at("pack") / "a.zip", lab.user.at("data"))
    id, _ = upload(lab, "--file", "a.zip")
    valid(lab, id, 6)
    equal(lab.user.files(id), {"x/a.txt": b"a\n"}, "files")


def case_what_is_no_archive_is_refused(lab):
    pack = lab.user.at("pack")
    write(pack / "broken.zip", os.urandom(5000))
    write(pack / "a.rar", "rar")
    lab.user.russell("data", "upload", "--file", "broken.zip", cwd="pack", want="Upload failed")
    until(lambda: newest(lab)["state"] == "failed", "the version has failed", 10)
    equal(lab.user.filehash("data", lab.dataset)["files"].keys(), {"x/a.txt"}, "files of the newest valid version")
    versions = len(lab.user.versions("data", lab.dataset))
    lab.user.russell("data", "upload", "--file", "a.rar", cwd="pack", want="File type not support")
    equal(len(lab.user.versions("data", lab.dataset)), versions, "number of versions")


def case_nopack_fails_in_the_cli_itself(lab):
    # It writes ID.tar.gz and looks for ID.tar, after it has announced a version.
    lab.user.russell("data", "upload", "--nopack", cwd="data", want="Upload failed|Traceback", code=1, broken=())
    equal(newest(lab)["state"], "pending", "state of the version that nothing is sent to")
    lab.user.russell("data", "status", cwd="data", want=[newest(lab)["id"] + ".* pending "])
    check("x/a.txt" in lab.user.filehash("data", lab.dataset)["files"], "hashes are those of a valid version")


def case_a_long_remark_is_refused(lab):
    versions = len(lab.user.versions("data", lab.dataset))
    lab.user.russell("data", "upload", "-m", "x" * 1025, cwd="data", want="Message body length over limit")
    equal(len(lab.user.versions("data", lab.dataset)), versions, "number of versions")


def killed(lab, remark):
    """Begins an upload and kills the CLI in the middle of it."""
    temp = lab.user.home / ".russellDataTemp"
    shutil.rmtree(temp, ignore_errors=True)
    process = lab.user.command(["data", "upload", "-m", remark], "data")
    seen = b""
    while not re.search(rb" [4-6]\d% ", seen):
        more = os.read(process.stdout.fileno(), 4096)
        check(more, f"the upload ended before it was killed: {seen.decode()}")
        seen += more
    process.send_signal(signal.SIGKILL)
    process.communicate()
    equal(len(list(temp.iterdir())), 1, "archives that wait for their rest")
    return newest(lab)["id"]


def case_a_killed_upload_is_resumed(lab):
    write(lab.user.at("data") / "huge.bin", os.urandom(40_000_000))
    id = killed(lab, "killed")
    equal(lab.user.module(id)["state"], "uploading", "state of what was broken off")
    want = ["Detect old upload exist", r"uploaded size [1-9]\d*"]
    resumed, _ = upload(lab, stdin="y\n", want=want)
    equal(resumed, id, "version")
    lab.resumed = id
    valid(lab, id, newest(lab)["version"], "data")
    equal(lab.user.module(id)["description"], "killed", "remark")


def case_or_begun_anew(lab):
    write(lab.user.at("data") / "huge.bin", os.urandom(40_000_000))
    id = killed(lab, "given up")
    anew, _ = upload(lab, "-m", "anew", stdin="n\n", want=["Detect old upload exist"])
    check(anew != id, "it is another version")
    valid(lab, anew, lab.user.module(id)["version"] + 1, "data")


def case_thousands_of_deleted_files_are_named_in_one_header(lab):
    dataset = lab.user.create("dataset", "many")["id"]
    many = lab.user.at("many")
    for number in range(5000):
        write(many / f"a folder with a long name/and a file with one {number}", "")
    write(many / "stays", "x")
    lab.user.russell("data", "init", "--name", "many", cwd="many", want="initialized")
    upload(lab, cwd="many")
    equal(len(lab.user.filehash("data", dataset)["files"]), 5003, "files, with the CLI's own two")
    shutil.rmtree(many / "a folder with a long name")
    id, _ = upload(lab, cwd="many")
    valid(lab, id, 2, "many")


def case_output_links_to_the_files(lab):
    link = f"{lab.user.url}/files/data/{lab.first}/"
    said = lab.user.russell("data", "output", "-u", lab.first, cwd="data", want=link)
    check("token" not in said, "the link carries no token")
    lab.user.russell("data", "output", lab.first, cwd="data", want=f"BROWSER-OPENS {link}")


def case_delete_asks_first(lab):
    lab.user.russell("data", "delete", lab.resumed, cwd="data", stdin="n\n", want="Aborted", code=1)
    equal(lab.user.module(lab.resumed)["state"], "valid", "state")
    lab.user.russell("data", "delete", lab.resumed, cwd="data", stdin="y\n", want="Data deleted")
    lab.user.russell("data", "delete", "-y", lab.first, cwd="data", want="Data deleted")
    for id in (lab.resumed, lab.first):
        equal(lab.user.call(f"/api/v1/module?id={id}")[0], 517, "code of a deleted version")
        lab.user.russell("data", "status", id, cwd="data", want="not found", code=1)
    lab.user.russell("data", "delete", "-y", lab.first, cwd="data", want="not found", code=1)


def case_another_users_dataset(lab):
    lab.bob = lab.another("bob")
    lab.bob.sign_in()
    lab.bob.russell("data", "init", "--id", lab.dataset, want="not found")
    lab.bob.russell("data", "status", lab.second, want="not found", code=1)
    public = lab.user.create("dataset", "public", permission=0)["id"]
    lab.bob.russell("data", "init", "--id", public, want="initialized")
    write(lab.bob.at("work") / "a.txt", "a\n")
    lab.bob.russell("data", "upload", want="over the allowed permission", code=1)
    equal(lab.user.versions("data", public), [], "versions")
