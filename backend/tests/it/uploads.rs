use crate::support::{Who, World, bytes};
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use bytes::Bytes;
use futures::StreamExt as _;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PATCH_TYPE: &str = "application/offset+octet-stream";

fn tus(who: &Who, method: Method, path: &str) -> axum::http::request::Builder {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("tus-resumable", "1.0.0");
    if let Some(basic) = who.basic() {
        request = request.header("authorization", format!("Basic {basic}"));
    }
    request
}

async fn begin(world: &World, who: &Who, entity: &str, files: Value) -> Response<Body> {
    let body =
        json!({"entity_id": entity, "module_type": "data", "description": "d", "files": files});
    let request = tus(who, Method::POST, "/api/v1/uploads").body(Body::from(body.to_string()));
    world.send(request.unwrap()).await
}

/// An upload of the owner's to a new public dataset; answers its id.
async fn begun(world: &World, files: Value) -> String {
    let entity = world.entity("dataset", "d", 0).await;
    let response = begin(world, &world.owner, &entity, files).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let data = envelope(response).await.1;
    data["id"].as_str().unwrap().to_owned()
}

fn append(who: &Who, id: &str, offset: u64, body: impl Into<Body>) -> Request<Body> {
    tus(who, Method::PATCH, &format!("/api/v1/uploads/{id}"))
        .header("content-type", PATCH_TYPE)
        .header("upload-offset", offset)
        .body(body.into())
        .unwrap()
}

/// As a browser sends it, with its length.
fn append_sized(who: &Who, id: &str, offset: u64, body: &'static [u8]) -> Request<Body> {
    let mut request = append(who, id, offset, body);
    request
        .headers_mut()
        .insert("content-length", body.len().into());
    request
}

async fn offset(world: &World, id: &str) -> (StatusCode, Option<u64>) {
    let request = tus(&world.owner, Method::HEAD, &format!("/api/v1/uploads/{id}"));
    let response = world.send(request.body(Body::empty()).unwrap()).await;
    let offset = response.headers().get("upload-offset");
    (
        response.status(),
        offset.map(|v| v.to_str().unwrap().parse().unwrap()),
    )
}

async fn envelope(response: Response<Body>) -> (u64, Value) {
    let value: Value = serde_json::from_slice(&bytes(response).await).unwrap();
    (value["code"].as_u64().unwrap(), value["data"].clone())
}

async fn state(world: &World, id: &str) -> String {
    let row = sqlx::query_scalar("SELECT state FROM modules WHERE id = $1").bind(id);
    row.fetch_one(world.app.db.read()).await.unwrap()
}

fn content(world: &World, id: &str, path: &str) -> Vec<u8> {
    std::fs::read(world.app.store.module(id).join(path)).unwrap()
}

#[tokio::test]
async fn an_upload_becomes_a_version() {
    let world = World::new().await;
    let entity = world.entity("dataset", "iris", 0).await;
    let files = json!([
        {"path": "d1/one.csv", "size": 5, "modified": "2020-02-03T04:05:06.789"},
        {"path": "d1/void", "size": 0},
        {"path": "z", "size": 3}
    ]);
    let response = begin(&world, &world.owner, &entity, files).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(response.headers()["tus-resumable"], "1.0.0");
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let (code, data) = envelope(response).await;
    let id = data["id"].as_str().unwrap().to_owned();
    assert_eq!(code, 200);
    assert_eq!(data, json!({"id": id, "module_id": id, "version": 1}));
    assert_eq!(location, format!("uploads/{id}"), "right under any base");
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(0)));

    let response = world.send(append(&world.owner, &id, 0, "one")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.headers()["upload-offset"], "3");
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(3)));
    assert_eq!(state(&world, &id).await, "uploading");
    let module = format!("/api/v1/module?id={id}");
    assert_eq!(
        world.get(&world.owner, &module).await.text("state"),
        "uploading"
    );

    let response = world.send(append(&world.owner, &id, 3, "22zzz")).await;
    assert_eq!(response.headers()["upload-offset"], "8");
    let reply = world.get(&world.owner, &module).await;
    assert_eq!(reply.text("state"), "valid");
    assert_eq!(
        (&reply.data["size_bytes"], &reply.data["files"]),
        (&json!(8), &json!(3))
    );
    let reply = world.get(&world.owner, "/api/v1/owner/dataset/iris").await;
    assert_eq!(reply.data["latest_version"], json!(1));
    let path = format!("/api/v1/module/filehash?module_type=data&entity_id={entity}");
    assert_eq!(
        world.get(&world.owner, &path).await.data,
        json!({
            "files": {
                "d1/one.csv": "5ab23457f1e1cf9d633d492bcf4318ca",
                "d1/void": "d41d8cd98f00b204e9800998ecf8427e",
                "z": "f3abb86bd34cf4d52698f14c0da1dc60"
            },
            "dirs": ["d1"], "old_module_id": id
        })
    );
    assert_eq!(content(&world, &id, "d1/one.csv"), b"one22");
    let modified = world
        .app
        .store
        .module(&id)
        .join("d1/one.csv")
        .metadata()
        .unwrap();
    let modified = russell_backend::clock::of_system(modified.modified().unwrap());
    assert_eq!(modified.to_string(), "2020-02-03T04:05:06.789000");
    assert!(!world.app.store.upload(&id).exists());

    // Whoever lost the last answer learns that all is well.
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(8)));
    let again = world.send(append_sized(&world.owner, &id, 8, b"")).await;
    assert_eq!(again.status(), StatusCode::NO_CONTENT);
    let more = world.send(append_sized(&world.owner, &id, 8, b"x")).await;
    assert_eq!(more.status(), StatusCode::GONE);
}

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
async fn what_breaks_the_protocol_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 4}])).await;
    assert_eq!(
        world
            .send(append(&world.owner, &id, 0, "12"))
            .await
            .status(),
        204
    );
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
    assert_eq!(response.headers()["tus-extension"], "creation,termination");
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
async fn empty_files_need_one_empty_request() {
    let world = World::new().await;
    let id = begun(
        &world,
        json!([{"path": "a/b", "size": 0}, {"path": "c", "size": 0}]),
    )
    .await;
    let response = world.send(append_sized(&world.owner, &id, 0, b"")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(state(&world, &id).await, "valid");
    assert!(content(&world, &id, "a/b").is_empty() && content(&world, &id, "c").is_empty());
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

fn endless(first: &'static str) -> Body {
    let first = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(
        first.as_bytes(),
    ))]);
    Body::from_stream(first.chain(futures::stream::pending()))
}

async fn until_offset(world: &World, id: &str, wanted: u64) {
    for _ in 0..400 {
        // A sender that goes on may be past it by the time it is looked at.
        if offset(world, id).await.1 >= Some(wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the upload never came to {wanted}");
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
    assert_eq!(
        world.send(append(&world.owner, &id, 5, "6")).await.status(),
        204
    );
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
    assert_eq!(
        world.send(append(&world.owner, &id, 0, "1")).await.status(),
        204
    );
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
    assert_eq!(
        world
            .send(append(&world.owner, &id, 0, "1234"))
            .await
            .status(),
        204
    );
    assert_eq!(state(&world, &id).await, "valid");
}

#[tokio::test]
async fn many_small_files_arrive_whole() {
    let world = World::new().await;
    let list: Vec<Value> = (0..3000)
        .map(|n| json!({"path": format!("d{}/f{n}", n % 7), "size": n % 5}))
        .collect();
    let body: Vec<u8> = (0..3000_u32)
        .flat_map(|n| vec![(n % 251) as u8; (n % 5) as usize])
        .collect();
    let id = begun(&world, json!(list)).await;
    assert_eq!(
        world
            .send(append(&world.owner, &id, 0, body))
            .await
            .status(),
        204
    );
    assert_eq!(content(&world, &id, "d3/f1004"), [0; 4]);
    let rows: (i64, i64) = sqlx::query_as(
        "SELECT count(*), CAST(sum(size) AS BIGINT) FROM module_files WHERE kind = 'file' AND md5 IS NOT NULL",
    )
    .fetch_one(world.app.db.read())
    .await
    .unwrap();
    assert_eq!(rows, (3000, 6000));
}

#[tokio::test]
async fn the_sink_is_there_only_when_asked_for() {
    let world = World::new().await;
    let reply = world
        .post(&Who::Anonymous, "/api/v1/bench/sink", json!("x"))
        .await;
    assert_eq!(reply.code, 517);
    let world = World::with(|config| config.bench_sink = true).await;
    let reply = world
        .post(&Who::Anonymous, "/api/v1/bench/sink", json!("x"))
        .await;
    assert_eq!((reply.code, reply.data), (200, json!(3)));
}
