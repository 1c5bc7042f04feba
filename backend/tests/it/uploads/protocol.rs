//! What tus 1.0 promises to clients that know nothing of us: abilities, plain creation, checksums, expiration.

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::Sha256;

fn sum<D: Digest>(name: &str, bytes: &[u8]) -> String {
    format!("{name} {}", BASE64_STANDARD.encode(D::digest(bytes)))
}

fn checked(
    world: &World,
    id: &str,
    offset: u64,
    checksum: &str,
    body: impl Into<Body>,
) -> Request<Body> {
    let mut request = append(&world.owner, id, offset, body);
    let headers = request.headers_mut();
    headers.insert("upload-checksum", checksum.parse().unwrap());
    request
}

fn metadata(list: &[(&str, &str)]) -> String {
    let pair = |(key, value): &(&str, &str)| format!("{key} {}", BASE64_STANDARD.encode(value));
    list.iter().map(pair).collect::<Vec<_>>().join(",")
}

async fn create(world: &World, length: &str, metadata: &str) -> Response<Body> {
    let request = tus(&world.owner, Method::POST, "/api/v1/uploads")
        .header("upload-length", length)
        .header("upload-metadata", metadata);
    world.send(request.body(Body::empty()).unwrap()).await
}

fn expires(response: &Response<Body>) -> Option<String> {
    let value = response.headers().get("upload-expires")?;
    Some(value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_abilities_are_told_to_anybody() {
    let world = World::new().await;
    for path in ["/api/v1/uploads", "/api/v1/uploads/0"] {
        let request = Request::builder().method(Method::OPTIONS).uri(path);
        let response = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        for (name, value) in [
            ("tus-resumable", "1.0.0"),
            ("tus-version", "1.0.0"),
            ("tus-extension", "creation,checksum,expiration,termination"),
            ("tus-checksum-algorithm", "sha1,sha256,md5"),
            ("tus-max-size", "21474836480"),
        ] {
            assert_eq!(response.headers()[name], value, "{path}");
        }
    }
}

#[tokio::test]
async fn one_file_is_created_by_headers_alone() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let said = metadata(&[
        ("filename", "c.csv"),
        ("path", "a/b/名.csv"),
        ("entity_id", &entity),
        ("module_type", "data"),
        ("description", "of another client"),
        ("filetype", "text/csv"),
    ]);
    let response = create(&world, "5", &said).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let id = location.strip_prefix("uploads/").unwrap().to_owned();
    taken(&world, &id, 0, "12").await;
    taken(&world, &id, 2, "345").await;
    assert_eq!(state(&world, &id).await, "valid");
    assert_eq!(content(&world, &id, "a/b/名.csv"), b"12345");

    // Without a byte to send it is complete at once: such clients send no empty request.
    let response = create(&world, "0", &said).await;
    assert_eq!(
        (response.status(), expires(&response)),
        (StatusCode::CREATED, None)
    );
    let id = envelope(response).await.1["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(state(&world, &id).await, "valid");
    assert_eq!(content(&world, &id, "a/b/名.csv"), b"");
}

#[tokio::test]
async fn what_headers_cannot_ask_for_is_refused() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let of = |path| {
        metadata(&[
            ("path", path),
            ("entity_id", &entity),
            ("module_type", "data"),
        ])
    };
    let nothing = metadata(&[("filename", "a")]);
    for (length, said, status, reason) in [
        ("x", of("a"), 400, "malformed"),
        ("1", of("../a"), 400, "illegal_path"),
        ("1", nothing, 400, "missing"),
        ("1", "filename".to_owned(), 400, "missing"),
        ("21474836481", of("a"), 413, "too_large"),
    ] {
        let response = create(&world, length, &said).await;
        assert_eq!(response.status(), status, "{length} {said}");
        assert_eq!(envelope(response).await.1["reason"], reason);
    }
    let request = tus(&world.owner, Method::POST, "/api/v1/uploads")
        .header("upload-defer-length", "1")
        .header("upload-metadata", of("a"));
    let response = world.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let path = format!("/api/v1/modules?module_type=data&entity_id={entity}");
    assert_eq!(world.get(&world.owner, &path).await.data["total"], 0);
}

#[tokio::test]
async fn bytes_with_their_checksum_are_kept() {
    let world = World::new().await;
    let files =
        json!([{"path": "a", "size": 4}, {"path": "void", "size": 0}, {"path": "b", "size": 5}]);
    let id = begun(&world, files).await;
    let pieces: [(u64, &str, String); 3] = [
        (0, "123", sum::<Sha1>("sha1", b"123")),
        (3, "4ab", sum::<Sha256>("sha256", b"4ab")),
        (6, "cde", sum::<Md5>("md5", b"cde")),
    ];
    for (at, piece, checksum) in pieces {
        let response = world.send(checked(&world, &id, at, &checksum, piece)).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(response.headers()["upload-offset"], (at + 3).to_string());
    }
    assert_eq!(state(&world, &id).await, "valid");
    assert_eq!(
        (content(&world, &id, "a"), content(&world, &id, "b")),
        (b"1234".to_vec(), b"abcde".to_vec())
    );
}

#[tokio::test]
async fn bytes_with_another_checksum_are_dropped() {
    let world = World::new().await;
    let files =
        json!([{"path": "a", "size": 4}, {"path": "void", "size": 0}, {"path": "d/b", "size": 5}]);
    let id = begun(&world, files).await;
    taken(&world, &id, 0, "12").await;
    // Into the next files, and to the end: nothing of it stays, and no version comes of it.
    for body in ["3", "34ab", "34abcde"] {
        let checksum = sum::<Sha1>("sha1", b"other");
        let response = world.send(checked(&world, &id, 2, &checksum, body)).await;
        assert_eq!(response.status().as_u16(), 460);
        assert_eq!(envelope(response).await.1["reason"], "checksum_mismatch");
        assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(2)));
        assert_eq!(content(&world, &id, "a"), b"12");
        assert!(!world.app.store.module(&id).join("d/b").exists());
        assert_eq!(state(&world, &id).await, "uploading");
    }
    let checksum = sum::<Sha1>("sha1", b"34abcde");
    let response = world
        .send(checked(&world, &id, 2, &checksum, "34abcde"))
        .await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(content(&world, &id, "a"), b"1234");
    let tree = russell_backend::modules::tree(&world.app, &id)
        .await
        .unwrap();
    let russell_backend::unpack::Node::File { md5, .. } = &tree["a"] else {
        panic!("a file")
    };
    assert_eq!(
        md5, "81dc9bdb52d04dc20036dbd8313ed055",
        "of the right bytes"
    );
}

#[tokio::test]
async fn a_checksum_that_cannot_be_checked_stops_nothing_else() {
    let world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 4}])).await;
    for checksum in ["crc32 AAAA", "sha1 AAAA", "sha1"] {
        let response = world.send(checked(&world, &id, 0, checksum, "1234")).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{checksum}");
        assert_eq!(envelope(response).await.1["field"], "Upload-Checksum");
    }
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(0)));
}

#[tokio::test]
async fn half_a_body_with_a_checksum_is_dropped() {
    let world = World::new().await;
    let id = begun(&world, json!([{"path": "a", "size": 6}])).await;
    taken(&world, &id, 0, "12").await;
    let broken = futures::stream::iter([
        Ok(Bytes::from_static(b"34")),
        Err(std::io::Error::other("the connection broke")),
    ]);
    let checksum = sum::<Md5>("md5", b"3456");
    let request = checked(&world, &id, 2, &checksum, Body::from_stream(broken));
    assert_eq!(world.send(request).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(2)));
    let response = world.send(checked(&world, &id, 2, &checksum, "3456")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(content(&world, &id, "a"), b"123456");
}

#[tokio::test]
async fn a_crash_leaves_no_byte_that_nobody_checked() {
    let world = World::new().await;
    let files = json!([{"path": "a", "size": 4}, {"path": "b", "size": 5}]);
    let id = begun(&world, files).await;
    taken(&world, &id, 0, "12").await;
    let checksum = sum::<Md5>("md5", b"34abcde");
    let request = checked(&world, &id, 2, &checksum, endless("34ab"));
    let running = tokio::spawn(tower::ServiceExt::oneshot(world.router.clone(), request));
    let written = world.app.store.module(&id).join("b");
    for _ in 0..1000 {
        if written.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(written.exists(), "the bytes are on their way");
    assert!(world.app.store.upload(&id).join("unchecked").exists());
    // As the disk is after a crash in this moment.
    let (module, list) = (world.app.store.module(&id), world.app.store.upload(&id));
    let kept = tempfile::tempdir().unwrap();
    copy(&module, &kept.path().join("module"));
    copy(&list, &kept.path().join("list"));
    running.abort();
    let _ = running.await;
    let world = world.restarted().await;
    for (from, to) in [("module", &module), ("list", &list)] {
        std::fs::remove_dir_all(to).unwrap();
        copy(&kept.path().join(from), to);
    }
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(2)));
    let response = world
        .send(checked(&world, &id, 2, &checksum, "34abcde"))
        .await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(content(&world, &id, "b"), b"abcde");
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[tokio::test]
async fn every_answer_tells_when_the_upload_expires() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let in_a_day = |world: &World| {
        let time = api::Time(world.app.clock.now().0 + 86_400_000_000);
        russell_backend::http::date::http_date(time)
    };
    let files = json!([{"path": "a", "size": 2}]);
    let response = begin(&world, &world.owner, &entity, files).await;
    let first = expires(&response).expect("it goes on");
    let id = envelope(response).await.1["id"]
        .as_str()
        .unwrap()
        .to_owned();
    world.app.clock.advance(Duration::from_secs(3600));
    let head = || tus(&world.owner, Method::HEAD, &format!("/api/v1/uploads/{id}"));
    let response = world.send(head().body(Body::empty()).unwrap()).await;
    assert_eq!(expires(&response).as_ref(), Some(&first), "nothing came");
    let response = world.send(append(&world.owner, &id, 0, "1")).await;
    let second = expires(&response).expect("it goes on");
    assert_ne!(second, first);
    let response = world.send(head().body(Body::empty()).unwrap()).await;
    assert_eq!(expires(&response).as_ref(), Some(&second));
    assert_eq!(second, in_a_day(&world));

    let response = world.send(append(&world.owner, &id, 1, "2")).await;
    assert_eq!(expires(&response), None, "it is complete");
    let response = world.send(head().body(Body::empty()).unwrap()).await;
    assert_eq!(expires(&response), None);
}
