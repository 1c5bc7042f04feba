//! The backend as a process, and clients of its own for it.

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{SinkExt as _, StreamExt as _};
use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub const MIB: usize = 1 << 20;

/// A backend with an account; it dies with this value.
pub struct Server {
    child: Child,
    pub address: String,
    /// `B = base64(token + ":")`.
    pub basic: String,
    dir: TempDir,
}

impl Server {
    pub async fn start() -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_russell-backend"))
            .args(["serve", "--port", "0", "--empty", "--bench-sink", "--data"])
            .arg(dir.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().context("it has an output")?;
        let mut lines = BufReader::new(output).lines();
        let address = loop {
            let line = lines.next_line().await?.context("it ended at once")?;
            if let Some(address) = line.strip_prefix("listening on http://") {
                break address.to_owned();
            }
        };
        let mut server = Self {
            child,
            address,
            basic: String::new(),
            dir,
        };
        let account = json!({"username": "ann", "email": "a@example.org", "password": "correct horse battery"});
        server.call("POST", "/api/v1/user", &account).await?;
        server.basic = STANDARD.encode("ann:correct horse battery");
        let token = server.call("GET", "/api/v1/token", &Value::Null).await?;
        let token = token["token"].as_str().context("a token")?;
        server.basic = STANDARD.encode(format!("{token}:"));
        Ok(server)
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A request of the JSON API on a connection of its own; answers `data`.
    pub async fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let mut client = Client::connect(&self.address).await?;
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let answer = client
            .ask(&request(method, path, &self.basic, &body))
            .await?;
        let envelope: Value = serde_json::from_slice(answer)?;
        ensure!(envelope["code"] == 200, "{method} {path}: {envelope}");
        Ok(envelope["data"].clone())
    }

    /// A project (`project`) or dataset (`dataset`); answers its id.
    pub async fn entity(&self, kind: &str) -> Result<String> {
        let path = format!("/api/v1/ann/{kind}/bench");
        text(&self.call("PUT", &path, &json!({})).await?, "id")
    }

    /// Announces a version; answers its id.
    pub async fn version(&self, entity: &str, kind: &str) -> Result<String> {
        let body = json!({"entity_id": entity, "module_type": kind});
        text(&self.call("PUT", "/api/v1/module", &body).await?, "id")
    }

    /// Opens a WebSocket.
    pub async fn socket(&self, path: &str, headers: &[(&'static str, String)]) -> Result<Socket> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse()?);
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Socket(socket))
    }

    /// Resident memory now, and the most since [`Server::forget_peak`], in bytes.
    pub fn memory(&self) -> Result<(u64, u64)> {
        let status = std::fs::read_to_string(self.proc("status")?)?;
        let field = |name: &str| -> Result<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let words = line
                .context("a line of the status")?
                .trim()
                .trim_end_matches(" kB");
            Ok(words.parse::<u64>()? * 1024)
        };
        Ok((field("VmRSS:")?, field("VmHWM:")?))
    }

    /// Lets the peak of the memory begin anew.
    pub fn forget_peak(&self) -> Result<()> {
        Ok(std::fs::write(self.proc("clear_refs")?, "5")?)
    }

    /// Time of processors that it has used.
    pub fn processor(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(self.proc("stat")?)?;
        let (_, rest) = stat.rsplit_once(')').context("a name in brackets")?;
        let ticks: Vec<u64> = rest
            .split_whitespace()
            .skip(11)
            .take(2)
            .flat_map(str::parse)
            .collect();
        Ok(
            Duration::from_secs(ticks.iter().sum())
                / rustix::param::clock_ticks_per_second() as u32,
        )
    }

    fn proc(&self, file: &str) -> Result<PathBuf> {
        let id = self.child.id().context("it runs")?;
        Ok(Path::new("/proc").join(id.to_string()).join(file))
    }
}

fn text(value: &Value, key: &str) -> Result<String> {
    Ok(value[key].as_str().context("a text")?.to_owned())
}

/// A request of the JSON API as it goes over the wire.
pub fn request(method: &str, path: &str, basic: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Basic {basic}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A connection that asks one thing after another.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub async fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let buffer = Vec::with_capacity(64 * 1024);
        Ok(Self { stream, buffer })
    }

    /// Sends a whole request; answers the body.
    pub async fn ask(&mut self, request: &str) -> Result<&[u8]> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the connection was closed");
            }
            let Some(head) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let lines = std::str::from_utf8(&self.buffer[..head])?.to_ascii_lowercase();
            let length = lines
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.context("a length")?.trim().parse()?;
            if self.buffer.len() >= head + 4 + length {
                return Ok(&self.buffer[head + 4..head + 4 + length]);
            }
        }
    }
}

/// A WebSocket that sends as the CLI does.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Sends it in messages of 1 MiB.
    pub async fn send(&mut self, bytes: &bytes::Bytes) -> Result<()> {
        for at in (0..bytes.len()).step_by(MIB) {
            let block = bytes.slice(at..bytes.len().min(at + MIB));
            self.0.send(Message::Binary(block)).await?;
        }
        Ok(())
    }

    pub async fn say(&mut self, words: &str) -> Result<()> {
        Ok(self.0.send(Message::Text(words.into())).await?)
    }

    /// The next text.
    pub async fn hear(&mut self) -> Result<Value> {
        match self.0.next().await {
            Some(Ok(Message::Text(text))) => Ok(serde_json::from_str(&text)?),
            other => bail!("no text: {other:?}"),
        }
    }
}

/// The headers of the CLI's upload of an archive.
pub fn headers(basic: &str, archive: &[u8]) -> Vec<(&'static str, String)> {
    let sum = Md5::digest(archive);
    vec![
        ("access_token", basic.to_owned()),
        ("size", archive.len().to_string()),
        (
            "hash_code",
            sum.iter().map(|byte| format!("{byte:02x}")).collect(),
        ),
        ("user_name", "ann".to_owned()),
        ("data_name", "bench".to_owned()),
        ("is_compress", "True".to_owned()),
        ("is_increment", "False".to_owned()),
        ("resume", "False".to_owned()),
    ]
}

/// A tar.gz of these files, packed in a hurry.
pub fn tar_gz(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<bytes::Bytes> {
    let level = flate2::Compression::fast();
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), level));
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mtime(1_700_000_000);
        tar.append_data(&mut header, path, &content[..])?;
    }
    Ok(tar.into_inner()?.finish()?.into())
}

/// Bytes that do not compress, the same in every run.
pub fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// The value in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
