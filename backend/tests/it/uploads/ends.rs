//! Uploads that end without a version.

use super::*;

#[tokio::test]
async fn giving_up_removes_everything() {
    let world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 6}])).await;
    let router = world.router.clone();
    let request = append(&world.owner, &id, 0, endless("123"));
    let running = tokio::spawn(tower::ServiceExt::oneshot(router, request));
    until_offset(&world, &id, 3).await;
    let path = format!("/api/v1/uploads/{id}");
    let delete = tus(&world.owner, Method::DELETE, &path)
        .body(Body::empty())
        .unwrap();
    assert_eq!(world.send(delete).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        running.await.unwrap().unwrap().status(),
        StatusCode::BAD_REQUEST
    );
    assert!(!world.app.store.module(&id).exists() && !world.app.store.upload(&id).exists());
    assert_eq!(offset(&world, &id).await.0, StatusCode::GONE);
    assert_eq!(
        world.send(append(&world.owner, &id, 3, "4")).await.status(),
        StatusCode::GONE
    );
    assert_eq!(
        world
            .get(&world.owner, &format!("/api/v1/module?id={id}"))
            .await
            .code,
        517
    );
}

#[tokio::test]
async fn deleting_the_version_or_its_dataset_ends_the_upload() {
    let world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 2}])).await;
    taken(&world, &id, 0, "1").await;
    let reply = world
        .delete(&world.owner, &format!("/api/v1/module?id={id}"))
        .await;
    assert_eq!(reply.code, 200);
    assert!(!world.app.store.module(&id).exists());
    assert_eq!(
        world.send(append(&world.owner, &id, 1, "2")).await.status(),
        StatusCode::GONE
    );

    let entity = world
        .get(&world.owner, "/api/v1/owner/dataset/d")
        .await
        .text("id");
    let response = begin(
        &world,
        &world.owner,
        &entity,
        json!([{"path": "a", "size": 1}]),
    )
    .await;
    let id = envelope(response).await.1["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        world
            .delete(&world.owner, "/api/v1/owner/dataset/d")
            .await
            .code,
        200
    );
    assert_eq!(
        world.send(append(&world.owner, &id, 0, "1")).await.status(),
        StatusCode::GONE
    );
}

#[tokio::test]
async fn stale_uploads_are_swept_up() {
    let world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 2}])).await;
    let entity = world
        .get(&world.owner, "/api/v1/owner/dataset/d")
        .await
        .text("id");
    let pending = world.version(&entity, "data").await;
    world.app.clock.advance(Duration::from_secs(86_000));
    let response = world.send(append(&world.owner, &id, 0, "1")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    world.app.clock.advance(Duration::from_secs(86_000));
    russell_backend::sweep::sweep(&world.app).await.unwrap();
    assert_eq!(
        state(&world, &id).await,
        "uploading",
        "a byte came within the last day"
    );
    assert_eq!(state(&world, &pending).await, "failed");
    world.app.clock.advance(Duration::from_secs(401));
    russell_backend::sweep::sweep(&world.app).await.unwrap();
    assert_eq!(state(&world, &id).await, "failed");
    assert!(!world.app.store.module(&id).exists() && !world.app.store.upload(&id).exists());
}

#[tokio::test]
async fn what_is_held_becomes_a_version_when_its_sender_says_so() {
    let mut world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 3}])).await;
    let held = |mut request: Request<Body>| {
        let hold = axum::http::HeaderValue::from_static("1");
        request.headers_mut().insert("upload-hold", hold);
        request
    };
    let response = world.send(held(append(&world.owner, &id, 0, "aaa"))).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(response.headers().contains_key("upload-expires"));
    for restart in [false, true] {
        if restart {
            world = world.restarted().await;
        }
        let path = format!("/api/v1/uploads/{id}");
        let head = tus(&world.owner, Method::HEAD, &path).body(Body::empty());
        let response = world.send(held(head.unwrap())).await;
        assert_eq!(response.headers()["upload-offset"], "3");
        assert_ne!(state(&world, &id).await, "valid", "restarted: {restart}");
    }
    taken(&world, &id, 3, "").await;
    assert_eq!(state(&world, &id).await, "valid");
    // Its answer may be lost, and asked for again.
    let again = append_sized(&world.owner, &id, 3, b"");
    assert_eq!(world.send(again).await.status(), StatusCode::NO_CONTENT);
}
