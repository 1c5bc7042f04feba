//! Servers inside of tasks, in real sandboxes, reached through the second listener.

use crate::support::lab::Lab;
use crate::support::{Who, World, bytes};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use futures::{SinkExt as _, StreamExt as _};
use russell_backend::config::Config;
use russell_backend::servers::{self, Origin};
use russell_backend::tasks::queue;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tower::ServiceExt as _;

/// A server of the standard library: what it is asked, what it is sent, and an echo over a WebSocket.
const SERVICE: &[u8] = br#"
import base64, hashlib, http.server, json, os

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body, status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/ws":
            return self.echo()
        if self.path == "/moved":
            return self.answer(b"", 302, Location="/there", Clear_Site_Data="*", Service_Worker_Allowed="/")
        if self.path == "/slow":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"5\r\nfirst\r\n")
            self.wfile.flush()
            return open("/tmp/go").read() and self.wfile.write(b"4\r\nlast\r\n0\r\n\r\n")
        self.answer(json.dumps({"path": self.path, "headers": dict(self.headers)}).encode())

    def do_POST(self):
        if self.path == "/go":
            self.answer(b"")
            open("/tmp/go", "w").write("x")
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(hashlib.sha256(body).hexdigest().encode() + b"\n" + body[:7])

    def echo(self):
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept)
        self.end_headers()
        while True:
            first, length = self.rfile.read(2)
            mask = self.rfile.read(4)
            data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.rfile.read(length & 127)))
            self.wfile.write(bytes([first, len(data)]) + data)

if __name__ == "__main__":
    os.mkfifo("/tmp/go")
    http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
"#;

/// Stands for JupyterLab: it wants its token and its prefix.
const NOTEBOOK: &[u8] = br#"
import http.server, os, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        right = self.headers["Authorization"] == "token " + os.environ["JUPYTER_TOKEN"]
        body = (self.path + " " + " ".join(sys.argv[1:])).encode()
        self.send_response(200 if right else 403)
        self.end_headers()
        self.wfile.write(body)

port = [word for word in sys.argv if word.startswith("--ServerApp.port=")][0].split("=")[1]
http.server.HTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
"#;

/// Stands for TensorBoard: any free port, its prefix, the names of what lies in the folder.
const TENSORBOARD: &[u8] = br#"
import http.server, os, sys

options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
print("TensorBoard talks")

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        right = self.path.startswith(options["--path_prefix"] + "/")
        self.send_response(200 if right else 404)
        self.end_headers()
        self.wfile.write(" ".join(os.listdir(options["--logdir"])).encode())

http.server.HTTPServer((options["--host"], int(options["--port"])), Handler).serve_forever()
"#;

/// The second listener beside a lab.
struct Site {
    lab: Lab,
    apps: Router,
}

/// An environment in which the stand-ins are found.
fn stand_ins(config: &mut Config) {
    let file = config.data.with_extension("toml");
    let text = "[machine]\ncpu_slots = 2\ngrace = 1\n[[environment]]\nname = \"python3\"\nsupport_jupyter = true\n\
                support_tensorboard = true\n[environment.variables]\nPYTHONPATH = \"/workspace\"\n\
                [[environment]]\nname = \"plain\"\nsupport_jupyter = false\nsupport_tensorboard = false\n";
    std::fs::write(&file, text).unwrap();
    config.environments = Some(file);
    config.servers = Origin::Port(81);
}

impl Site {
    async fn new() -> Self {
        let mut lab = Lab::idle(World::with(stand_ins).await, 0).await;
        lab.code = lab.world.version(&lab.project, "code").await;
        let files = [
            ("service.py", SERVICE),
            ("jupyterlab/__main__.py", NOTEBOOK),
            ("tensorboard/__init__.py", b""),
            ("tensorboard/main.py", TENSORBOARD),
        ];
        lab.world.fill(&lab.code, &files).await;
        queue::start(&lab.world.app).await.unwrap();
        let apps = servers::router(lab.world.app.clone());
        Self { lab, apps }
    }

    async fn detail_for(&self, who: &Who, id: &str) -> Value {
        let path = format!("/api/v1/task/{id}?content=detail");
        let request = Request::get(path)
            .header("host", "ml:80")
            .header("authorization", format!("Basic {}", who.basic().unwrap()));
        let response = self
            .lab
            .world
            .send(request.body(Body::empty()).unwrap())
            .await;
        let value: Value = serde_json::from_slice(&bytes(response).await).unwrap();
        assert_eq!(value["code"], 200, "{value}");
        value["data"].clone()
    }

    /// The detail once this server answers.
    async fn answering(&self, id: &str, server: &str) -> Value {
        self.lab.until(id, "running").await;
        for _ in 0..400 {
            let detail = self.detail_for(&self.lab.world.owner, id).await;
            if detail["answering"]
                .as_array()
                .unwrap()
                .contains(&json!(server))
            {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{server} does not answer; the log:\n{}", self.lab.log(id));
    }

    async fn ask(&self, request: axum::http::request::Builder, body: Body) -> Response<Body> {
        let request = request.body(body).unwrap();
        self.apps.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str, cookie: &str) -> Response<Body> {
        let request = Request::get(path).header("cookie", cookie);
        self.ask(request, Body::empty()).await
    }

    /// Goes where the address of the API leads; answers the cookie.
    async fn enter(&self, url: &Value) -> String {
        let path = url.as_str().unwrap().strip_prefix("http://ml:81").unwrap();
        let response = self.get(path, "").await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let clean = path.split('?').next().unwrap();
        assert_eq!(response.headers()["location"], clean);
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        let rest = format!("; Path={clean}; HttpOnly; SameSite=Lax");
        cookie.strip_suffix(&rest).expect(cookie).to_owned()
    }
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(bytes(response).await).unwrap()
}

#[tokio::test]
async fn what_a_command_serves_is_reached_with_the_secret_alone() {
    let site = Site::new().await;
    let serve = json!({"mode": "serve"});
    let id = site
        .lab
        .run(
            "mkfifo /tmp/wait; cat /tmp/wait; python3 service.py",
            serve.clone(),
        )
        .await;
    site.lab.until(&id, "running").await;
    let detail = site.detail_for(&site.lab.world.owner, &id).await;
    assert_eq!(detail["answering"], json!([]));
    let cookie = site.enter(&detail["serve_url"]).await;
    let path = format!("/serve/{id}/");
    let early = site.get(&path, &cookie).await;
    assert_eq!(early.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(text(early).await.contains("does not listen on a port yet"));
    let root = site.lab.world.app.store.task(&id);
    std::fs::write(root.join("tmp/wait"), "go").unwrap();
    site.answering(&id, "serve").await;

    let asked = Request::get(format!("{path}a%2Fb?q=1")).header("cookie", format!("x=y; {cookie}"));
    let answer = site.ask(asked, Body::empty()).await;
    assert_eq!(
        answer.headers()["cross-origin-resource-policy"],
        "same-origin"
    );
    let seen: Value = serde_json::from_str(&text(answer).await).unwrap();
    assert_eq!(seen["path"], "/a%2Fb?q=1");
    assert_eq!(seen["headers"]["cookie"], "x=y", "the secret stays here");
    assert_eq!(
        seen["headers"]["x-forwarded-prefix"],
        format!("/serve/{id}")
    );

    let moved = site.get(&format!("{path}moved"), &cookie).await;
    assert_eq!(moved.headers()["location"], format!("/serve/{id}/there"));
    for never in ["clear-site-data", "service-worker-allowed"] {
        assert!(!moved.headers().contains_key(never), "{never}");
    }
    let bare = site.get(&format!("/serve/{id}"), &cookie).await;
    assert_eq!(bare.headers()["location"], path.as_str());

    let other = site.lab.run("python3 service.py", serve).await;
    let foreign = site.answering(&other, "serve").await;
    let foreign = site.enter(&foreign["serve_url"]).await;
    for wrong in ["", "russell-serve=x", &foreign] {
        let refused = site.get(&path, wrong).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{wrong}");
        assert!(text(refused).await.contains(&format!("/task/{id}")));
    }
    for path in [
        "/",
        "/api/v1/env",
        &format!("/notebook/{id}/"),
        "/serve/7a/",
    ] {
        let answer = site.get(path, &cookie).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    // The project is public: others see the task, and nothing of this.
    let stranger = site.detail_for(&site.lab.world.other, &id).await;
    assert_eq!(stranger["serve_url"], Value::Null);

    site.lab.stop(&id).await;
    site.lab.until_ended(&id).await;
    let after = site.get(&path, &cookie).await;
    assert_eq!(after.status(), StatusCode::NOT_FOUND);
    assert!(text(after).await.contains("does not run yet or any more"));
    let detail = site.detail_for(&site.lab.world.owner, &id).await;
    assert_eq!(detail["serve_url"], Value::Null);
}

#[tokio::test]
async fn bodies_stream_both_ways() {
    let site = Site::new().await;
    let id = site
        .lab
        .run("python3 service.py", json!({"mode": "serve"}))
        .await;
    let detail = site.answering(&id, "serve").await;
    let cookie = site.enter(&detail["serve_url"]).await;
    let post = |path: &str| {
        let path = format!("/serve/{id}/{path}");
        Request::post(path).header("cookie", &cookie)
    };
    let large = vec![b'x'; 9_000_000];
    let request = post("").header("content-length", large.len());
    let answer = text(site.ask(request, Body::from(large)).await).await;
    let hash = "d8b8b13cb51877020b218ad0d813e9ee60e7849cb9f77ffef8b51bc7d2d766a0";
    assert_eq!(answer, format!("{hash}\nxxxxxxx"));

    let slow = site.get(&format!("/serve/{id}/slow"), &cookie).await;
    let mut parts = slow.into_body().into_data_stream();
    // The first part comes before the server has made the last.
    assert_eq!(parts.next().await.unwrap().unwrap(), "first");
    site.ask(post("go"), Body::empty()).await;
    assert_eq!(parts.next().await.unwrap().unwrap(), "last");
    assert!(parts.next().await.is_none());
}

#[tokio::test]
async fn a_websocket_passes_and_ends_with_the_task() {
    let site = Site::new().await;
    let id = site
        .lab
        .run("python3 service.py", json!({"mode": "serve"}))
        .await;
    let detail = site.answering(&id, "serve").await;
    let cookie = site.enter(&detail["serve_url"]).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let apps = site.apps.clone();
    tokio::spawn(async move { axum::serve(listener, apps).await });
    let connect = async |origin: String| {
        let url = format!("ws://{address}/serve/{id}/ws");
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        headers.insert(header::ORIGIN, origin.parse().unwrap());
        tokio_tungstenite::connect_async(request).await
    };
    assert!(
        connect("http://evil.example".to_owned()).await.is_err(),
        "a page of another origin has the cookie too"
    );
    let (mut socket, _) = connect(format!("http://{address}")).await.unwrap();
    for words in ["hello", "again"] {
        socket.send(Message::text(words)).await.unwrap();
        let echo = socket.next().await.unwrap().unwrap();
        assert_eq!(echo.into_data(), words);
    }
    site.lab.stop(&id).await;
    let end = tokio::time::timeout(Duration::from_secs(20), socket.next()).await;
    assert!(!matches!(end.unwrap(), Some(Ok(Message::Text(_)))));
}

#[tokio::test]
async fn a_notebook_and_a_tensorboard_run_without_a_command() {
    let site = Site::new().await;
    let more = json!({"mode": "jupyter", "enable_tensorboard": true});
    let id = site.lab.run("", more).await;
    site.answering(&id, "notebook").await;
    let detail = site.answering(&id, "tensorboard").await;
    assert_eq!(detail["serve_url"], Value::Null);
    let task = site.lab.task(&id).await;
    assert_eq!(
        (&task["mode"], &task["enable_tensorboard"], &task["command"]),
        (&json!("jupyter"), &json!(true), &json!(""))
    );

    let cookie = site.enter(&detail["jupyter_url"]).await;
    let lab = site.get(&format!("/notebook/{id}/lab?x"), &cookie).await;
    assert_eq!(lab.status(), StatusCode::OK);
    let said = text(lab).await;
    assert!(
        said.starts_with(&format!("/notebook/{id}/lab?x --no-browser")),
        "{said}"
    );
    assert!(said.contains(&format!("--ServerApp.base_url=/notebook/{id}/")));
    let refused = site.get(&format!("/tensorboard/{id}/"), &cookie).await;
    assert_eq!(
        refused.status(),
        StatusCode::FORBIDDEN,
        "each has its own cookie"
    );

    let kept = site.lab.world.app.store.output(&id);
    std::fs::write(kept.join("events.out"), "").unwrap();
    let cookie = site.enter(&detail["tensorboard_url"]).await;
    let board = site.get(&format!("/tensorboard/{id}/"), &cookie).await;
    assert_eq!(text(board).await, "events.out");
    site.lab.stop(&id).await;
    site.lab.until_ended(&id).await;
    let log = site.lab.log(&id);
    assert!(!log.contains("TensorBoard talks"), "{log}");
}

#[tokio::test]
async fn addresses_are_known_before_a_task_runs() {
    let world = World::with(stand_ins).await;
    let lab = Lab::idle(world, 0).await;
    let id = lab.run("ls", json!({"enable_tensorboard": true})).await;
    let apps = servers::router(lab.world.app.clone());
    let site = Site { lab, apps };
    let detail = site.detail_for(&site.lab.world.owner, &id).await;
    let url = detail["tensorboard_url"].as_str().unwrap();
    let path = url.strip_prefix("http://ml:81").unwrap();
    let early = site.get(path, "").await;
    assert_eq!(early.status(), StatusCode::NOT_FOUND);
    let other = site.detail_for(&site.lab.world.other, &id).await;
    assert_eq!(other["tensorboard_url"], Value::Null);
    queue::start(&site.lab.world.app).await.unwrap();
    site.lab.until_ended(&id).await;
    let detail = site.detail_for(&site.lab.world.owner, &id).await;
    assert_eq!(detail["tensorboard_url"], Value::Null);
}

#[tokio::test]
async fn what_an_environment_cannot_do_is_refused() {
    let site = Site::new().await;
    let world = &site.lab.world;
    let reply = world.get(&world.owner, "/api/v1/env").await;
    let flags = |at: usize| {
        let one = &reply.data["cpu"][at];
        let flag = |name: &str| one[name].as_bool().unwrap();
        [
            flag("support_jupyter"),
            flag("support_tensorboard"),
            flag("support_serve"),
        ]
    };
    assert_eq!((flags(0), flags(1)), ([true; 3], [false, false, true]));
    let cases = [
        (json!({"mode": "jupyter", "environment": "plain"}), "mode"),
        (json!({"mode": "other"}), "mode"),
        (
            json!({"command": "ls", "enable_tensorboard": true, "environment": "plain"}),
            "enable_tensorboard",
        ),
    ];
    for (mut body, field) in cases {
        body["module_id"] = json!(site.lab.code);
        let path = "/api/v1/experiment/run";
        let reply = world.post(&world.owner, path, body).await;
        assert_eq!(reply.failure(), (519, "mode_unsupported", field));
    }
    let body = json!({"module_id": site.lab.code, "mode": "serve"});
    let reply = world
        .call(
            &world.owner,
            Method::POST,
            "/api/v1/experiment/run",
            Some(body),
        )
        .await;
    assert_eq!(reply.failure(), (518, "missing", "command"));
}

#[tokio::test]
async fn without_a_sandbox_nothing_leads_inside() {
    let world = World::with(|config| {
        stand_ins(config);
        config.sandbox = false;
    })
    .await;
    let lab = Lab::idle(world, 0).await;
    let reply = lab.world.get(&lab.world.owner, "/api/v1/env").await;
    assert_eq!(reply.data["cpu"][0]["support_jupyter"], false);
    let body = json!({"module_id": lab.code, "command": "ls", "mode": "serve"});
    let path = "/api/v1/experiment/run";
    let reply = lab.world.post(&lab.world.owner, path, body).await;
    assert_eq!(reply.failure(), (519, "mode_unsupported", "mode"));
}
