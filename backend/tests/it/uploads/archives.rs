//! Archives, unpacked as they arrive.

use super::*;
use md5::Digest as _;
use russell_backend::unpack::{Node, Tree};
use std::io::Write as _;
use tar::{EntryType, Header};

/// A tar whose names are written as they are, which the library would refuse to do.
pub(super) fn tar(entries: &[(&[u8], EntryType, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, kind, text) in entries {
        let is_link = matches!(kind, EntryType::Symlink | EntryType::Link);
        let body = if is_link { &[][..] } else { text };
        let mut header = Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name);
        header.set_entry_type(*kind);
        header.set_size(body.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_700_000_000);
        if is_link {
            header.set_link_name_literal(text).unwrap();
        }
        header.set_cksum();
        tar.append(&header, body).unwrap();
    }
    tar.into_inner().unwrap()
}

pub(super) const FILE: EntryType = EntryType::Regular;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

pub(super) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, body) in entries {
        let options = zip::write::SimpleFileOptions::default();
        match name.strip_suffix('/') {
            Some(folder) => zip.add_directory(folder, options).unwrap(),
            None => {
                zip.start_file(*name, options).unwrap();
                zip.write_all(body).unwrap();
            }
        }
    }
    zip.finish().unwrap().into_inner()
}

pub(super) fn archive(path: &str, bytes: &[u8]) -> Value {
    json!({"path": path, "size": bytes.len(), "unpack": true})
}

pub(super) async fn tree(world: &World, id: &str) -> Tree {
    russell_backend::modules::tree(&world.app, id)
        .await
        .unwrap()
}

fn paths(tree: &Tree) -> Vec<&str> {
    tree.keys().map(String::as_str).collect()
}

/// A picture, a zip, a tar and a tar.gz; and all their bytes.
fn mixed() -> (Value, Vec<u8>) {
    let zipped = zip(&[("a.csv", b"one"), ("empty/", b""), ("名/🎈", b"two")]);
    let plain = tar(&[
        (b"./deep/b", FILE, b"three"),
        (b"copy", EntryType::Link, b"deep/b"),
    ]);
    let packed = gzip(&tar(&[
        (b"c", FILE, &[7; 100_000]),
        (b"d/", EntryType::Directory, b""),
    ]));
    let files = json!([
        {"path": "picture", "size": 4},
        archive("z", &zipped),
        archive("", &plain),
        {"path": "z/beside", "size": 1},
        archive("t/g", &packed),
        {"path": "void", "size": 0}
    ]);
    (
        files,
        [&b"1234"[..], &zipped, &plain, b"5", &packed].concat(),
    )
}

async fn assert_mixed(world: &World, id: &str, sent: u64) {
    assert_eq!(state(world, id).await, "valid");
    let tree = tree(world, id).await;
    let expected = [
        "copy",
        "deep",
        "deep/b",
        "picture",
        "t",
        "t/g",
        "t/g/c",
        "t/g/d",
        "void",
        "z",
        "z/a.csv",
        "z/beside",
        "z/empty",
        "z/名",
        "z/名/🎈",
    ];
    assert_eq!(paths(&tree), expected);
    for (path, bytes) in [
        ("picture", &b"1234"[..]),
        ("z/a.csv", b"one"),
        ("z/名/🎈", b"two"),
        ("z/beside", b"5"),
        ("deep/b", b"three"),
        ("copy", b"three"),
        ("t/g/c", &[7; 100_000]),
    ] {
        assert_eq!(content(world, id, path), bytes, "{path}");
        let Node::File { md5, size, .. } = &tree[path] else {
            panic!("a file: {path}")
        };
        let sum = md5::Md5::digest(bytes);
        let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((md5, *size), (&sum, bytes.len() as u64), "{path}");
    }
    assert!(world.app.store.module(id).join("z/empty").is_dir());
    assert!(!world.app.store.upload(id).exists(), "no archive is kept");
    assert_eq!(
        offset(world, id).await,
        (StatusCode::OK, Some(sent)),
        "as it was sent"
    );
}

#[tokio::test]
async fn archives_are_unpacked_into_their_folders() {
    let world = World::new().await;
    let (files, bytes) = mixed();
    let sent = bytes.len() as u64;
    let id = begun(&world, files).await;
    taken(&world, &id, 0, bytes).await;
    assert_mixed(&world, &id, sent).await;
    // Whoever lost the last answer asks once more.
    let again = world.send(append_sized(&world.owner, &id, sent, b"")).await;
    assert_eq!(again.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn restarts_lose_nothing_of_an_archive() {
    let mut world = World::new().await;
    let (files, bytes) = mixed();
    let id = begun(&world, files).await;
    let step = bytes.len() / 13;
    for (n, piece) in bytes.chunks(step).enumerate() {
        let request = append(&world.owner, &id, (n * step) as u64, piece.to_vec());
        assert_eq!(world.send(request).await.status(), 204);
        // Some pieces follow another within one process.
        if n % 3 != 1 {
            world = world.restarted().await;
        }
    }
    assert_mixed(&world, &id, bytes.len() as u64).await;
}

#[tokio::test]
async fn a_crash_at_the_end_is_made_good() {
    let world = World::new().await;
    let (files, bytes) = mixed();
    let id = begun(&world, files).await;
    let before = bytes.len() - 1;
    let request = append(&world.owner, &id, 0, bytes[..before].to_vec());
    assert_eq!(world.send(request).await.status(), 204);
    // The last byte was written, and some of what was unpacked is where it belongs.
    let (module, list) = (world.app.store.module(&id), world.app.store.upload(&id));
    let world = world.restarted().await;
    let archive = std::fs::OpenOptions::new()
        .append(true)
        .open(list.join("archive-4"));
    archive.unwrap().write_all(&bytes[before..]).unwrap();
    std::fs::create_dir_all(module.join("t/g")).unwrap();
    std::fs::write(module.join("t/g/c"), b"of the try before").unwrap();
    std::fs::create_dir_all(list.join("unpacked-4/d")).unwrap();
    assert_eq!(
        offset(&world, &id).await,
        (StatusCode::OK, Some(bytes.len() as u64))
    );
    assert_mixed(&world, &id, bytes.len() as u64).await;
}

#[tokio::test]
async fn bytes_that_are_dropped_are_not_unpacked() {
    let world = World::new().await;
    let bytes = gzip(&tar(&[(b"a", FILE, b"content")]));
    let id = begun(&world, json!([archive("d", &bytes)])).await;
    let checked = |at: usize, piece: &[u8]| {
        let right = &bytes[at..at + piece.len()];
        let sum =
            base64::Engine::encode(&base64::prelude::BASE64_STANDARD, md5::Md5::digest(right));
        let mut request = append(&world.owner, &id, at as u64, piece.to_vec());
        let value = format!("md5 {sum}").parse().unwrap();
        request.headers_mut().insert("upload-checksum", value);
        request
    };
    let half = bytes.len() / 2;
    for (at, end) in [(0, half), (half, bytes.len())] {
        let wrong: Vec<u8> = bytes[at..end].iter().map(|byte| !byte).collect();
        assert_eq!(world.send(checked(at, &wrong)).await.status().as_u16(), 460);
        assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(at as u64)));
        let request = checked(at, &bytes[at..end]);
        assert_eq!(world.send(request).await.status(), StatusCode::NO_CONTENT);
    }
    assert_eq!(content(&world, &id, "d/a"), b"content");
}

#[tokio::test]
async fn an_archive_belongs_to_its_key() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let begin = async |unpack: bool| {
        let files = json!([{"path": "a", "size": 9, "unpack": unpack}]);
        let body = json!({"entity_id": entity, "module_type": "data", "files": files, "key": "k"});
        let request = tus(&world.owner, Method::POST, "/api/v1/uploads");
        let request = request.body(Body::from(body.to_string())).unwrap();
        envelope(world.send(request).await).await.1
    };
    let first = begin(true).await;
    assert_eq!(begin(true).await, first);
    assert_eq!(begin(false).await["field"], "key");
}

#[tokio::test]
async fn an_archive_is_created_by_headers_too() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let bytes = zip(&[("a", b"1")]);
    // `path` is nothing, `module_type` is data, `unpack` is true.
    let entity = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, entity);
    let said = format!("path ,entity_id {entity},module_type ZGF0YQ==,unpack dHJ1ZQ==");
    let request = tus(&world.owner, Method::POST, "/api/v1/uploads")
        .header("upload-length", bytes.len())
        .header("upload-metadata", said);
    let response = world.send(request.body(Body::empty()).unwrap()).await;
    let id = envelope(response).await.1["id"]
        .as_str()
        .unwrap()
        .to_owned();
    taken(&world, &id, 0, bytes).await;
    assert_eq!(paths(&tree(&world, &id).await), ["a"]);
}

#[tokio::test]
async fn changes_are_counted_in_archives_too() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let base = world.version(&entity, "data").await;
    let files: [(&str, &[u8]); 5] = [
        ("d/same", b"1"),
        ("d/other", b"2"),
        ("d/gone", b"3"),
        ("beside", b"4"),
        ("kept", b"5"),
    ];
    world.fill(&base, &files).await;
    let bytes = zip(&[("same", b"1"), ("other", b"x"), ("new", b"y")]);
    let files = json!([
        archive("d", &bytes),
        {"path": "kept", "size": 1, "kept": {"hash": "e4da3b7fbbce2345d7772b0674a318d5"}}
    ]);
    let body = json!({"entity_id": entity, "module_type": "data", "files": files, "base": base});
    let request = tus(&world.owner, Method::POST, "/api/v1/uploads");
    let response = world
        .send(request.body(Body::from(body.to_string())).unwrap())
        .await;
    let id = envelope(response).await.1["id"]
        .as_str()
        .unwrap()
        .to_owned();
    taken(&world, &id, 0, bytes.clone()).await;
    let reply = world
        .get(&world.owner, &format!("/api/v1/module?id={id}"))
        .await;
    let changes = json!({"base": 1, "added": 1, "changed": 1, "removed": 2, "unchanged": 2});
    assert_eq!(reply.data["changes"], changes);
    assert_eq!(
        paths(&tree(&world, &id).await),
        ["d", "d/new", "d/other", "d/same", "kept"]
    );
    assert_eq!(offset(&world, &id).await.1, Some(bytes.len() as u64));
}
