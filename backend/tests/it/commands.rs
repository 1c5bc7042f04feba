//! The operator's commands, as processes of their own beside a backend that has the data open.

use crate::support::{Who, World};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustix::fs::{Mode, OFlags};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Exit code, standard output, standard error.
type Ended = (i32, String, String);

fn run(args: &[&str], input: &str) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_russell-backend"))
        .args(args)
        .env_remove("RUSSELL_DATA")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that needs no input may have ended already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().expect("an exit code"),
        text(output.stdout),
        text(output.stderr),
    )
}

fn data(world: &World) -> String {
    world.app.store.root().to_str().unwrap().to_owned()
}

async fn sign_in(world: &World, user: &str, password: &str) -> u64 {
    let basic = STANDARD.encode(format!("{user}:{password}"));
    let request = axum::http::Request::get("/api/v1/token")
        .header("authorization", format!("Basic {basic}"))
        .body(axum::body::Body::empty())
        .unwrap();
    let body = crate::support::bytes(world.send(request).await).await;
    let reply: serde_json::Value = serde_json::from_slice(&body).unwrap();
    reply["code"].as_u64().unwrap()
}

#[tokio::test]
async fn accounts_are_made_listed_and_given_passwords() {
    let world = World::new().await;
    let data = data(&world);
    let add = [
        "user",
        "add",
        "carol",
        "--email",
        "carol@example.org",
        "--password-stdin",
        "--data",
        &data,
    ];
    let (code, out, err) = run(&add, "a long password\nsecond line\n");
    assert_eq!((code, out.as_str()), (0, "added carol\n"), "{err}");
    assert_eq!(sign_in(&world, "carol", "a long password").await, 200);

    let (code, out, _) = run(&["user", "list", "--data", &data], "");
    assert_eq!(code, 0);
    let names: Vec<&str> = out
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(names, ["carol", "other", "owner", "sleeper"]);
    assert!(
        out.contains("carol@example.org") && !out.contains("argon2"),
        "{out}"
    );

    assert_eq!(world.get(&world.owner, "/api/v1/user").await.code, 200);
    let passwd = [
        "user",
        "passwd",
        "owner",
        "--password-stdin",
        "--data",
        &data,
    ];
    assert_eq!(run(&passwd, "another password\n").0, 0);
    assert_eq!(
        world.get(&world.owner, "/api/v1/user").await.code,
        512,
        "the session has ended"
    );
    assert_eq!(sign_in(&world, "owner", "another password").await, 200);
}

#[tokio::test]
async fn wrong_input_is_told_in_words() {
    let world = World::new().await;
    let data = data(&world);
    let add = |name: &str, email: &str, password: &str| {
        let args = [
            "user",
            "add",
            name,
            "--email",
            email,
            "--password-stdin",
            "--data",
            &data,
        ];
        run(&args, password)
    };
    for ((code, _, err), words) in [
        (
            add("owner", "x@example.org", "a long password\n"),
            "the user name is taken",
        ),
        (
            add("carol", "owner@example.org", "a long password\n"),
            "address is taken",
        ),
        (add("carol", "carol@example.org", "short\n"), "8 characters"),
        (
            add("carol", "nonsense", "a long password\n"),
            "name@example.org",
        ),
        (
            add("api", "api@example.org", "a long password\n"),
            "the app's own addresses",
        ),
        (add("carol", "carol@example.org", ""), "no password"),
        (
            run(
                &[
                    "user",
                    "passwd",
                    "nobody",
                    "--password-stdin",
                    "--data",
                    &data,
                ],
                "long enough\n",
            ),
            "no user",
        ),
        (
            run(&["user", "list", "--data", "/nonexistent"], ""),
            "no data directory",
        ),
        (run(&["check", "--data", "/"], ""), "no data directory"),
    ] {
        assert_eq!(code, 1, "{words}");
        assert!(
            err.starts_with("russell-backend: ") && err.contains(words),
            "{err}"
        );
    }
    for args in [
        &[
            "user",
            "add",
            "carol",
            "--email",
            "c@example.org",
            "--data",
            &data,
        ][..],
        &["user", "list"],
        &["nonsense"],
        &[],
    ] {
        assert_eq!(run(args, "").0, 2, "{args:?}");
    }
    let (code, out, _) = run(&["backup", "--help"], "");
    assert!(code == 0 && out.contains("To restore"));
}

/// A dataset version and a task with log and output.
async fn filled(world: &World) -> (String, String) {
    let dataset = world.entity("dataset", "iris", 0).await;
    let version = world.version(&dataset, "data").await;
    world
        .fill(
            &version,
            &[("iris.csv", b"1,2\n"), ("d/one", b"1"), ("名", b"")],
        )
        .await;
    let project = world.entity("project", "mnist", 0).await;
    let code = world.version(&project, "code").await;
    world.fill(&code, &[("train.py", b"print(1)")]).await;
    let task = world.task_row(&project, &code).await;
    let store = &world.app.store;
    std::fs::write(store.log(&task), b"line\n").unwrap();
    std::fs::write(store.monitor(&task), b"samples").unwrap();
    std::fs::create_dir(store.output(&task)).unwrap();
    std::fs::write(store.output(&task).join("model"), vec![7; 100_000]).unwrap();
    std::os::unix::fs::symlink("model", store.output(&task).join("latest")).unwrap();
    (version, task)
}

fn unpack(tar: &Path, into: &Path) {
    let file = std::fs::File::open(tar).unwrap();
    tar::Archive::new(file).unpack(into).unwrap();
}

#[tokio::test]
async fn a_backup_is_whole_and_can_be_served() {
    let world = World::new().await;
    let data = data(&world);
    let (version, task) = filled(&world).await;
    // A second name of a file is kept as one, not as a copy.
    let folder = world.app.store.module(&version);
    let dir = tempfile::tempdir().unwrap();
    std::fs::hard_link(folder.join("d/one"), dir.path().join("elsewhere")).unwrap();
    let tar = dir.path().join("backup.tar");
    let name = tar.to_str().unwrap();
    let (code, out, err) = run(&["backup", name, "--data", &data], "");
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("8 files"), "{out}");
    assert_eq!(tar.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(left.len(), 2, "nothing temporary stays: {left:?}");

    let restored = dir.path().join("restored");
    unpack(&tar, &restored);
    let (code, out, _) = run(&["check", "--data", restored.to_str().unwrap()], "");
    assert_eq!(
        (code, out.as_str()),
        (0, "all is well: 2 versions, 4 files\n")
    );
    let read = |path: PathBuf| std::fs::read(restored.join(path)).unwrap();
    assert_eq!(read(format!("logs/{task}.log").into()), b"line\n");
    assert_eq!(read(format!("monitors/{task}").into()), b"samples");
    assert_eq!(
        read(format!("outputs/{task}/latest").into()),
        vec![7; 100_000]
    );
    assert_eq!(read(format!("modules/{version}/d/one").into()), b"1");

    let (code, _, err) = run(&["backup", name, "--data", &data], "");
    assert!(code == 1 && err.contains("exists already"), "{err}");
    let nowhere = dir.path().join("none/backup.tar");
    let (code, _, err) = run(&["backup", nowhere.to_str().unwrap(), "--data", &data], "");
    assert!(code == 1 && err.contains("cannot write"), "{err}");
}

#[tokio::test]
async fn a_backup_leaves_out_what_cannot_be_read_and_says_so() {
    let world = World::new().await;
    let data = data(&world);
    let (version, task) = filled(&world).await;
    let store = &world.app.store;
    std::fs::remove_file(store.module(&version).join("d/one")).unwrap();
    // Deeper than a path can name; the task's own folder is entered step by step.
    let mut deep = rustix::fs::open(
        store.output(&task),
        OFlags::DIRECTORY | OFlags::RDONLY,
        Mode::empty(),
    )
    .unwrap();
    for _ in 0..2500 {
        rustix::fs::mkdirat(&deep, "d", Mode::RWXU).unwrap();
        deep = rustix::fs::openat(
            &deep,
            "d",
            OFlags::DIRECTORY | OFlags::RDONLY,
            Mode::empty(),
        )
        .unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let tar = dir.path().join("backup.tar");
    let (code, out, err) = run(&["backup", tar.to_str().unwrap(), "--data", &data], "");
    assert_eq!(code, 1, "{err}");
    assert!(out.contains("7 files"), "{out}");
    assert!(
        err.contains("d/one") && err.contains("its path is too long"),
        "{err}"
    );
    assert!(
        err.contains("lacks what is named above") && err.lines().count() == 3,
        "{err}"
    );
    let file = std::fs::File::open(&tar).unwrap();
    let mut archive = tar::Archive::new(file);
    let model = archive.entries().unwrap().any(|entry| {
        let entry = entry.unwrap();
        entry.path().unwrap().ends_with("model") && entry.size() == 100_000
    });
    assert!(model, "the rest is there");
    russell_backend::store::remove_tree(&store.output(&task)).unwrap();
}

#[tokio::test]
async fn operator_s_commands_need_no_python_and_change_no_schema() {
    let world = World::new().await;
    let data = data(&world);
    let list = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_russell-backend"));
        command
            .args(["user", "list", "--data", &data])
            .env("PATH", "/nonexistent");
        command.output().unwrap()
    };
    assert!(list().status.success());
    sqlx::query("UPDATE _sqlx_migrations SET checksum = x'00'")
        .execute(world.app.db.write())
        .await
        .unwrap();
    let refused = list();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("another version"));

    let empty = tempfile::tempdir().unwrap();
    let path = empty.path().to_str().unwrap();
    let add = [
        "user",
        "add",
        "eve",
        "--email",
        "e@example.org",
        "--password-stdin",
        "--data",
        path,
    ];
    assert_eq!(run(&add, "a long password\n").0, 0);
    let (code, out, _) = run(&["user", "list", "--data", path], "");
    assert!(code == 0 && out.starts_with("eve "), "{out}");
}

#[tokio::test]
async fn what_belongs_to_nothing_goes_at_the_start() {
    let world = World::new().await;
    let (version, task) = filled(&world).await;
    let root = world.app.store.root();
    let none = "0123456789abcdef0123456789abcdef";
    let mut orphans = Vec::new();
    for folder in ["modules", "outputs", "tasks", "uploads"] {
        let path = root.join(folder).join(none);
        std::fs::create_dir(&path).unwrap();
        orphans.push(path);
    }
    orphans.push(root.join(format!("logs/{none}.log")));
    orphans.push(root.join("monitors").join(none));
    for file in &orphans[4..] {
        std::fs::write(file, b"x").unwrap();
    }
    let foreign = root.join("outputs/notes.txt");
    std::fs::write(&foreign, b"mine").unwrap();
    russell_backend::orphans::remove(&world.app).await.unwrap();
    assert!(orphans.iter().all(|path| !path.exists()));
    let store = &world.app.store;
    assert!(foreign.is_file() && store.module(&version).is_dir() && store.log(&task).is_file());
    assert!(store.monitor(&task).is_file());

    // Files without a database may be all that is left of one.
    let empty = russell_backend::state::App::open(
        russell_backend::config::Config::new(root.join("elsewhere")),
        russell_backend::clock::Clock::system(),
    );
    let empty = empty.await.unwrap();
    let kept = empty.store.module(none);
    std::fs::create_dir(&kept).unwrap();
    russell_backend::orphans::remove(&empty).await.unwrap();
    assert!(kept.is_dir());
}

#[tokio::test]
async fn files_that_two_versions_share_are_in_a_backup_once() {
    let world = World::new().await;
    let data = data(&world);
    let dataset = world.entity("dataset", "iris", 0).await;
    let (first, second) = (
        world.version(&dataset, "data").await,
        world.version(&dataset, "data").await,
    );
    let big = vec![1; 300_000];
    world.fill(&first, &[("big", &big)]).await;
    world.fill(&second, &[("big", &big)]).await;
    let store = &world.app.store;
    std::fs::remove_file(store.module(&second).join("big")).unwrap();
    std::fs::hard_link(
        store.module(&first).join("big"),
        store.module(&second).join("big"),
    )
    .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let tar = dir.path().join("backup.tar");
    assert_eq!(
        run(&["backup", tar.to_str().unwrap(), "--data", &data], "").0,
        0
    );
    unpack(&tar, dir.path());
    let inode = |id: &str| {
        let path = dir.path().join("modules").join(id).join("big");
        path.metadata().unwrap().ino()
    };
    assert_eq!(inode(&first), inode(&second));
}

#[tokio::test]
async fn a_check_finds_what_does_not_agree() {
    let world = World::new().await;
    let data = data(&world);
    let (version, task) = filled(&world).await;
    let check = || run(&["check", "--data", &data], "");
    assert_eq!(check().0, 0, "{}", check().1);
    let top = world.app.store.module(&version);
    let found = |words: &str| {
        let (code, out, _) = check();
        assert!(code == 1 && out.contains(words), "{words}: {out}");
        assert!(
            out.trim_end()
                .lines()
                .last()
                .unwrap()
                .starts_with("1 problem"),
            "{out}"
        );
    };
    std::fs::write(top.join("iris.csv"), b"1,3\n").unwrap();
    found("\"iris.csv\" has another checksum");
    std::fs::write(top.join("iris.csv"), b"1,2\n3\n").unwrap();
    found("has 6 bytes instead of 4");
    std::fs::remove_file(top.join("iris.csv")).unwrap();
    found("\"iris.csv\" is missing");
    std::fs::create_dir(top.join("iris.csv")).unwrap();
    found("\"iris.csv\" is no file");
    std::fs::remove_dir(top.join("iris.csv")).unwrap();
    std::fs::write(top.join("iris.csv"), b"1,2\n").unwrap();
    std::fs::write(top.join("d/stray"), b"").unwrap();
    found("\"d/stray\" is there but not in the database");
    std::fs::remove_file(top.join("d/stray")).unwrap();
    let stray = world
        .app
        .store
        .root()
        .join("outputs/0123456789abcdef0123456789abcdef");
    std::fs::create_dir(&stray).unwrap();
    found("outputs/0123456789abcdef0123456789abcdef belongs to nothing");
    std::fs::remove_dir(&stray).unwrap();
    sqlx::query("UPDATE modules SET size_bytes = 6 WHERE id = $1")
        .bind(&version)
        .execute(world.app.db.write())
        .await
        .unwrap();
    found("the database says 3 files and 6 bytes, its list has 3 and 5");
    sqlx::query("UPDATE modules SET size_bytes = 5 WHERE id = $1")
        .bind(&version)
        .execute(world.app.db.write())
        .await
        .unwrap();
    assert_eq!(check().0, 0);
    let reply = world
        .get(&Who::Anonymous, &format!("/api/v1/files/{task}"))
        .await;
    assert_eq!(reply.code, 200, "the backend still serves");
}

#[tokio::test]
async fn what_users_are_told_is_set_beside_a_running_backend() {
    let world = World::new().await;
    let data = data(&world);
    let maintenance = |args: &[&str]| {
        let all = [&["maintenance"], args, &["--data", &data]].concat();
        run(&all, "")
    };
    let (code, said, _) = maintenance(&["on", "--message", " back at 8 "]);
    assert_eq!((code, said.as_str()), (0, "under maintenance: back at 8\n"));
    let status = world.get(&Who::BasicNone, "/api/v1/service_status").await;
    let told = serde_json::json!({"service_status": 0, "message": "back at 8"});
    assert_eq!(status.data, told);
    assert_eq!(maintenance(&["show"]).1, "under maintenance: back at 8\n");
    assert_eq!(
        maintenance(&["announce", "--message", "news"]).1,
        "up: news\n"
    );
    assert_eq!(maintenance(&["off"]).1, "up\n");
    let status = world.get(&Who::BasicNone, "/api/v1/service_status").await;
    assert_eq!(status.data, serde_json::json!({"service_status": 1}));
    let long = "x".repeat(501);
    assert_eq!(maintenance(&["announce", "--message", &long]).0, 1);
    assert_eq!(maintenance(&["announce"]).0, 2);
    let empty = tempfile::tempdir().unwrap();
    let elsewhere = empty.path().to_str().unwrap();
    assert_eq!(run(&["maintenance", "off", "--data", elsewhere], "").0, 1);
}
