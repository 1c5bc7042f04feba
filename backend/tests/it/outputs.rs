//! The output of a task as a version of a dataset.

use crate::support::{Reply, World, bytes};
use api::routes;
use axum::http::Method;
use serde_json::{Value, json};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;

async fn task(world: &World, files: &[(&str, &[u8])]) -> (String, PathBuf) {
    let project = world.entity("project", "p", 1).await;
    let code = world.version(&project, "code").await;
    world.fill(&code, &[("a", b"code")]).await;
    let task = world.task_row(&project, &code).await;
    let output = world.app.store.output(&task);
    std::fs::create_dir_all(&output).unwrap();
    for (path, content) in files {
        let path = output.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    (task, output)
}

async fn send(world: &World, task: &str, body: Value) -> Reply {
    let path = routes::fill(routes::TASK_DATASET, &[task]);
    world.post(&world.owner, &path, body).await
}

#[tokio::test]
async fn an_output_becomes_a_version_and_is_stored_once() {
    let world = World::new().await;
    let files: [(&str, &[u8]); 3] = [
        ("model/权重.bin", b"weights"),
        ("log.txt", b"ok"),
        ("model/e", b""),
    ];
    let (task, output) = task(&world, &files).await;
    std::os::unix::fs::symlink("/etc/passwd", output.join("link")).unwrap();
    std::fs::create_dir(output.join("nothing")).unwrap();
    let run = std::fs::Permissions::from_mode(0o4711);
    std::fs::set_permissions(output.join("log.txt"), run).unwrap();
    let reply = send(
        &world,
        &task,
        json!({"name": "models", "permission": 1, "description": "epoch 9"}),
    )
    .await;
    assert_eq!(
        (reply.code, &reply.data["state"]),
        (200, &json!("valid")),
        "{}",
        reply.data
    );
    assert_eq!(
        (&reply.data["version"], &reply.data["name"]),
        (&json!(1), &json!("models"))
    );
    let id = reply.text("module_id");
    let version = world
        .get(&world.owner, &format!("/api/v1/module?id={id}"))
        .await
        .data;
    assert_eq!(
        (
            &version["files"],
            &version["size_bytes"],
            &version["description"]
        ),
        (&json!(3), &json!(9), &json!("epoch 9"))
    );
    let stored = world.app.store.module(&id);
    for (path, content) in files {
        assert_eq!(std::fs::read(stored.join(path)).unwrap(), content, "{path}");
    }
    assert!(!stored.join("link").exists() && !stored.join("nothing").exists());
    let inode = |path: PathBuf| path.metadata().unwrap().ino();
    assert_eq!(
        inode(stored.join("model/权重.bin")),
        inode(output.join("model/权重.bin"))
    );
    assert_ne!(
        inode(stored.join("log.txt")),
        inode(output.join("log.txt")),
        "it has rights of its own"
    );
    assert_eq!(
        stored.join("log.txt").metadata().unwrap().mode() & 0o7777,
        0o755
    );
    // Without the task the version is what it was.
    world
        .delete(&world.owner, &format!("/api/v1/experiment/{task}"))
        .await;
    world
        .delete(&world.owner, &routes::fill(routes::TRASHED, &[&task]))
        .await;
    russell_backend::trash::purge::clear(&world.app)
        .await
        .unwrap();
    assert!(!output.exists());
    let uri = format!("/api/v1/files/{id}/raw?path=model/%E6%9D%83%E9%87%8D.bin");
    let request = axum::http::Request::get(uri)
        .header(
            "authorization",
            format!("Basic {}", world.owner.basic().unwrap()),
        )
        .body(axum::body::Body::empty());
    assert_eq!(bytes(world.send(request.unwrap()).await).await, b"weights");
    assert_eq!(
        russell_backend::orphans::find(&world.app).await.unwrap(),
        [""; 0]
    );
}

#[tokio::test]
async fn a_folder_of_it_goes_into_a_dataset_that_is_there() {
    let world = World::new().await;
    let (task, _) = task(&world, &[("a/b/c", b"1"), ("a/d", b"2"), ("e", b"3")]).await;
    let dataset = world.entity("dataset", "d", 0).await;
    let first = world.version(&dataset, "data").await;
    world.fill(&first, &[("x", b"x")]).await;
    let reply = send(&world, &task, json!({"dataset_id": dataset, "path": "a"})).await;
    assert_eq!(
        (reply.code, &reply.data["version"]),
        (200, &json!(2)),
        "{}",
        reply.data
    );
    let path = format!("/api/v1/module/filehash?module_type=data&entity_id={dataset}");
    let hashes = world.get(&world.owner, &path).await.data;
    let names: Vec<&String> = hashes["files"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["b/c", "d"]);
    assert_eq!(hashes["dirs"], json!(["b"]));
    assert_eq!(hashes["files"]["d"], "c81e728d9d4c2f636f067f89cc14862c");
}

#[tokio::test]
async fn what_cannot_be_a_version_is_refused_and_leaves_nothing() {
    let world = World::new().await;
    let (task, output) = task(&world, &[("a/b", b"1")]).await;
    std::os::unix::fs::symlink("..", output.join("out")).unwrap();
    std::fs::create_dir(output.join("empty")).unwrap();
    world.entity("dataset", "taken", 0).await;
    let project = world
        .get(&world.owner, "/api/v1/owner/project/p")
        .await
        .text("id");
    for (body, failure) in [
        (json!({}), (518, "missing", "name")),
        (json!({"name": "a b"}), (519, "illegal_name", "name")),
        (json!({"name": "taken"}), (521, "name_taken", "name")),
        (
            json!({"name": "d", "permission": 7}),
            (519, "malformed", "permission"),
        ),
        (
            json!({"dataset_id": project}),
            (517, "not_found", "dataset_id"),
        ),
        (
            json!({"name": "d", "path": "../x"}),
            (519, "illegal_path", "path"),
        ),
        (
            json!({"name": "d", "path": "none"}),
            (517, "not_found", "path"),
        ),
        (
            json!({"name": "d", "path": "out"}),
            (517, "not_found", "path"),
        ),
        (
            json!({"name": "d", "path": "a/b"}),
            (519, "not_found", "path"),
        ),
        (
            json!({"name": "d", "path": "empty"}),
            (519, "missing", "path"),
        ),
        (
            json!({"name": "d", "description": "x".repeat(1025)}),
            (519, "too_long", "description"),
        ),
    ] {
        let reply = send(&world, &task, body.clone()).await;
        assert_eq!(reply.failure(), failure, "{body}");
    }
    std::fs::write(output.join("bad\\name"), b"1").unwrap();
    use std::os::unix::ffi::OsStrExt as _;
    std::fs::write(output.join(std::ffi::OsStr::from_bytes(b"\xFF")), b"1").unwrap();
    let reply = send(&world, &task, json!({"name": "d"})).await;
    assert_eq!(reply.failure(), (519, "illegal_path", "path"));
    let left = world.get(&world.owner, "/api/v1/datasets").await;
    assert_eq!(left.column("name"), ["taken"]);
    let path = routes::fill(routes::TASK_DATASET, &[&task]);
    sqlx::query("UPDATE tasks SET state = 'running' WHERE id = $1")
        .bind(&task)
        .execute(world.app.db.write())
        .await
        .unwrap();
    let reply = world.post(&world.owner, &path, json!({"name": "d"})).await;
    assert_eq!(reply.failure(), (522, "wrong_state", ""));
    let codes = world
        .codes(Method::POST, &path, Some(json!({"name": "d"})))
        .await;
    assert_eq!(codes, [522, 517, 512, 512]);
}

#[tokio::test]
async fn what_a_crash_interrupts_is_given_up() {
    let world = World::new().await;
    let dataset = world.entity("dataset", "d", 0).await;
    let id = world.version(&dataset, "data").await;
    sqlx::query("UPDATE modules SET state = 'uploading' WHERE id = $1")
        .bind(&id)
        .execute(world.app.db.write())
        .await
        .unwrap();
    std::fs::create_dir(world.app.store.module(&id)).unwrap();
    let world = world.restarted().await;
    russell_backend::outputs::recover(&world.app).await.unwrap();
    let version = world
        .get(&world.owner, &format!("/api/v1/module?id={id}"))
        .await;
    assert_eq!(version.text("state"), "failed");
    assert!(!world.app.store.module(&id).exists());
}
