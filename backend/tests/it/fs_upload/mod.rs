//! The CLI's upload over a real socket: what the tests have in common.

mod arrives;
mod crash;
mod refused;

use crate::support::{Who, World};
use futures::{SinkExt as _, StreamExt as _};
use md5::{Digest as _, Md5};
use russell_backend::ids::hex;
use serde_json::Value;
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
        Self::of(World::new().await).await
    }

    async fn of(world: World) -> Self {
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
        Client::open(&self.address, path, headers).await
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
    async fn open(address: &str, path: &str, headers: &[(&str, String)]) -> Self {
        let url = format!("ws://{address}{path}");
        let mut request = url.into_client_request().unwrap();
        let map = request.headers_mut();
        map.insert("origin", "http://fs.russellcloud.com:443".parse().unwrap());
        for (name, value) in headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            map.insert(name, value.parse().unwrap());
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        Self { socket }
    }

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
