//! The stream of changes: who hears of what, and that nothing is lost or doubled.

use crate::support::lab::Lab;
use crate::support::{Who, World};
use api::account::ServiceStatus;
use api::event::{Action, Kind};
use futures::StreamExt as _;
use russell_backend::events;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

struct Server {
    world: World,
    address: String,
}

struct Listener(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Listener {
    /// The next message; none when the server has closed.
    async fn message(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next message that is not a heartbeat.
    async fn news(&mut self) -> Value {
        loop {
            let message = self.message().await.expect("a message");
            if message["event"] != "alive" {
                return message;
            }
        }
    }

    /// Kind, action and id of all changes until one has this id.
    async fn until(&mut self, id: &str) -> Vec<(String, String, String)> {
        let mut found = Vec::new();
        loop {
            let message = self.news().await;
            for change in message["list"].as_array().expect("changes") {
                let word = |key: &str| change[key].as_str().unwrap_or("").to_owned();
                found.push((word("kind"), word("action"), word("id")));
            }
            if found.iter().any(|(_, _, found)| found == id) {
                return found;
            }
        }
    }
}

impl Server {
    async fn new(world: World) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = world.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { world, address }
    }

    async fn connect(&self, who: &Who, query: &str) -> Listener {
        let ticket = match who {
            Who::Token(_) => {
                let reply = self.world.post(who, "/api/v1/ticket", json!({})).await;
                Some(reply.text("ticket"))
            }
            _ => None,
        };
        self.open(ticket.as_deref(), query).await
    }

    async fn open(&self, ticket: Option<&str>, query: &str) -> Listener {
        let url = format!("ws://{}/api/v1/events{query}", self.address);
        let mut request = url.into_client_request().unwrap();
        let words = ["russell.events.v1"].into_iter().chain(ticket);
        let words = words.collect::<Vec<_>>().join(", ");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", words.parse().unwrap());
        let (socket, response) = tokio_tungstenite::connect_async(request).await.unwrap();
        let chosen = &response.headers()["sec-websocket-protocol"];
        assert_eq!(chosen, "russell.events.v1");
        Listener(socket)
    }

    /// A listener that has been greeted, with its epoch and number.
    async fn listen(&self, who: &Who, query: &str) -> (Listener, String, u64, bool) {
        let mut listener = self.connect(who, query).await;
        let start = listener.news().await;
        assert_eq!(start["event"], "start");
        let service = listener.news().await;
        assert_eq!(service, json!({"event": "service", "service_status": 1}));
        (
            listener,
            start["epoch"].as_str().unwrap().to_owned(),
            start["seq"].as_u64().unwrap(),
            start["whole"].as_bool().unwrap(),
        )
    }
}

fn change(kind: &str, action: &str, id: &str) -> (String, String, String) {
    (kind.to_owned(), action.to_owned(), id.to_owned())
}

#[tokio::test]
async fn others_hear_of_what_is_public_alone() {
    let server = Server::new(World::new().await).await;
    let world = &server.world;
    let (mut owner, ..) = server.listen(&world.owner, "").await;
    let (mut other, ..) = server.listen(&world.other, "").await;
    let (mut stranger, ..) = server.listen(&Who::Anonymous, "").await;

    let private = world.entity("project", "secret", 1).await;
    let hidden = world.version(&private, "code").await;
    world.fill(&hidden, &[("a", b"code")]).await;
    let body = json!({"id": hidden, "description": "changed"});
    world.post(&world.owner, "/api/v1/module", body).await;
    let path = format!("/api/v1/module?id={hidden}");
    assert_eq!(world.delete(&world.owner, &path).await.code, 200);
    events::comment(&world.app, &private, Action::Created).await;
    let path = "/api/v1/owner/project/secret";
    assert_eq!(world.delete(&world.owner, path).await.code, 200);
    events::user(&world.app, &world.owner_id, Kind::Notification);
    let public = world.entity("dataset", "open", 0).await;

    let all = [
        change("project", "created", &private),
        change("version", "created", &hidden),
        change("version", "changed", &hidden),
        change("version", "changed", &hidden),
        change("version", "deleted", &hidden),
        change("comment", "created", &private),
        change("project", "deleted", &private),
        change("notification", "changed", ""),
        change("dataset", "created", &public),
    ];
    assert_eq!(owner.until(&public).await, all);
    assert_eq!(other.until(&public).await, all[8..]);
    assert_eq!(stranger.until(&public).await, all[8..]);

    // Others leave a page that has become private.
    sqlx::query("UPDATE entities SET permission = 1 WHERE id = $1")
        .bind(&public)
        .execute(world.app.db.write())
        .await
        .unwrap();
    events::closed(&world.app, &public).await;
    let told = stranger.until(&public).await;
    assert_eq!(told, [change("dataset", "deleted", &public)]);
}

#[tokio::test]
async fn each_stage_of_a_task_is_told() {
    let lab = Lab::new(0).await;
    let project = lab.project.clone();
    let server = Server::new(lab.world).await;
    let world = &server.world;
    let (mut stranger, ..) = server.listen(&Who::Anonymous, "").await;
    let body = json!({"module_id": lab.code, "command": "true"});
    let task = world.post(&world.owner, "/api/v1/experiment/run", body);
    let task = task.await.text("id");
    let mut seen = Vec::new();
    while seen.len() < 5 {
        let message = stranger.news().await;
        for change in message["list"].as_array().unwrap() {
            assert_eq!(change["id"], json!(task));
            assert_eq!(change["entity"], json!(project));
            assert_eq!(change["owner"], "owner");
            seen.push(change["action"].clone());
        }
    }
    // Queued, creating, configuring, running, finished.
    assert_eq!(
        seen,
        ["created", "changed", "changed", "changed", "changed"]
    );
    let path = format!("/api/v1/experiment/{task}");
    assert_eq!(world.delete(&world.owner, &path).await.code, 200);
    let told = stranger.until(&task).await;
    assert_eq!(told, [change("task", "deleted", &task)]);
}

#[tokio::test]
async fn a_short_loss_is_made_good_without_doubling() {
    let server = Server::new(World::new().await).await;
    let world = &server.world;
    let (mut first, epoch, seq, whole) = server.listen(&world.owner, "").await;
    assert!(whole);
    let a = world.entity("project", "a", 1).await;
    let told = first.news().await;
    assert_eq!(told["seq"], seq + 1);
    drop(first);
    let b = world.entity("project", "b", 1).await;
    let c = world.entity("project", "c", 1).await;
    let query = format!("?epoch={epoch}&after={}", seq + 1);
    let (mut again, _, _, whole) = server.listen(&world.owner, &query).await;
    assert!(whole);
    let list = [
        change("project", "created", &b),
        change("project", "created", &c),
    ];
    assert_eq!(again.until(&c).await, list);

    // Whoever has just begun hears of what changed since.
    let (mut late, .., whole) = server.listen(&world.owner, "?since=600").await;
    assert!(!whole, "ten minutes ago the service was not there");
    assert_eq!(late.until(&c).await[0], change("project", "created", &a));

    // Of another life of the service nothing is known.
    let (.., whole) = server.listen(&world.owner, "?epoch=another&after=1").await;
    assert!(!whole);
}

#[tokio::test]
async fn the_stream_ends_with_the_right_to_it() {
    let world = World::with(|config| config.heartbeat = Duration::from_millis(20)).await;
    let server = Server::new(world).await;
    let world = &server.world;
    let mut refused = server.open(Some("no-ticket"), "").await;
    let error = refused.news().await;
    assert_eq!(
        (&error["event"], &error["code"]),
        (&json!("error"), &json!(512))
    );
    assert_eq!(refused.message().await, None);

    let (mut expiring, ..) = server.listen(&world.owner, "").await;
    let (mut leaving, ..) = server.listen(&world.other, "").await;
    assert_eq!(leaving.message().await.unwrap()["event"], "alive");
    world.delete(&world.other, "/api/v1/token").await;
    let error = leaving.news().await;
    assert_eq!(error["problem"]["reason"], "token_expired");
    assert_eq!(leaving.message().await, None);
    world.app.clock.advance(Duration::from_secs(86_401));
    assert_eq!(expiring.news().await["event"], "error");

    let (mut stranger, ..) = server.listen(&Who::Anonymous, "").await;
    world.app.closing.cancel();
    while let Some(message) = stranger.message().await {
        assert_eq!(message["event"], "alive");
    }
}

#[tokio::test]
async fn what_the_operator_says_comes_at_once() {
    let server = Server::new(World::new().await).await;
    let (mut stranger, ..) = server.listen(&Who::Anonymous, "").await;
    let service = &server.world.app.service;
    let status = ServiceStatus {
        service_status: 0,
        message: Some("back at 8".to_owned()),
    };
    service.set(&status).unwrap();
    service.look();
    let said = json!({"event": "service", "service_status": 0, "message": "back at 8"});
    assert_eq!(stranger.news().await, said);
    let reply = server
        .world
        .get(&Who::BasicNone, "/api/v1/service_status")
        .await;
    let said = json!({"service_status": 0, "message": "back at 8"});
    assert_eq!(reply.data, said);
}
