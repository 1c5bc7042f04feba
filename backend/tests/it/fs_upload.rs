//! The CLI's upload over a real socket.

use crate::support::{Who, World};
use futures::{SinkExt as _, StreamExt as _};
use md5::{Digest as _, Md5};
use russell_backend::ids::hex;
use russell_backend::modules;
use serde_json::{Value, json};
use std::io::Write as _;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

const MIB: usize = 1024 * 1024;

/// A backend that listens.
struct Server {
    world: World,
    address: String,
}

impl Server {
    async fn new() -> Self {
        let world = World::new().await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = world.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { world, address }
    }

    /// A new version of a dataset (or project) of the owner.
    async fn version(&self, kind: &str, permission: i64) -> (String, String) {
        let module_type = if kind == "project" { "code" } else { "data" };
        let entity = self.world.entity(kind, "iris", permission).await;
        let module = self.world.version(&entity, module_type).await;
        (entity, module)
    }

    async fn connect(&self, path: &str, headers: &[(&str, String)]) -> Client {
        let url = format!("ws://{}{path}", self.address);
        let mut request = url.into_client_request().unwrap();
        let map = request.headers_mut();
        map.insert("origin", "http://fs.russellcloud.com:443".parse().unwrap());
        for (name, value) in headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            map.insert(name, value.parse().unwrap());
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        Client { socket }
    }

    async fn state(&self, module: &str) -> Value {
        let path = format!("/api/v1/module?id={module}");
        self.world.get(&self.world.owner, &path).await.data
    }

    async fn resumable(&self, module: &str) -> String {
        let path = format!("/api/v1/resume_check?file_id={module}&is_zip=False&is_compress=True");
        let reply = self.world.get(&Who::Anonymous, &path).await;
        assert_eq!(reply.code, 200);
        reply.data.as_str().unwrap().to_owned()
    }

    fn read(&self, module: &str, path: &str) -> Vec<u8> {
        std::fs::read(self.world.app.store.module(module).join(path)).unwrap()
    }

    /// Sends a whole archive to a new data version and expects it to be taken.
    async fn upload(&self, module: &str, archive: &[u8], more: &[(&'static str, &str)]) {
        let mut client = self
            .connect(&data(module), &headers(&self.world.owner, archive, more))
            .await;
        assert_eq!(client.code().await, 200, "begin");
        client.send(archive).await;
        assert_eq!(client.next().await["code"], 200, "finished");
        client.closed().await;
    }
}

/// The CLI's side of a socket.
struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    /// The next message of the protocol, which is always a text.
    async fn next(&mut self) -> Value {
        let message = tokio::time::timeout(Duration::from_secs(30), self.socket.next()).await;
        match message.expect("an answer in time") {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("not a text: {other:?}"),
        }
    }

    async fn code(&mut self) -> u64 {
        self.next().await["code"].as_u64().expect("a number")
    }

    /// In messages of 1 MiB, the last one shorter.
    async fn send(&mut self, bytes: &[u8]) {
        for block in bytes.chunks(MIB) {
            let message = Message::Binary(block.to_vec().into());
            self.socket.send(message).await.unwrap();
        }
    }

    /// Waits until the server closes, and fails if it says or pings anything before.
    async fn closed(&mut self) {
        let message = tokio::time::timeout(Duration::from_secs(10), self.socket.next()).await;
        match message.expect("the server closes") {
            Some(Ok(Message::Close(_)) | Err(_)) | None => {}
            Some(Ok(other)) => panic!("{other:?}"),
        }
    }
}

fn data(module: &str) -> String {
    format!("/data/{module}/")
}

fn md5(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

/// What the CLI says of a packed folder; `more` replaces.
fn headers(
    who: &Who,
    archive: &[u8],
    more: &[(&'static str, &str)],
) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("access_token", who.basic().unwrap_or_default()),
        ("size", archive.len().to_string()),
        ("hash_code", md5(archive)),
        ("user_name", "owner".to_owned()),
        ("data_name", "iris".to_owned()),
        ("is_compress", "True".to_owned()),
        ("is_increment", "False".to_owned()),
        ("resume", "False".to_owned()),
    ];
    for (name, value) in more {
        headers.retain(|(known, _)| known != name);
        headers.push((*name, (*value).to_owned()));
    }
    headers
}

fn tar_gz(files: &[(&str, &[u8])]) -> Vec<u8> {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(gzip);
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, *content).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

/// Bytes that do not compress.
fn noise(size: usize) -> Vec<u8> {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed.to_le_bytes()
    };
    let mut bytes: Vec<u8> = (0..=size / 8).flat_map(|_| next()).collect();
    bytes.truncate(size);
    bytes
}

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
async fn an_increment_on_another_datasets_version_fails() {
    let server = Server::new().await;
    let (_, first) = server.version("dataset", 1).await;
    server
        .upload(&first, &tar_gz(&[("./secret", b"s")]), &[])
        .await;
    let entity = server.world.entity("dataset", "another", 1).await;
    let module = server.world.version(&entity, "data").await;
    let archive = tar_gz(&[("./a", b"a")]);
    let more = [("is_increment", "True"), ("old_module_id", first.as_str())];
    let headers = headers(&server.world.owner, &archive, &more);
    let mut client = server.connect(&data(&module), &headers).await;
    assert_eq!(client.code().await, 200);
    client.send(&archive).await;
    assert_eq!(client.code().await, 532);
    client.closed().await;
    assert_eq!(server.state(&module).await["state"], "failed");
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
async fn damaged_and_dangerous_archives_fail_with_a_reason() {
    let server = Server::new().await;
    let entity = server.world.entity("dataset", "iris", 1).await;
    let good = tar_gz(&[("./a", b"a")]);
    let mut evil = tar::Builder::new(Vec::new());
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    evil.append_link(&mut link, "out", "/etc/passwd").unwrap();
    let evil = evil.into_inner().unwrap();
    let wrong_sum = ("hash_code", "00000000000000000000000000000000");
    for (archive, header, words) in [
        (good.as_slice(), wrong_sum, "checksum"),
        (b"no archive", ("is_compress", "True"), "broken"),
        (&evil, ("is_compress", "False"), "leads out"),
        (b"", ("is_compress", "False"), "broken"),
    ] {
        let module = server.world.version(&entity, "data").await;
        let headers = headers(&server.world.owner, archive, &[header]);
        let mut client = server.connect(&data(&module), &headers).await;
        assert_eq!(client.code().await, 200, "{words}");
        client.send(archive).await;
        assert_eq!(client.code().await, 532, "{words}");
        client.closed().await;
        let state = server.state(&module).await;
        assert_eq!(state["state"], "failed", "{words}");
        let reason = state["reason"].as_str().unwrap();
        assert!(reason.contains(words), "{reason}");
        assert_eq!(server.resumable(&module).await, "False");
        let store = &server.world.app.store;
        assert!(!store.module(&module).exists() && !store.upload(&module).exists());
    }
}

#[tokio::test]
async fn more_than_announced_is_refused_while_it_arrives() {
    let server = Server::new().await;
    let (_, module) = server.version("dataset", 1).await;
    let headers = headers(&server.world.owner, &[0; 10], &[]);
    let mut client = server.connect(&data(&module), &headers).await;
    assert_eq!(client.code().await, 200);
    client.send(&noise(3 * MIB)).await;
    assert_eq!(client.code().await, 532);
    client.closed().await;
    assert_eq!(server.state(&module).await["state"], "failed");
}

#[tokio::test]
async fn only_the_owner_of_an_open_version_may_send() {
    let server = Server::new().await;
    let (entity, module) = server.version("dataset", 1).await;
    let public = server.world.entity("dataset", "public", 0).await;
    let public = server.world.version(&public, "data").await;
    let archive = tar_gz(&[("./a", b"a")]);
    let world = &server.world;
    let unknown = "0123456789abcdef0123456789abcdef";
    for (who, path, code) in [
        (&Who::Anonymous, data(&module), 506),
        (&Who::BasicNone, data(&module), 506),
        (&world.expired, data(&module), 507),
        (&world.other, data(&module), 529),
        (&world.other, data(&public), 522),
        (&world.owner, data(unknown), 529),
        (&world.owner, data("owner%2Firis%2F1"), 529),
        (&world.owner, format!("/code/{module}/"), 529),
    ] {
        let mut client = server.connect(&path, &headers(who, &archive, &[])).await;
        assert_eq!(client.code().await, code, "{path} by {who:?}");
        client.closed().await;
    }
    assert_eq!(server.state(&module).await["state"], "pending");
    for (name, value, code) in [
        ("size", "21474836481", 533),
        ("resume", "True", 534),
        ("resume", "maybe", 519),
    ] {
        let headers = headers(&world.owner, &archive, &[(name, value)]);
        let mut client = server.connect(&data(&module), &headers).await;
        assert_eq!(client.code().await, code, "{name}: {value}");
        client.closed().await;
    }
    server.upload(&module, &archive, &[]).await;
    let again = headers(&world.owner, &archive, &[]);
    let mut client = server.connect(&data(&module), &again).await;
    assert_eq!(client.code().await, 530, "a valid version never changes");
    client.closed().await;
    let gone = world.version(&entity, "data").await;
    sqlx::query("UPDATE modules SET deleted_at = 1 WHERE id = $1")
        .bind(&gone)
        .execute(world.app.db.write())
        .await
        .unwrap();
    let mut client = server.connect(&data(&gone), &again).await;
    assert_eq!(client.code().await, 529);
}

#[tokio::test]
async fn a_resume_check_tells_one_bit() {
    let server = Server::new().await;
    let (_, module) = server.version("dataset", 1).await;
    for id in [module.as_str(), "nonsense", "", "../../russell"] {
        assert_eq!(server.resumable(id).await, "False", "{id}");
    }
}
