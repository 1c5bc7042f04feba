//! Announcing an upload: who may, what, and once.

use super::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test]
async fn only_the_owner_uploads() {
    let world = World::new().await;
    for (permission, stranger) in [(0, StatusCode::FORBIDDEN), (1, StatusCode::NOT_FOUND)] {
        let entity = world
            .entity("dataset", &format!("d{permission}"), permission)
            .await;
        for (who, status) in [
            (&world.other, stranger),
            (&Who::Anonymous, StatusCode::UNAUTHORIZED),
            (&world.expired, StatusCode::UNAUTHORIZED),
            (&world.owner, StatusCode::CREATED),
        ] {
            let response = begin(&world, who, &entity, json!([{"path": "a", "size": 1}])).await;
            assert_eq!(response.status(), status, "{who:?}");
            assert!(response.headers().get("www-authenticate").is_none());
        }
    }
    let id = begun(&world, json!([{"path": "a", "size": 1}])).await;
    let path = format!("/api/v1/uploads/{id}");
    for (who, status) in [
        (&world.other, StatusCode::NOT_FOUND),
        (&Who::Anonymous, StatusCode::UNAUTHORIZED),
        (&world.expired, StatusCode::UNAUTHORIZED),
    ] {
        let head = tus(who, Method::HEAD, &path).body(Body::empty()).unwrap();
        assert_eq!(world.send(head).await.status(), status);
        let delete = tus(who, Method::DELETE, &path).body(Body::empty()).unwrap();
        assert_eq!(world.send(delete).await.status(), status);
        assert_eq!(world.send(append(who, &id, 0, "x")).await.status(), status);
    }
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(0)));
}

#[tokio::test]
async fn a_bad_list_of_files_makes_no_version() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let tib = 1_u64 << 40;
    for (files, status, reason) in [
        (json!([]), 400, "empty_upload"),
        (json!([{"path": "../a", "size": 1}]), 400, "illegal_path"),
        (
            json!([{"path": "/etc/passwd", "size": 1}]),
            400,
            "illegal_path",
        ),
        (
            json!([{"path": "a", "size": 1}, {"path": "a", "size": 1}]),
            400,
            "illegal_path",
        ),
        (
            json!([{"path": "a", "size": 1}, {"path": "a/b", "size": 1}]),
            400,
            "illegal_path",
        ),
        (json!([{"path": "a", "size": tib}]), 413, "too_large"),
        (
            json!([{"path": "a", "size": u64::MAX}, {"path": "b", "size": 2}]),
            413,
            "too_large",
        ),
        (json!([{"path": "a", "size": -1}]), 400, "malformed"),
        (json!([{"path": "a"}]), 400, "missing"),
    ] {
        let response = begin(&world, &world.owner, &entity, files.clone()).await;
        assert_eq!(response.status(), status, "{files}");
        assert_eq!(
            envelope(response).await.1["reason"],
            json!(reason),
            "{files}"
        );
    }
    let path = format!("/api/v1/modules?module_type=data&entity_id={entity}");
    assert_eq!(world.get(&world.owner, &path).await.data["total"], json!(0));
}

#[tokio::test]
async fn a_stranger_is_refused_before_the_list_is_read() {
    let world = World::new().await;
    for who in [&Who::Anonymous, &world.expired] {
        // A list without an end: read as one, it would be refused as too large, and what is dropped is bounded.
        let read = Arc::new(AtomicUsize::new(0));
        let counter = read.clone();
        let pieces = futures::stream::repeat_with(move || {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1024 * 1024]))
        });
        let request = tus(who, Method::POST, "/api/v1/uploads").body(Body::from_stream(pieces));
        let response = world.send(request.unwrap()).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert!(read.load(Ordering::Relaxed) <= 17);
    }
}

#[tokio::test]
async fn too_many_files_are_told_as_such() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let files = vec![json!({"path": "a", "size": 0}); api::limits::FILES_MAX + 2];
    let response = begin(&world, &world.owner, &entity, json!(files)).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let (code, data) = envelope(response).await;
    assert_eq!((code, &data["reason"]), (520, &json!("too_many_files")));
}

/// Begins an upload of the file `path` with this key.
async fn keyed(world: &World, who: &Who, entity: &str, path: &str, key: &str) -> Response<Body> {
    let files = json!([{"path": path, "size": 2}]);
    let body = json!({"entity_id": entity, "module_type": "data", "files": files, "key": key});
    let request = tus(who, Method::POST, "/api/v1/uploads").body(Body::from(body.to_string()));
    world.send(request.unwrap()).await
}

async fn versions(world: &World, entity: &str) -> Value {
    let path = format!("/api/v1/modules?module_type=data&entity_id={entity}");
    world.get(&world.owner, &path).await.data["total"].clone()
}

#[tokio::test]
async fn the_same_key_brings_the_same_upload_back() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let owner = &world.owner;
    // Sent twice at once, as by a page that lost the first answer.
    let (first, second) = tokio::join!(
        keyed(&world, owner, &entity, "a", "k-1"),
        keyed(&world, owner, &entity, "a", "k-1")
    );
    assert_eq!(
        (first.status(), second.status()),
        (StatusCode::CREATED, StatusCode::CREATED)
    );
    let (first, second) = (envelope(first).await, envelope(second).await);
    assert_eq!(first, second);
    let id = first.1["id"].as_str().unwrap().to_owned();
    assert_eq!(first.1, json!({"id": id, "module_id": id, "version": 1}));
    assert_eq!(world.send(append(owner, &id, 0, "1")).await.status(), 204);
    let third = keyed(&world, owner, &entity, "a", "k-1").await;
    assert_eq!(
        third.headers()["location"].to_str().unwrap(),
        format!("uploads/{id}")
    );
    assert_eq!(envelope(third).await, first);
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(1)));
    assert_eq!(versions(&world, &entity).await, 1);

    // Another list, or another dataset, is another upload.
    let response = keyed(&world, owner, &entity, "b", "k-1").await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(envelope(response).await.1["field"], "key");
    let elsewhere = world.entity("dataset", "e", 0).await;
    let response = keyed(&world, owner, &elsewhere, "a", "k-1").await;
    assert_eq!(envelope(response).await.1["field"], "key");
    let response = keyed(&world, owner, &entity, "a", "no key").await;
    assert_eq!(envelope(response).await.1["field"], "key");

    // Once it has ended, the key begins a new one.
    assert_eq!(world.send(append(owner, &id, 1, "2")).await.status(), 204);
    assert_eq!(state(&world, &id).await, "valid");
    let response = keyed(&world, owner, &entity, "a", "k-1").await;
    assert_eq!(envelope(response).await.1["version"], 2);
}

#[tokio::test]
async fn a_key_is_one_users_own() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let path = "/api/v1/other/dataset/d";
    let others = world.put(&world.other, path, json!({})).await.text("id");
    let mine = envelope(keyed(&world, &world.owner, &entity, "a", "k").await).await;
    let theirs = envelope(keyed(&world, &world.other, &others, "a", "k").await).await;
    assert_eq!((mine.0, theirs.0), (200, 200));
    assert_ne!(mine.1["id"], theirs.1["id"]);
    let stranger = keyed(&world, &world.other, &entity, "a", "k").await;
    assert_eq!(stranger.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_key_makes_good_what_a_crash_left_half_announced() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let first = envelope(keyed(&world, &world.owner, &entity, "a", "k").await).await;
    let id = first.1["id"].as_str().unwrap().to_owned();
    std::fs::remove_dir_all(world.app.store.upload(&id)).unwrap();
    std::fs::remove_dir_all(world.app.store.module(&id)).unwrap();
    let world = world.restarted().await;
    assert_eq!(
        envelope(keyed(&world, &world.owner, &entity, "a", "k").await).await,
        first
    );
    taken(&world, &id, 0, "12").await;
    assert_eq!(content(&world, &id, "a"), b"12");
}
