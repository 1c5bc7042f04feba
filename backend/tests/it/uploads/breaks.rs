//! What goes wrong on the way, and goes on.

use super::*;
use std::time::Instant;

#[tokio::test]
async fn what_breaks_the_protocol_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 4}])).await;
    taken(&world, &id, 0, "12").await;
    let path = format!("/api/v1/uploads/{id}");
    let response = world.send(append(&world.owner, &id, 0, "12")).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    let (code, data) = envelope(response).await;
    assert_eq!((code, &data["reason"]), (519, &json!("offset_mismatch")));
    let response = world.send(append_sized(&world.owner, &id, 2, b"345")).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let response = world.send(append(&world.owner, &id, 9, "")).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let request = tus(&world.owner, Method::PATCH, &path).header("upload-offset", 2);
    let response = world.send(request.body(Body::from("34")).unwrap()).await;
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let request = tus(&world.owner, Method::PATCH, &path).header("content-type", PATCH_TYPE);
    let response = world.send(request.body(Body::from("34")).unwrap()).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let mut request = append(&world.owner, &id, 2, "34");
    request
        .headers_mut()
        .insert("tus-resumable", "0.2.2".parse().unwrap());
    let response = world.send(request).await;
    assert_eq!(response.status(), StatusCode::PRECONDITION_FAILED);
    assert_eq!(response.headers()["tus-version"], "1.0.0");
    for unknown in ["00000000000000000000000000000000", "..%2F..%2Fetc", "x"] {
        let response = world.send(append(&world.owner, unknown, 0, "x")).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{unknown}");
    }
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(2)));
    let request = Request::options(&path).body(Body::empty()).unwrap();
    let response = world.send(request).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.headers()["tus-version"], "1.0.0");
}

#[tokio::test]
async fn a_restart_loses_nothing() {
    let mut world = World::new().await;
    let files = json!([
        {"path": "a", "size": 3}, {"path": "e", "size": 0}, {"path": "b/c", "size": 5}, {"path": "d", "size": 2}
    ]);
    let id = begun(&world, files).await;
    let whole = b"aaabbbbbdd";
    let mut here = 0;
    for step in [1_usize, 3, 2, 3, 1] {
        let piece = whole[here..here + step].to_vec();
        let response = world
            .send(append(&world.owner, &id, here as u64, piece))
            .await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        here += step;
        world = world.restarted().await;
        assert_eq!(
            offset(&world, &id).await,
            (StatusCode::OK, Some(here as u64))
        );
    }
    assert_eq!(state(&world, &id).await, "valid");
    let sums: Vec<(String, String)> =
        sqlx::query_as("SELECT path, md5 FROM module_files WHERE kind = 'file' ORDER BY path")
            .fetch_all(world.app.db.read())
            .await
            .unwrap();
    let expected = [
        ("a", "47bce5c74f589f4867dbd57e9ca9f808"),
        ("b/c", "a21075a36eeddd084e17611a238c7101"),
        ("d", "1aabac6d068eef6a7bad3fdf50a05cc8"),
        ("e", "d41d8cd98f00b204e9800998ecf8427e"),
    ];
    let sums: Vec<(&str, &str)> = sums.iter().map(|(p, s)| (p.as_str(), s.as_str())).collect();
    assert_eq!(sums, expected);
}

#[tokio::test]
async fn a_crash_after_the_last_byte_is_made_good() {
    let world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 3}])).await;
    std::fs::write(world.app.store.module(&id).join("a"), b"aaa").unwrap();
    let world = world.restarted().await;
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(3)));
    assert_eq!(state(&world, &id).await, "valid");
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_what_has_come() {
    let world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 6}])).await;
    let router = world.router.clone();
    let request = append(&world.owner, &id, 0, endless("123"));
    let dead = tokio::spawn(tower::ServiceExt::oneshot(router, request));
    until_offset(&world, &id, 3).await;
    // The server drops the handler when the connection is gone.
    dead.abort();
    let broken = futures::stream::iter([
        Ok(Bytes::from_static(b"45")),
        Err(std::io::Error::other("reset by peer")),
    ]);
    let request = append(&world.owner, &id, 3, Body::from_stream(broken));
    let response = world.send(request).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(5)));
    taken(&world, &id, 5, "6").await;
    assert_eq!(content(&world, &id, "a"), b"123456");
}

#[tokio::test]
async fn a_dead_sender_gives_way_and_a_living_one_does_not() {
    let world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 1000}])).await;
    let router = world.router.clone();
    let request = append(&world.owner, &id, 0, endless("123"));
    let silent = tokio::spawn(tower::ServiceExt::oneshot(router, request));
    until_offset(&world, &id, 3).await;
    let begin = Instant::now();
    let response = world.send(append(&world.owner, &id, 3, "4")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "{:?}",
        begin.elapsed()
    );
    assert_eq!(
        silent.await.unwrap().unwrap().status(),
        StatusCode::BAD_REQUEST
    );

    let drops = futures::stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Some((Ok::<_, std::io::Error>(Bytes::from_static(b"x")), ()))
    });
    let request = append(&world.owner, &id, 4, Body::from_stream(drops));
    let router = world.router.clone();
    let living = tokio::spawn(tower::ServiceExt::oneshot(router, request));
    until_offset(&world, &id, 6).await;
    let response = world.send(append(&world.owner, &id, 6, "y")).await;
    assert_eq!(response.status(), StatusCode::LOCKED);
    assert_eq!(response.headers()["retry-after"], "2");
    living.abort();
}

#[tokio::test]
async fn a_full_disk_is_told_and_waited_for() {
    let world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 4}])).await;
    let file = world.app.store.module(&id).join("a");
    std::os::unix::fs::symlink("/dev/full", &file).unwrap();
    let response = world.send(append(&world.owner, &id, 0, "12")).await;
    assert_eq!(response.status(), StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!(envelope(response).await.1["reason"], json!("disk_full"));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(0)));
    taken(&world, &id, 0, "1234").await;
    assert_eq!(state(&world, &id).await, "valid");
}
