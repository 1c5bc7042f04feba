//! The binary as a process of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// A backend as an operator runs it; killed when dropped.
pub struct Backend {
    pub child: Child,
    pub address: String,
    /// What it printed before it listened.
    pub said: Vec<String>,
}

/// `russell-backend serve` on this data directory and a free port.
pub fn command(data: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_russell-backend"));
    command
        .args(["serve", "--port", "0", "--data"])
        .arg(data)
        .args(more);
    command
        .env_remove("RUSSELL_DATA")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Backend {
    pub fn start(data: &Path, more: &[&str]) -> Self {
        Self::of(command(data, more))
    }

    pub fn of(mut command: Command) -> Self {
        // From here on whatever fails ends the process too.
        let mut backend = Self {
            child: command.spawn().unwrap(),
            address: String::new(),
            said: Vec::new(),
        };
        let mut errors = backend.child.stderr.take().unwrap();
        std::thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
        let output = BufReader::new(backend.child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            let lines = output.lines().map_while(Result::ok);
            lines.for_each(|line| drop(sender.send(line)));
        });
        while backend.address.is_empty() {
            let line = lines.recv_timeout(Duration::from_secs(30));
            let line = line.expect("a line before it listens");
            match line.strip_prefix("listening on http://") {
                Some(address) => backend.address = address.to_owned(),
                None => backend.said.push(line),
            }
        }
        backend
    }

    pub fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// `code` and `data` of an answer of the JSON API, or the status of another.
    pub fn call(&self, method: &str, path: &str, headers: &str, body: &str) -> (u64, Value) {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}",
            self.address
        );
        let answer = self.raw(request.as_bytes());
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        match serde_json::from_str::<Value>(body) {
            Ok(envelope) => (
                envelope["code"].as_u64().unwrap_or(0),
                envelope["data"].clone(),
            ),
            Err(_) => (
                head.split(' ').nth(1).unwrap().parse().unwrap(),
                json!(body),
            ),
        }
    }

    pub fn signed_in(&self, user: &str, password: &str) -> String {
        let basic = STANDARD.encode(format!("{user}:{password}"));
        let (code, token) = self.call(
            "GET",
            "/api/v1/token",
            &format!("Authorization: Basic {basic}\r\n"),
            "",
        );
        assert_eq!(code, 200, "{token}");
        let basic = STANDARD.encode(format!("{}:", token["token"].as_str().unwrap()));
        format!("Authorization: Basic {basic}\r\n")
    }

    /// A user with a project with a version; answers the header and the version's id.
    pub fn with_project(&self) -> (String, String) {
        let user =
            json!({"username": "carol", "email": "c@example.org", "password": "correct horse"});
        assert_eq!(
            self.call("POST", "/api/v1/user", "", &user.to_string()).0,
            200
        );
        let header = self.signed_in("carol", "correct horse");
        let (_, project) = self.call("PUT", "/api/v1/carol/project/p", &header, "{}");
        let upload = json!({"entity_id": project["id"], "module_type": "code", "files": [{"path": "a", "size": 1}]});
        let tus = format!(
            "{header}Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\n"
        );
        let (_, created) = self.call("POST", "/api/v1/uploads", &tus, &upload.to_string());
        let path = format!("/api/v1/uploads/{}", created["id"].as_str().unwrap());
        assert_eq!(self.call("PATCH", &path, &tus, "x").0, 204);
        (header, created["module_id"].as_str().unwrap().to_owned())
    }

    pub fn task(&self, header: &str, id: &str) -> Value {
        self.call("GET", &format!("/api/v1/experiment/{id}"), header, "")
            .1
    }

    pub fn until(&self, header: &str, id: &str, state: &str) -> Value {
        for _ in 0..400 {
            let task = self.task(header, id);
            if task["state"] == state {
                return task;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the task is not {state}: {}", self.task(header, id));
    }

    /// SIGKILL: nothing is tidied up.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
