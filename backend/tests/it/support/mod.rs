//! A backend of its own for each test, and who talks to it.

pub mod backend;
pub mod lab;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use russell_backend::accounts::{tokens, users};
use russell_backend::clock::Clock;
use russell_backend::config::Config;
use russell_backend::modules::{self, Completion};
use russell_backend::runner::Runner;
use russell_backend::state::{App, Shared};
use russell_backend::unpack::{Format, Limits, unpack};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt as _;

/// The password of every user here.
pub const PASSWORD: &str = "correct horse battery";

/// Who sends a request.
#[derive(Clone, Debug)]
pub enum Who {
    /// No header at all.
    Anonymous,
    /// The CLI before it has signed in: `Basic None`.
    BasicNone,
    /// A header with this raw token.
    Token(String),
}

impl Who {
    /// `B`, as `Authorization: Basic` and `access_token` carry it.
    pub fn basic(&self) -> Option<String> {
        match self {
            Self::Anonymous => None,
            Self::BasicNone => Some("None".to_owned()),
            Self::Token(token) => Some(STANDARD.encode(format!("{token}:"))),
        }
    }
}

/// A backend on a data directory of its own, with a clock that stands, and four kinds of callers.
pub struct World {
    pub app: Shared,
    pub router: Router,
    pub owner: Who,
    pub other: Who,
    pub expired: Who,
    pub owner_id: String,
    _dir: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// With settings changed before the start.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::of(change, |_| ()).await
    }

    /// Whose tasks something else runs than the sandbox.
    pub async fn run_by(runner: impl Runner + 'static) -> Self {
        Self::of(|_| (), |app| app.runner = Box::new(runner)).await
    }

    async fn of(change: impl FnOnce(&mut Config), alter: impl FnOnce(&mut App)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::new(dir.path().join("data"));
        // Not the test's own program.
        config.program = env!("CARGO_BIN_EXE_russell-backend").into();
        // What plans allow is looked at by `billing`; all others have enough of everything.
        config.billing = false;
        change(&mut config);
        let clock = Clock::standing("2026-03-01T12:00:00".parse().unwrap());
        let mut app = App::open(config, clock).await.unwrap();
        alter(Arc::get_mut(&mut app).unwrap());
        let expired = {
            let user = user(&app, "sleeper").await;
            let token = tokens::issue(&app, &user).await.unwrap();
            app.clock.advance(Duration::from_secs(86_401));
            Who::Token(token)
        };
        let owner_id = user(&app, "owner").await;
        let other_id = user(&app, "other").await;
        let token = |id: String| {
            let app = app.clone();
            async move { Who::Token(tokens::issue(&app, &id).await.unwrap()) }
        };
        Self {
            router: russell_backend::http::router(app.clone()),
            owner: token(owner_id.clone()).await,
            other: token(other_id).await,
            expired,
            owner_id,
            app,
            _dir: dir,
        }
    }

    /// A backend that starts on the same data directory, as after a crash. This one is not used any more.
    pub async fn restarted(self) -> Self {
        let clock = Clock::standing(self.app.clock.now());
        let app = App::open(self.app.config.clone(), clock).await.unwrap();
        Self {
            router: russell_backend::http::router(app.clone()),
            app,
            ..self
        }
    }

    /// Any request.
    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// A request of the JSON API: checks what holds for all and answers `code` and `data`.
    pub async fn call(&self, who: &Who, method: Method, path: &str, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method.clone()).uri(path);
        if let Some(basic) = who.basic() {
            request = request.header("authorization", format!("Basic {basic}"));
        }
        // No Content-Type: the CLI sends none either.
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.send(request.body(body).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK, "{method} {path}");
        assert_eq!(response.headers()["content-type"], "application/json");
        let value: Value = serde_json::from_slice(&bytes(response).await).unwrap();
        Reply {
            code: value["code"].as_u64().expect("code is a number"),
            data: value["data"].clone(),
        }
    }

    pub async fn get(&self, who: &Who, path: &str) -> Reply {
        self.call(who, Method::GET, path, None).await
    }

    pub async fn put(&self, who: &Who, path: &str, body: Value) -> Reply {
        self.call(who, Method::PUT, path, Some(body)).await
    }

    pub async fn post(&self, who: &Who, path: &str, body: Value) -> Reply {
        self.call(who, Method::POST, path, Some(body)).await
    }

    pub async fn delete(&self, who: &Who, path: &str) -> Reply {
        self.call(who, Method::DELETE, path, None).await
    }

    /// A project (`project`) or dataset (`dataset`) of the owner; answers its id.
    pub async fn entity(&self, kind: &str, name: &str, permission: i64) -> String {
        let path = format!("/api/v1/owner/{kind}/{name}");
        let reply = self
            .put(&self.owner, &path, json!({"permission": permission}))
            .await;
        assert_eq!(reply.code, 200, "{}", reply.data);
        reply.text("id")
    }

    /// A version of the owner's, as `PUT /module` makes it; answers its id.
    pub async fn version(&self, entity: &str, module_type: &str) -> String {
        let body = json!({"entity_id": entity, "module_type": module_type});
        let reply = self.put(&self.owner, "/api/v1/module", body).await;
        assert_eq!(reply.code, 200, "{}", reply.data);
        reply.text("id")
    }

    /// Makes a version valid with these files, as an upload would.
    pub async fn fill(&self, module: &str, files: &[(&str, &[u8])]) {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mtime(1_700_000_000);
            tar.append_data(&mut header, path, *content).unwrap();
        }
        let dir = tempfile::tempdir().unwrap();
        let archive = dir.path().join("archive");
        std::fs::write(&archive, tar.into_inner().unwrap()).unwrap();
        let limits = Limits {
            bytes: 1 << 30,
            entries: 200_000,
        };
        let into = self.app.store.module(module);
        let tree = unpack(&archive, Format::Tar, &into, limits, None).unwrap();
        let end = modules::complete(&self.app, module, &tree).await.unwrap();
        assert_eq!(end, Completion::Done);
    }

    /// A task on this code version as far as rows go; answers its id.
    pub async fn task_row(&self, project: &str, module: &str) -> String {
        let id = russell_backend::ids::new_id();
        sqlx::query(
            "INSERT INTO tasks (id, owner_id, project_id, module_id, code_version, name, description, command,
                 search_key, mode, instance_type, environment, enable_tensorboard, params, state, stage,
                 created_at, log_bytes, output_bytes)
             VALUES ($1, $2, $3, $4, 1, '', '', '', '', 'cli', 'cpu_high', 'python3', 0, '[]', 'success',
                 'finished', 0, 0, 0)",
        )
        .bind(&id)
        .bind(&self.owner_id)
        .bind(project)
        .bind(module)
        .execute(self.app.db.write())
        .await
        .unwrap();
        id
    }

    /// The codes that the four kinds of callers get: owner, other, anonymous, expired.
    pub async fn codes(&self, method: Method, path: &str, body: Option<Value>) -> [u64; 4] {
        let mut codes = [0; 4];
        // The owner comes last, as it may change what the others must not.
        let callers = [
            (1, &self.other),
            (2, &Who::Anonymous),
            (3, &self.expired),
            (0, &self.owner),
        ];
        for (index, who) in callers {
            let reply = self.call(who, method.clone(), path, body.clone());
            codes[index] = reply.await.code;
        }
        let none = self.call(&Who::BasicNone, method, path, body).await.code;
        assert_eq!(none, codes[2], "Basic None is anonymous");
        codes
    }
}

/// The patterns of all addresses, by the source that both sides take them from.
pub fn addresses() -> impl Iterator<Item = &'static str> {
    let source = include_str!("../../../../api/src/routes.rs");
    source.lines().filter_map(|line| {
        let (_, value) = line.strip_prefix("pub const ")?.split_once(": &str = \"")?;
        value.strip_suffix("\";")
    })
}

/// `code` and `data` of an answer.
#[derive(Debug)]
pub struct Reply {
    pub code: u64,
    pub data: Value,
}

impl Reply {
    /// A text in `data`.
    pub fn text(&self, key: &str) -> String {
        self.data[key]
            .as_str()
            .unwrap_or_else(|| panic!("{key} is no text in {}", self.data))
            .to_owned()
    }

    /// Code, reason and field of a failure.
    pub fn failure(&self) -> (u64, &str, &str) {
        let part = |key: &str| self.data[key].as_str().unwrap_or("");
        (self.code, part("reason"), part("field"))
    }

    /// One key of each entry of the list in `data`.
    pub fn column(&self, key: &str) -> Vec<&str> {
        let list = self.data["list"].as_array().expect("a list");
        list.iter().map(|e| e[key].as_str().unwrap()).collect()
    }
}

/// The whole body of an answer.
pub async fn bytes(response: Response<Body>) -> Vec<u8> {
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
    body.unwrap().to_vec()
}

/// A user with this name and [`PASSWORD`]; answers the id.
pub async fn user(app: &App, name: &str) -> String {
    let new = api::account::NewUser {
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        password: PASSWORD.to_owned(),
    };
    users::create(app, &new).await.unwrap()
}
