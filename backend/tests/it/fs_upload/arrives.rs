//! Uploads that end as valid versions.

use super::{Client, MIB, Server, data, headers, md5, noise, tar_gz};
use crate::support::World;
use futures::SinkExt as _;
use russell_backend::modules;
use serde_json::json;
use std::io::Write as _;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_folder_becomes_a_valid_version() {
    let server = Server::new().await;
    let (entity, module) = server.version("dataset", 1).await;
    let big = noise(3 * MIB + 17);
    let archive = tar_gz(&[("./big.bin", &big), ("./d1/one.csv", b"1\n")]);
    server.upload(&module, &archive, &[]).await;
    let state = server.state(&module).await;
    assert_eq!(state["state"], "valid");
    assert_eq!(state["size_bytes"], big.len() + 2);
    assert_eq!((&state["files"], &state["size"]), (&json!(2), &json!(3)));
    assert_eq!(server.read(&module, "big.bin"), big);
    let path = format!("/api/v1/module/filehash?entity_id={entity}&module_type=data");
    let hashes = server.world.get(&server.world.owner, &path).await.data;
    assert_eq!(
        hashes,
        json!({
            "files": {"big.bin": md5(&big), "d1/one.csv": md5(b"1\n")},
            "dirs": ["d1"],
            "old_module_id": module,
            "sizes": [big.len(), 2],
        })
    );
    assert!(!server.world.app.store.upload(&module).exists());
    assert_eq!(server.resumable(&module).await, "False");
}

#[tokio::test]
async fn code_and_files_of_all_formats_are_taken() {
    let server = Server::new().await;
    let (_, module) = server.version("project", 1).await;
    let archive = tar_gz(&[("./train.py", b"print(1)")]);
    let headers = headers(&server.world.owner, &archive, &[("is_zip", "False")]);
    let mut client = server.connect(&format!("/code/{module}/"), &headers).await;
    assert_eq!(client.code().await, 200);
    client.send(&archive).await;
    assert_eq!(client.code().await, 200);
    assert_eq!(server.state(&module).await["state"], "valid");

    let entity = server.world.entity("dataset", "packed", 1).await;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("x/a.txt", zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(b"a\n").unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(2);
    tar.append_data(&mut header, "x/a.txt", &b"a\n"[..])
        .unwrap();
    let tar = tar.into_inner().unwrap();
    // With what an earlier incremental upload left in the folder's settings: it must not be obeyed.
    let stale = [
        ("is_increment", "True"),
        ("old_module_id", "0123456789abcdef0123456789abcdef"),
        ("ignore_list", r#"["x/a.txt"]"#),
    ];
    for (archive, is_zip, is_compress) in [(zip, "True", "True"), (tar, "False", "False")] {
        let module = server.world.version(&entity, "data").await;
        let mut more = stale.to_vec();
        more.extend([("is_zip", is_zip), ("is_compress", is_compress)]);
        server.upload(&module, &archive, &more).await;
        assert_eq!(server.read(&module, "x/a.txt"), b"a\n");
    }
}

#[tokio::test]
async fn an_increment_builds_on_the_old_version() {
    let server = Server::new().await;
    let (entity, first) = server.version("dataset", 1).await;
    let archive = tar_gz(&[
        ("./keep.csv", b"kept\n"),
        ("./d1/one.csv", b"1\n"),
        ("./d2/two.csv", b"2\n"),
    ]);
    server.upload(&first, &archive, &[]).await;
    let second = server.world.version(&entity, "data").await;
    let archive = tar_gz(&[("./d1/one.csv", b"changed\n"), ("./new.csv", b"n\n")]);
    let mut ignored = vec![
        "d1/one.csv".to_owned(),
        "d2/two.csv".to_owned(),
        "d2".to_owned(),
    ];
    // 5000 deleted files make one header line of 179 kB.
    ignored.extend((0..5000).map(|n| format!("deleted/file-number-{n:012}")));
    let ignored = serde_json::to_string(&ignored).unwrap();
    assert!(ignored.len() > 170_000);
    let more = [
        ("is_increment", "True"),
        ("old_module_id", first.as_str()),
        ("ignore_list", ignored.as_str()),
    ];
    server.upload(&second, &archive, &more).await;
    let tree = modules::tree(&server.world.app, &second).await.unwrap();
    let paths: Vec<&str> = tree.keys().map(String::as_str).collect();
    assert_eq!(paths, ["d1", "d1/one.csv", "keep.csv", "new.csv"]);
    assert_eq!(server.read(&second, "d1/one.csv"), b"changed\n");
    assert_eq!(server.read(&second, "keep.csv"), b"kept\n");
    assert_eq!(server.read(&first, "d1/one.csv"), b"1\n");
}

#[tokio::test]
async fn a_broken_upload_goes_on_where_it_stopped() {
    let server = Server::new().await;
    let (_, module) = server.version("dataset", 1).await;
    let archive = tar_gz(&[("./big.bin", &noise(5 * MIB))]);
    let first = headers(&server.world.owner, &archive, &[]);
    let mut client = server.connect(&data(&module), &first).await;
    assert_eq!(client.code().await, 200);
    client.send(&archive[..2 * MIB]).await;
    drop(client);
    let path = server.world.app.store.upload(&module).join("archive");
    for _ in 0..500 {
        if path.metadata().is_ok_and(|m| m.len() == 2 * MIB as u64) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(server.state(&module).await["state"], "uploading");
    assert_eq!(server.resumable(&module).await, "True");

    // Another archive under the same id is no continuation.
    let other = tar_gz(&[("./other.bin", &noise(5 * MIB))]);
    let resume = [("resume", "True"), ("is_zip", "False")];
    let wrong = headers(&server.world.owner, &other, &resume);
    let mut client = server.connect(&data(&module), &wrong).await;
    assert_eq!(client.code().await, 534);
    client.closed().await;

    let again = headers(&server.world.owner, &archive, &resume);
    let mut client = server.connect(&data(&module), &again).await;
    assert_eq!(client.next().await, json!({"code": 201, "data": 2 * MIB}));
    assert_eq!(client.code().await, 200);
    client.send(&archive[2 * MIB..]).await;
    assert_eq!(client.code().await, 200);
    assert_eq!(server.state(&module).await["state"], "valid");
    assert_eq!(server.resumable(&module).await, "False");
    let mut client = server.connect(&data(&module), &again).await;
    assert_eq!(client.code().await, 534, "it is complete");
}

#[tokio::test]
async fn a_connection_that_hangs_does_not_block_the_next() {
    let server = Server::new().await;
    let (_, module) = server.version("dataset", 1).await;
    let archive = tar_gz(&[("./big.bin", &noise(2 * MIB))]);
    let first = headers(&server.world.owner, &archive, &[]);
    let mut hanging = server.connect(&data(&module), &first).await;
    assert_eq!(hanging.code().await, 200);
    hanging.send(&archive[..MIB]).await;
    server.upload(&module, &archive, &[]).await;
    assert_eq!(server.state(&module).await["state"], "valid");
    hanging.closed().await;
}

#[tokio::test]
async fn everything_sent_but_not_unpacked_needs_no_byte_more() {
    let server = Server::new().await;
    let (_, module) = server.version("dataset", 1).await;
    let archive = tar_gz(&[("./a", b"a")]);
    let first = headers(&server.world.owner, &archive, &[]);
    let mut client = server.connect(&data(&module), &first).await;
    assert_eq!(client.code().await, 200);
    drop(client);
    // As after a crash between the last byte and the unpacking, with a half-unpacked tree besides.
    let store = &server.world.app.store;
    std::fs::write(store.upload(&module).join("archive"), &archive).unwrap();
    std::fs::create_dir(store.module(&module)).unwrap();
    std::fs::write(store.module(&module).join("half"), b"x").unwrap();
    let again = headers(&server.world.owner, &archive, &[("resume", "True")]);
    let mut client = server.connect(&data(&module), &again).await;
    let offset = json!({"code": 201, "data": archive.len()});
    assert_eq!(client.next().await, offset);
    assert_eq!((client.code().await, client.code().await), (200, 200));
    assert_eq!(server.read(&module, "a"), b"a");
    assert!(!store.module(&module).join("half").exists());
}

#[tokio::test]
async fn the_yardstick_takes_messages_and_keeps_nothing() {
    let world = World::with(|config| config.bench_sink = true).await;
    let server = Server::of(world).await;
    let mut client = Client::open(&server.address, "/api/v1/bench/sink", &[]).await;
    client.send(&noise(2 * MIB + 5)).await;
    client
        .socket
        .send(Message::Text("how many?".into()))
        .await
        .unwrap();
    assert_eq!(client.next().await, json!(2 * MIB + 5));
}
