//! What versions have in common is stored once.

use crate::support::{World, bytes};
use russell_backend::modules::{self, share};
use serde_json::{Value, json};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::Command;

fn file(world: &World, module: &str, path: &str) -> PathBuf {
    world.app.store.module(module).join(path)
}

/// Which file on the disk it is.
fn inode(world: &World, module: &str, path: &str) -> u64 {
    file(world, module, path).metadata().unwrap().ino()
}

async fn dataset(world: &World, name: &str, versions: &[&[(&str, &[u8])]]) -> Vec<String> {
    let entity = world.entity("dataset", name, 0).await;
    let mut ids = Vec::new();
    for files in versions {
        let id = world.version(&entity, "data").await;
        world.fill(&id, files).await;
        ids.push(id);
    }
    ids
}

const A: (&str, &[u8]) = ("d/a", b"the same in all");

#[tokio::test]
async fn what_a_version_of_the_same_dataset_has_is_not_stored_again() {
    let world = World::new().await;
    let moved: (&str, &[u8]) = ("moved/b", b"elsewhere");
    let ids = dataset(
        &world,
        "one",
        &[
            &[A, ("b", moved.1), ("twin", A.1), ("empty", b"")],
            &[("c", b"new"), ("empty", b"")],
            &[A, moved, ("c", b"NEW"), ("empty", b"")],
        ],
    )
    .await;
    let elsewhere = dataset(&world, "two", &[&[A]]).await;
    share::all(&world.app).await.unwrap();
    let ino = |module: &String, path| inode(&world, module, path);
    assert_eq!(ino(&ids[0], "d/a"), ino(&ids[2], "d/a"));
    assert_eq!(ino(&ids[0], "d/a"), ino(&ids[0], "twin"));
    assert_eq!(ino(&ids[0], "b"), ino(&ids[2], "moved/b"));
    assert_ne!(ino(&ids[1], "c"), ino(&ids[2], "c"));
    assert_ne!(
        ino(&ids[0], "d/a"),
        ino(&elsewhere[0], "d/a"),
        "another dataset may go elsewhere"
    );
    for (id, path, content) in [(2, "d/a", A.1), (2, "moved/b", moved.1), (2, "c", b"NEW")] {
        let found = std::fs::read(file(&world, &ids[id], path)).unwrap();
        assert_eq!(found, content, "{path}");
    }
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM modules WHERE shared = 0")
        .fetch_one(world.app.db.read())
        .await
        .unwrap();
    assert_eq!(left, 0);
    assert!(!world.app.store.spare().exists());
}

#[tokio::test]
async fn only_what_is_the_same_byte_for_byte_and_in_its_mode_is_shared() {
    let world = World::new().await;
    let ids = dataset(&world, "d", &[&[A, ("run", b"#!")], &[A, ("run", b"#!")]]).await;
    // As a decayed disk leaves it: the rows promise the same content still.
    std::fs::write(file(&world, &ids[0], A.0), b"the same in ALL").unwrap();
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(file(&world, &ids[1], "run"), executable).unwrap();
    share::all(&world.app).await.unwrap();
    for path in [A.0, "run"] {
        assert_ne!(
            inode(&world, &ids[0], path),
            inode(&world, &ids[1], path),
            "{path}"
        );
    }
    assert_eq!(std::fs::read(file(&world, &ids[1], A.0)).unwrap(), A.1);
}

#[tokio::test]
async fn a_stored_file_that_is_gone_is_replaced_by_the_next() {
    let world = World::new().await;
    let ids = dataset(&world, "d", &[&[A], &[A], &[A]]).await;
    // What is deleted may be cleared away at any time.
    std::fs::remove_dir_all(world.app.store.module(&ids[0])).unwrap();
    share::all(&world.app).await.unwrap();
    assert_eq!(inode(&world, &ids[1], A.0), inode(&world, &ids[2], A.0));
    std::fs::remove_dir_all(world.app.store.module(&ids[1])).unwrap();
    assert_eq!(std::fs::read(file(&world, &ids[2], A.0)).unwrap(), A.1);
}

#[tokio::test]
async fn a_name_that_a_crash_left_is_in_nobody_s_way() {
    let world = World::new().await;
    let ids = dataset(&world, "d", &[&[A], &[A]]).await;
    std::fs::write(world.app.store.spare(), b"left over").unwrap();
    let world = world.restarted().await;
    share::all(&world.app).await.unwrap();
    assert_eq!(inode(&world, &ids[0], A.0), inode(&world, &ids[1], A.0));
    assert!(!world.app.store.spare().exists());
}

#[tokio::test]
async fn each_version_keeps_the_times_of_its_files() {
    let world = World::new().await;
    let ids = dataset(&world, "d", &[&[A], &[A]]).await;
    sqlx::query("UPDATE module_files SET modified = 1000000 WHERE module_id = $1")
        .bind(&ids[1])
        .execute(world.app.db.write())
        .await
        .unwrap();
    share::all(&world.app).await.unwrap();
    for (id, time, date) in [
        (&ids[0], "2023-11-14T22:13:20", "Tue, 14 Nov 2023"),
        (&ids[1], "1970-01-01T00:00:01", "Thu, 01 Jan 1970"),
    ] {
        let path = format!("/api/v1/files/{id}?path=d");
        let reply = world.get(&world.owner, &path).await;
        let shown = reply.data["list"][0]["modified"].as_str().unwrap();
        assert!(shown.starts_with(time), "{shown}");
        let path = format!("/api/v1/files/{id}?path=d/a");
        let reply = world.get(&world.owner, &path).await;
        let shown = reply.data["file"]["modified"].as_str().unwrap();
        assert!(shown.starts_with(time), "{shown}");
        let uri = format!("/api/v1/files/{id}/raw?path=d/a");
        let request = axum::http::Request::get(uri).body(axum::body::Body::empty());
        let response = world.send(request.unwrap()).await;
        let shown = response.headers()["last-modified"].to_str().unwrap();
        assert!(shown.starts_with(date), "{shown}");
        assert_eq!(bytes(response).await, A.1);
    }
}

#[tokio::test]
async fn checks_and_backups_take_what_is_shared_once() {
    let world = World::new().await;
    let big = vec![7; 1 << 20];
    let ids = dataset(
        &world,
        "d",
        &[&[("big", &big)], &[("big", &big)], &[("big", &big)]],
    )
    .await;
    share::all(&world.app).await.unwrap();
    let run = |arguments: &[&str]| {
        let data = world.app.store.root().to_str().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_russell-backend"))
            .args(arguments)
            .args(["--data", data])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(run(&["check"]), "all is well: 3 versions, 3 files\n");
    let dir = tempfile::tempdir().unwrap();
    let tar = dir.path().join("backup.tar");
    run(&["backup", tar.to_str().unwrap()]);
    assert!(tar.metadata().unwrap().len() < 2 << 20, "stored once");
    let mut archive = tar::Archive::new(std::fs::File::open(&tar).unwrap());
    archive.unpack(dir.path().join("data")).unwrap();
    for id in &ids {
        let restored = dir.path().join("data/modules").join(id).join("big");
        assert_eq!(std::fs::read(restored).unwrap(), big);
    }
    // The other versions have lost nothing by a deletion.
    let path = format!("/api/v1/module?id={}", ids[0]);
    assert_eq!(world.delete(&world.owner, &path).await.code, 200);
    assert_eq!(run(&["check"]), "all is well: 2 versions, 2 files\n");
    // A checksum is known by the file, so a decay that all share is told for each.
    std::fs::write(file(&world, &ids[1], "big"), vec![8; 1 << 20]).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_russell-backend"))
        .args(["check", "--data", world.app.store.root().to_str().unwrap()])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.matches("another checksum").count(), 2, "{said}");
}

#[tokio::test]
async fn both_uploads_end_in_one_store() {
    let world = World::new().await;
    let ids = dataset(&world, "d", &[&[A]]).await;
    let entity = world
        .get(&world.owner, &format!("/api/v1/module?id={}", ids[0]))
        .await;
    let upload = json!({"entity_id": entity.data["entity_id"], "module_type": "data",
        "files": [{"path": A.0, "size": A.1.len()}]});
    let request = |method: &str, path: &str, body: Vec<u8>| {
        axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header(
                "authorization",
                format!("Basic {}", world.owner.basic().unwrap()),
            )
            .header("tus-resumable", "1.0.0")
            .header("upload-offset", "0")
            .header("content-type", "application/offset+octet-stream")
            .body(axum::body::Body::from(body))
            .unwrap()
    };
    let begun = request("POST", "/api/v1/uploads", upload.to_string().into_bytes());
    let answer: Value = serde_json::from_slice(&bytes(world.send(begun).await).await).unwrap();
    let id = answer["data"]["id"].as_str().unwrap();
    let path = format!("/api/v1/uploads/{id}");
    assert_eq!(
        world
            .send(request("PATCH", &path, A.1.to_vec()))
            .await
            .status(),
        204
    );
    share::all(&world.app).await.unwrap();
    assert_eq!(inode(&world, &ids[0], A.0), inode(&world, id, A.0));
    let (first, second) = (
        modules::tree(&world.app, &ids[0]).await.unwrap(),
        modules::tree(&world.app, id).await.unwrap(),
    );
    let paths = |tree: &russell_backend::unpack::Tree| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(&first), paths(&second));
}
