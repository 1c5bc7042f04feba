//! Uploads that build on an older version, and folders without files.

use super::*;
use api::routes;
use std::os::unix::fs::MetadataExt as _;

const MD5_ONE: &str = "f97c5d29941bfb1b2fdab0874906ab82";
const MD5_TWO: &str = "b8a9f715dbb64fd5c56e7783c6820a61";

/// A dataset with a version of three files; answers both ids.
async fn dataset(world: &World) -> (String, String) {
    let entity = world.entity("dataset", "d", 0).await;
    let base = world.version(&entity, "data").await;
    let files: [(&str, &[u8]); 3] = [("d/one", b"one"), ("d/two", b"two"), ("three", b"three")];
    world.fill(&base, &files).await;
    (entity, base)
}

/// Begins an upload on top of `base`; `more` goes into the request.
async fn on(world: &World, entity: &str, base: &str, files: Value, more: Value) -> Response<Body> {
    let mut body =
        json!({"entity_id": entity, "module_type": "data", "files": files, "base": base});
    let more = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(more);
    let request =
        tus(&world.owner, Method::POST, "/api/v1/uploads").body(Body::from(body.to_string()));
    world.send(request.unwrap()).await
}

async fn on_id(world: &World, entity: &str, base: &str, files: Value) -> String {
    let response = on(world, entity, base, files, json!({})).await;
    let status = response.status();
    let data = envelope(response).await.1;
    assert_eq!(status, StatusCode::CREATED, "{data}");
    data["id"].as_str().unwrap().to_owned()
}

fn one() -> Value {
    json!({"path": "d/one", "size": 3, "kept": {"hash": MD5_ONE}})
}

async fn length(world: &World, id: &str) -> (u64, u64) {
    let request = tus(&world.owner, Method::HEAD, &format!("/api/v1/uploads/{id}"));
    let response = world.send(request.body(Body::empty()).unwrap()).await;
    let number = |name| response.headers()[name].to_str().unwrap().parse().unwrap();
    (number("upload-offset"), number("upload-length"))
}

async fn module(world: &World, id: &str) -> Value {
    let path = format!("/api/v1/module?id={id}");
    world.get(&world.owner, &path).await.data
}

async fn tree(world: &World, id: &str) -> russell_backend::unpack::Tree {
    russell_backend::modules::tree(&world.app, id)
        .await
        .unwrap()
}

/// Deletes a version and has it cleared away for good.
async fn clear(world: &World, id: &str) {
    let path = format!("/api/v1/module?id={id}");
    assert_eq!(world.delete(&world.owner, &path).await.code, 200);
    let path = routes::fill(routes::TRASHED, &[id]);
    assert_eq!(world.delete(&world.owner, &path).await.code, 200);
    russell_backend::trash::purge::clear(&world.app)
        .await
        .unwrap();
    assert!(!world.app.store.module(id).exists());
}

#[tokio::test]
async fn only_what_changed_is_sent() {
    let world = World::new().await;
    let (entity, base) = dataset(&world).await;
    let files = json!([
        {"path": "new", "size": 2},
        one(),
        {"path": "d/two", "size": 3},
        {"path": "moved", "size": 3, "modified": "2020-02-03T04:05:06",
         "kept": {"path": "d/two", "hash": MD5_TWO}}
    ]);
    let id = on_id(&world, &entity, &base, files).await;
    assert_eq!(
        length(&world, &id).await,
        (0, 5),
        "the kept ones are not sent"
    );
    assert!(module(&world, &id).await.get("changes").is_none());
    let response = world.send(append(&world.owner, &id, 0, "nnTWO")).await;
    assert_eq!(response.headers()["upload-offset"], "5");
    let found = module(&world, &id).await;
    assert_eq!(
        (&found["state"], &found["size_bytes"], &found["files"]),
        (&json!("valid"), &json!(11), &json!(4))
    );
    assert_eq!(
        found["changes"],
        json!({"base": 1, "added": 2, "changed": 1, "removed": 1, "unchanged": 1})
    );
    for (path, text) in [
        ("new", "nn"),
        ("d/one", "one"),
        ("d/two", "TWO"),
        ("moved", "two"),
    ] {
        assert_eq!(content(&world, &id, path), text.as_bytes(), "{path}");
    }
    // Stored once, and nothing of the base is another than it was.
    let inode = |id: &str, path: &str| {
        let path = world.app.store.module(id).join(path);
        path.metadata().unwrap().ino()
    };
    assert_eq!(inode(&id, "d/one"), inode(&base, "d/one"));
    assert_eq!(content(&world, &base, "d/two"), b"two");
    let (old, new) = (tree(&world, &base).await, tree(&world, &id).await);
    assert_eq!(old["d/one"], new["d/one"], "hash and time are the base's");
    let russell_backend::unpack::Node::File { modified, .. } = new["moved"] else {
        panic!("a file")
    };
    assert_eq!(modified.to_string(), "2020-02-03T04:05:06");
    // Who lost the last answer hears it again, by what was sent and not by what the version has.
    assert_eq!(length(&world, &id).await, (5, 5));
    let again = world.send(append_sized(&world.owner, &id, 5, b"")).await;
    assert_eq!(again.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_is_sent_as_it_was_counts_as_unchanged() {
    let world = World::new().await;
    let (entity, base) = dataset(&world).await;
    let files = json!([{"path": "d/one", "size": 3}, {"path": "d/two", "size": 3}]);
    let id = on_id(&world, &entity, &base, files).await;
    let response = world.send(append(&world.owner, &id, 0, "onetow")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        module(&world, &id).await["changes"],
        json!({"base": 1, "added": 0, "changed": 1, "removed": 1, "unchanged": 1})
    );
}

#[tokio::test]
async fn nothing_but_kept_files_needs_no_byte() {
    let world = World::new().await;
    let (entity, base) = dataset(&world).await;
    let id = on_id(&world, &entity, &base, json!([one()])).await;
    let response = world.send(append_sized(&world.owner, &id, 0, b"")).await;
    assert_eq!(response.headers()["upload-offset"], "0");
    assert_eq!(state(&world, &id).await, "valid");
    assert_eq!(content(&world, &id, "d/one"), b"one");
}

#[tokio::test]
async fn what_the_base_has_not_is_refused_by_name_before_the_first_byte() {
    let world = World::new().await;
    let (entity, base) = dataset(&world).await;
    for (path, size, hash, reason) in [
        ("d/none", 3, MD5_ONE, "not_found"),
        ("d", 0, MD5_ONE, "not_found"),
        ("d/one", 4, MD5_ONE, "checksum_mismatch"),
        ("d/one", 3, MD5_TWO, "checksum_mismatch"),
        ("../../one", 3, MD5_ONE, "not_found"),
    ] {
        let files = json!([{"path": "x", "size": size, "kept": {"path": path, "hash": hash}}]);
        let response = on(&world, &entity, &base, files, json!({})).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let data = envelope(response).await.1;
        assert_eq!(
            (&data["reason"], &data["field"]),
            (&json!(reason), &json!("files"))
        );
        assert!(data["message"].as_str().unwrap().contains(path), "{data}");
    }
    // The base has to be a valid version of the same dataset, which strangers' and others are not.
    let elsewhere = world.entity("dataset", "e", 0).await;
    let other = world.version(&elsewhere, "data").await;
    world.fill(&other, &[("d/one", b"one")]).await;
    let pending = world.version(&entity, "data").await;
    for base in [
        other.as_str(),
        &pending,
        "none",
        "owner/d/1",
        &"0".repeat(32),
    ] {
        let response = on(&world, &entity, base, json!([one()]), json!({})).await;
        let data = envelope(response).await.1;
        assert_eq!(
            (&data["reason"], &data["field"]),
            (&json!("not_found"), &json!("base")),
            "{base}"
        );
    }
    let response = begin(&world, &world.owner, &entity, json!([one()])).await;
    let data = envelope(response).await.1;
    assert_eq!(
        (&data["reason"], &data["field"]),
        (&json!("missing"), &json!("base"))
    );
    let path = format!("/api/v1/modules?module_type=data&entity_id={entity}");
    assert_eq!(world.get(&world.owner, &path).await.data["total"], json!(2));
}

#[tokio::test]
async fn the_base_may_go_while_the_upload_runs() {
    let world = World::new().await;
    let (entity, base) = dataset(&world).await;
    let files = json!([one(), {"path": "d/two", "size": 3}]);
    let id = on_id(&world, &entity, &base, files.clone()).await;
    taken(&world, &id, 0, "t").await;
    clear(&world, &base).await;
    // Also through a restart.
    let world = world.restarted().await;
    assert_eq!(length(&world, &id).await, (1, 3));
    taken(&world, &id, 1, "wo").await;
    assert_eq!(content(&world, &id, "d/one"), b"one");
    assert_eq!(
        module(&world, &id).await["changes"],
        json!({"base": 1, "added": 0, "changed": 0, "removed": 1, "unchanged": 2})
    );
    // For the next one it is too late.
    let response = on(&world, &entity, &base, files, json!({})).await;
    assert_eq!(envelope(response).await.1["field"], "base");
    // What the counts are kept in goes with the version.
    clear(&world, &id).await;
}

#[tokio::test]
async fn giving_up_takes_nothing_from_the_base() {
    let world = World::new().await;
    let (entity, base) = dataset(&world).await;
    let id = on_id(
        &world,
        &entity,
        &base,
        json!([one(), {"path": "x", "size": 1}]),
    )
    .await;
    let path = format!("/api/v1/uploads/{id}");
    let request = tus(&world.owner, Method::DELETE, &path).body(Body::empty());
    assert_eq!(world.send(request.unwrap()).await.status(), 204);
    assert!(!world.app.store.module(&id).exists());
    assert_eq!(content(&world, &base, "d/one"), b"one");
}

#[tokio::test]
async fn the_same_key_brings_the_same_increment_back() {
    let world = World::new().await;
    let (entity, base) = dataset(&world).await;
    let files = json!([one(), {"path": "x", "size": 1}]);
    let key = json!({"key": "k"});
    let first = envelope(on(&world, &entity, &base, files.clone(), key.clone()).await).await;
    let id = first.1["id"].as_str().unwrap().to_owned();
    let again = envelope(on(&world, &entity, &base, files.clone(), key.clone()).await).await;
    assert_eq!(again, first);
    // Without the base, or with more folders, it is another one.
    let other = json!({"key": "k", "folders": ["e"]});
    let response = on(&world, &entity, &base, files.clone(), other).await;
    assert_eq!(envelope(response).await.1["field"], "key");
    let whole = json!([{"path": "d/one", "size": 3}, {"path": "x", "size": 1}]);
    let response = on(&world, &entity, &base, whole, key.clone()).await;
    assert_eq!(envelope(response).await.1["field"], "key");

    // A crash while the announcement was written: the same request makes it good.
    std::fs::remove_dir_all(world.app.store.upload(&id)).unwrap();
    let world = world.restarted().await;
    let again = envelope(on(&world, &entity, &base, files.clone(), key.clone()).await).await;
    assert_eq!(again, first);
    taken(&world, &id, 0, "x").await;
    assert_eq!(content(&world, &id, "d/one"), b"one");

    // When the base went before that, the upload ends with a reason.
    let response = on(&world, &entity, &base, files.clone(), key.clone()).await;
    let lost = envelope(response).await.1["id"]
        .as_str()
        .unwrap()
        .to_owned();
    std::fs::remove_dir_all(world.app.store.upload(&lost)).unwrap();
    clear(&world, &base).await;
    let response = on(&world, &entity, &base, files, key).await;
    assert_eq!(envelope(response).await.1["field"], "base");
    assert_eq!(state(&world, &lost).await, "failed");
    assert!(!world.app.store.module(&lost).exists());
}

#[tokio::test]
async fn folders_without_files_are_in_the_version() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let body = json!({
        "entity_id": entity, "module_type": "data",
        "files": [{"path": "a/f", "size": 1}], "folders": ["空/empty", "a", "a/b"]
    });
    let request =
        tus(&world.owner, Method::POST, "/api/v1/uploads").body(Body::from(body.to_string()));
    let data = envelope(world.send(request.unwrap()).await).await.1;
    let id = data["id"].as_str().unwrap().to_owned();
    taken(&world, &id, 0, "x").await;
    assert!(world.app.store.module(&id).join("空/empty").is_dir());
    let paths: Vec<String> = tree(&world, &id).await.into_keys().collect();
    assert_eq!(paths, ["a", "a/b", "a/f", "空", "空/empty"]);
    let path = format!("/api/v1/module/filehash?module_type=data&entity_id={entity}");
    let hashes = world.get(&world.owner, &path).await.data;
    assert_eq!(hashes["dirs"], json!(["a", "a/b", "空", "空/empty"]));
    // The zip has them too.
    let path = routes::fill(routes::MODULE_ZIP, &[&id]);
    let ticket = world
        .post(&world.owner, &path, json!({}))
        .await
        .text("ticket");
    let request = Request::get(routes::fill(routes::ZIP, &[&ticket])).body(Body::empty());
    let zip = bytes(world.send(request.unwrap()).await).await;
    let zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let names: Vec<String> = zip
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    for folder in ["空/empty/", "a/b/"] {
        assert!(names.iter().any(|name| name == folder), "{names:?}");
    }
}

#[tokio::test]
async fn a_version_counts_with_what_it_keeps() {
    let world = World::with(|config| config.billing = true).await;
    let (entity, base) = dataset(&world).await;
    let used = async || {
        let usage = world.get(&world.owner, routes::ACCOUNT_USAGE).await;
        usage.data["versions_bytes"].as_u64().unwrap()
    };
    assert_eq!(used().await, 11);
    let id = on_id(
        &world,
        &entity,
        &base,
        json!([one(), {"path": "x", "size": 2}]),
    )
    .await;
    assert_eq!(used().await, 16, "while it is on its way");
    taken(&world, &id, 0, "xx").await;
    assert_eq!(used().await, 16, "and when it is there");
}
