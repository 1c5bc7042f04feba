//! Archives as nobody should send them: refused with a reason, and nothing is left.

use super::archives::{FILE, archive, gzip, tar, zip};
use super::*;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use tar::EntryType;

/// An upload of these files is refused while or after these bytes are sent.
async fn refused(world: &World, files: Value, bytes: &[u8], reason: &str, words: &[&str]) {
    refused_in(world, "data", files, bytes, reason, words).await;
}

async fn refused_in(
    world: &World,
    kind: &str,
    files: Value,
    bytes: &[u8],
    reason: &str,
    words: &[&str],
) {
    let noun = if kind == "code" { "project" } else { "dataset" };
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("hostile-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let entity = world.entity(noun, &name, 0).await;
    let body = json!({"entity_id": entity, "module_type": kind, "files": files});
    let request = tus(&world.owner, Method::POST, "/api/v1/uploads");
    let response = world
        .send(request.body(Body::from(body.to_string())).unwrap())
        .await;
    let id = envelope(response).await.1["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let response = world
        .send(append(&world.owner, &id, 0, bytes.to_vec()))
        .await;
    let expected = if reason.starts_with("too_") { 413 } else { 400 };
    assert_eq!(response.status().as_u16(), expected, "{words:?}");
    let problem = envelope(response).await.1;
    assert_eq!(
        (&problem["reason"], &problem["field"]),
        (&json!(reason), &json!("files")),
        "{problem}"
    );
    let message = problem["message"].as_str().unwrap();
    words
        .iter()
        .for_each(|word| assert!(message.contains(word), "{word:?} in {message:?}"));
    assert_eq!(state(world, &id).await, "failed");
    assert!(!world.app.store.module(&id).exists() && !world.app.store.upload(&id).exists());
    assert_eq!(offset(world, &id).await.0, StatusCode::GONE);
    let outside = world.app.store.root().join("modules/secret");
    assert!(!outside.exists(), "nothing left its folder");
}

async fn refused_tar(
    world: &World,
    entries: &[(&[u8], EntryType, &[u8])],
    reason: &str,
    words: &[&str],
) {
    let bytes = tar(entries);
    refused(
        world,
        json!([archive("into", &bytes)]),
        &bytes,
        reason,
        words,
    )
    .await;
    let bytes = gzip(&bytes);
    refused(world, json!([archive("", &bytes)]), &bytes, reason, words).await;
}

#[tokio::test]
async fn what_leads_out_is_refused() {
    let world = &World::new().await;
    const LINK: EntryType = EntryType::Symlink;
    for (name, kind, text) in [
        (&b"../secret"[..], FILE, &b"x"[..]),
        (b"a/../../secret", FILE, b"x"),
        (b"/secret", FILE, b"x"),
        (b"secret", LINK, b"../../secret"),
        (b"secret", LINK, b"/etc/passwd"),
        (b"secret", EntryType::Link, b"../secret"),
    ] {
        let entries = [(&b"good"[..], FILE, &b"x"[..]), (name, kind, text)];
        refused_tar(world, &entries, "illegal_path", &["secret"]).await;
    }
    for name in ["../secret", "/secret", "a/../../secret"] {
        let bytes = zip(&[("good", b"x"), (name, b"x")]);
        let files = json!([archive("into", &bytes)]);
        refused(
            world,
            files,
            &bytes,
            "illegal_path",
            &["secret", "\"into\""],
        )
        .await;
    }
}

#[tokio::test]
async fn what_is_no_file_is_refused() {
    let world = &World::new().await;
    for kind in [EntryType::Char, EntryType::Block, EntryType::Fifo] {
        refused_tar(
            world,
            &[(b"the-device", kind, b"")],
            "bad_archive",
            &["the-device"],
        )
        .await;
    }
    let link = [
        (&b"the-link"[..], EntryType::Symlink, &b"nowhere"[..]),
        (b"a", FILE, b"x"),
    ];
    refused_tar(world, &link, "illegal_path", &["the-link"]).await;
}

#[tokio::test]
async fn names_that_cannot_be_are_refused() {
    let world = &World::new().await;
    refused_tar(
        world,
        &[(b"caf\xe9", FILE, b"x")],
        "illegal_path",
        &["UTF-8", "caf"],
    )
    .await;
    for second in [&b"./twice"[..], b"twice/b"] {
        let entries = [(&b"twice"[..], FILE, &b"x"[..]), (second, FILE, b"y")];
        refused_tar(world, &entries, "bad_archive", &["twice"]).await;
    }
    // With its folder it is longer than a path can be.
    let name = [
        "d".repeat(200),
        "e".repeat(200),
        "f".repeat(200),
        "g".repeat(200),
    ]
    .join("/");
    let bytes = zip(&[(name.as_str(), b"x")]);
    let folder = ["h".repeat(200), "i".repeat(200)].join("/");
    refused(
        world,
        json!([archive(&folder, &bytes)]),
        &bytes,
        "illegal_path",
        &["ggg"],
    )
    .await;
}

#[tokio::test]
async fn what_the_list_has_already_is_refused() {
    let world = &World::new().await;
    let bytes = tar(&[(b"b/c", FILE, b"x")]);
    let with = |path: &str| json!([archive("a", &bytes), {"path": path, "size": 0}]);
    for path in ["a/b/c", "a/b", "a/b/c/d"] {
        refused(world, with(path), &bytes, "bad_archive", &["a/b"]).await;
    }
    let twice = [&bytes[..], &bytes].concat();
    let files = json!([archive("a", &bytes), archive("a", &bytes)]);
    refused(world, files, &twice, "bad_archive", &["a/b/c"]).await;
}

#[tokio::test]
async fn what_is_broken_is_refused() {
    let world = &World::new().await;
    let plain = tar(&[(b"a", FILE, &[b'x'; 2000]), (b"b", FILE, b"y")]);
    let zipped = zip(&[("a", &[b'x'; 2000]), ("b", b"y")]);
    let packed = gzip(&plain);
    for whole in [&plain, &zipped, &packed] {
        let cut = &whole[..whole.len() * 2 / 3];
        refused(
            world,
            json!([archive("into", cut)]),
            cut,
            "bad_archive",
            &["\"into\""],
        )
        .await;
    }
    let text = b"no archive at all".repeat(100);
    refused(
        world,
        json!([archive("", &text)]),
        &text,
        "bad_archive",
        &["neither"],
    )
    .await;
    let other = gzip(&text);
    refused(
        world,
        json!([archive("", &other)]),
        &other,
        "bad_archive",
        &["broken"],
    )
    .await;
    let empty = tar(&[(b"d/", EntryType::Directory, b"")]);
    refused(
        world,
        json!([archive("", &empty)]),
        &empty,
        "empty_upload",
        &["no file"],
    )
    .await;
    // The checksum of the content.
    let mut flipped = zip(&[("flipped", b"some content that is long enough")]);
    flipped[50] ^= 1;
    refused(
        world,
        json!([archive("", &flipped)]),
        &flipped,
        "bad_archive",
        &["flipped"],
    )
    .await;
}

#[tokio::test]
async fn a_bomb_ends_where_its_kind_of_version_does() {
    // Half a gigabyte of zeros; code has a fifth.
    let zeros = vec![0; 16 << 20];
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for n in 0..32 {
        let mut header = tar::Header::new_gnu();
        header.set_path(format!("zeros-{n}")).unwrap();
        header.set_size(zeros.len() as u64);
        header.set_cksum();
        gzip.write_all(header.as_bytes()).unwrap();
        gzip.write_all(&zeros).unwrap();
    }
    let bomb = gzip.finish().unwrap();
    let world = World::new().await;
    let files = json!([archive("", &bomb)]);
    refused_in(&world, "code", files, &bomb, "too_large", &["104857600"]).await;
}

#[tokio::test]
async fn what_is_wrong_is_told_before_the_archive_is_whole() {
    let world = World::new().await;
    let mut start = tar(&[(b"../secret", FILE, b"x")]);
    start.truncate(1024);
    let id = begun(
        &world,
        json!([{"path": "", "size": 10_000, "unpack": true}]),
    )
    .await;
    // The next piece after the thread has looked finds it out; the first one may, if the thread is quick.
    let more = (1024..2024).map(|at| (at, b"0".to_vec()));
    for (at, piece) in std::iter::once((0, start)).chain(more) {
        let response = world.send(append(&world.owner, &id, at, piece)).await;
        if response.status() == StatusCode::BAD_REQUEST {
            assert_eq!(envelope(response).await.1["reason"], "illegal_path");
            assert_eq!(state(&world, &id).await, "failed");
            assert!(!world.app.store.upload(&id).exists());
            return;
        }
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it was never found out");
}

#[tokio::test]
async fn giving_up_ends_the_unpacking() {
    let world = World::new().await;
    let bytes = tar(&[(b"a", FILE, &[b'x'; 5000])]);
    let id = begun(&world, json!([archive("", &bytes)])).await;
    let half = bytes[..3000].to_vec();
    taken(&world, &id, 0, half).await;
    let delete = tus(
        &world.owner,
        Method::DELETE,
        &format!("/api/v1/uploads/{id}"),
    );
    let response = world.send(delete.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(!world.app.store.module(&id).exists() && !world.app.store.upload(&id).exists());
}

#[tokio::test]
async fn an_archive_that_is_none_is_not_begun() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    for file in [
        json!({"path": "a", "size": 0, "unpack": true}),
        json!({"path": "a", "size": 1, "unpack": true, "kept": {"hash": "0"}}),
    ] {
        let files = json!([file, {"path": "b", "size": 1}]);
        let response = begin(&world, &world.owner, &entity, files).await;
        let problem = envelope(response).await.1;
        assert_eq!(
            problem["field"],
            if file.get("kept").is_some() {
                "base"
            } else {
                "files"
            }
        );
    }
}
