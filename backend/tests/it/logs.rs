//! Logs: read in parts, downloaded, followed by the app and by the CLI.

use crate::support::lab::Lab;
use crate::support::{Who, World, bytes};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

struct Server {
    lab: Lab,
    address: String,
}

type Pair = (Vec<Value>, Vec<u8>);
type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The next text message; none when the server has closed.
async fn text(socket: &mut Socket) -> Option<Value> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}

impl Server {
    async fn new(permission: i64) -> Self {
        Self::of(Lab::new(permission).await).await
    }

    async fn of(lab: Lab) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = lab.world.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { lab, address }
    }

    async fn ticket(&self, who: &Who) -> String {
        self.lab
            .world
            .post(who, "/api/v1/ticket", json!({}))
            .await
            .text("ticket")
    }

    /// The app's stream.
    async fn open(&self, id: &str, from: u64, ticket: Option<&str>) -> Socket {
        let url = format!(
            "ws://{}/api/v1/experiment/stream/{id}?from={from}",
            self.address
        );
        let mut request = url.into_client_request().unwrap();
        let protocols = match ticket {
            Some(ticket) => format!("russell.log.v1, {ticket}"),
            None => "russell.log.v1".to_owned(),
        };
        request
            .headers_mut()
            .insert("sec-websocket-protocol", protocols.parse().unwrap());
        let (socket, response) = tokio_tungstenite::connect_async(request).await.unwrap();
        assert_eq!(
            response.headers()["sec-websocket-protocol"],
            "russell.log.v1"
        );
        socket
    }

    /// All text and binary messages of the app's stream until the server closes.
    async fn stream(&self, id: &str, from: u64, ticket: Option<&str>) -> Pair {
        let mut socket = self.open(id, from, ticket).await;
        let (mut events, mut log) = (Vec::new(), Vec::new());
        while let Some(Ok(message)) = socket.next().await {
            match message {
                Message::Text(text) => events.push(serde_json::from_str(&text).unwrap()),
                Message::Binary(part) => {
                    assert!(part.len() <= 256 * 1024);
                    log.extend_from_slice(&part);
                }
                Message::Close(_) => break,
                _ => {}
            }
        }
        (events, log)
    }

    /// The CLI's stream.
    async fn open_cli(&self, id: &str, who: &Who) -> Socket {
        let mut request = format!("ws://{}/log/{id}/", self.address)
            .into_client_request()
            .unwrap();
        if let Some(basic) = who.basic() {
            request
                .headers_mut()
                .insert("access_token", basic.parse().unwrap());
        }
        tokio_tungstenite::connect_async(request).await.unwrap().0
    }

    /// `code` and `data` of what the CLI is sent until the server closes.
    async fn cli(&self, id: &str, who: &Who) -> Vec<(u64, String)> {
        let mut socket = self.open_cli(id, who).await;
        let mut lines = Vec::new();
        while let Some(line) = text(&mut socket).await {
            lines.push((
                line["code"].as_u64().unwrap(),
                line["data"].as_str().unwrap().to_owned(),
            ));
        }
        lines
    }
}

#[tokio::test]
async fn a_stream_that_begins_before_the_task_has_every_byte_and_every_state() {
    let server = Server::of(Lab::idle(World::new().await, 0).await).await;
    let lab = &server.lab;
    let id = lab
        .run(
            "for i in $(seq 50); do echo line $i; sleep 0.01; done; printf '\\377\\r\\033[1mend'",
            json!({}),
        )
        .await;
    let ticket = server.ticket(&lab.world.owner).await;
    let follow = server.stream(&id, 0, Some(&ticket));
    let begin = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        russell_backend::tasks::queue::start(&lab.world.app)
            .await
            .unwrap();
    };
    let ((events, log), ()) = tokio::join!(follow, begin);
    assert_eq!(log, std::fs::read(lab.world.app.store.log(&id)).unwrap());
    assert_eq!(events[0]["event"], "start");
    assert_eq!(events[0]["offset"], 0);
    assert_eq!(events[0]["state"], "waiting");
    assert!(
        events.contains(&json!({"event": "state", "state": "running"})),
        "{events:?}"
    );
    assert_eq!(
        events.last().unwrap(),
        &json!({"event": "end", "state": "success"})
    );
}

#[tokio::test]
async fn a_stream_goes_on_at_any_byte() {
    let server = Server::new(0).await;
    let id = server
        .lab
        .run("head -c 600000 /dev/urandom; echo", json!({}))
        .await;
    server.lab.until(&id, "success").await;
    let whole = std::fs::read(server.lab.world.app.store.log(&id)).unwrap();
    for from in [0, 1, 1000, 262_144, 400_001, whole.len() - 1, whole.len()] {
        let (events, log) = server.stream(&id, from as u64, None).await;
        assert!(log == whole[from..], "from {from}");
        assert_eq!(
            events[0],
            json!({"event": "start", "offset": from, "size": whole.len(), "state": "success"})
        );
        assert_eq!(events[1], json!({"event": "end", "state": "success"}));
    }
    // More than there is: whoever has that has something else.
    let (events, log) = server.stream(&id, whole.len() as u64 + 1, None).await;
    assert_eq!(
        (events[0]["offset"].as_u64(), log.len()),
        (Some(0), whole.len())
    );
}

#[tokio::test]
async fn a_private_log_is_the_owner_s_alone_and_a_ticket_works_once() {
    let server = Server::new(1).await;
    let world = &server.lab.world;
    let id = server.lab.run("echo secret", json!({})).await;
    server.lab.until(&id, "success").await;
    let refused = |events: &[Value], code: u64| {
        assert_eq!(
            (&events[0]["event"], &events[0]["code"]),
            (&json!("error"), &json!(code)),
            "{events:?}"
        );
    };
    let ticket = server.ticket(&world.owner).await;
    assert!(!server.stream(&id, 0, Some(&ticket)).await.1.is_empty());
    refused(&server.stream(&id, 0, Some(&ticket)).await.0, 512);
    let foreign = server.ticket(&world.other).await;
    refused(&server.stream(&id, 0, Some(&foreign)).await.0, 517);
    refused(&server.stream(&id, 0, None).await.0, 517);
    let late = server.ticket(&world.owner).await;
    world.app.clock.advance(Duration::from_secs(31));
    refused(&server.stream(&id, 0, Some(&late)).await.0, 512);

    assert_eq!(server.cli(&id, &world.owner).await.last().unwrap().0, 200);
    for (who, code) in [
        (&world.other, 529),
        (&Who::Anonymous, 529),
        (&world.expired, 507),
    ] {
        let lines = server.cli(&id, who).await;
        assert_eq!((lines.len(), lines[0].0), (1, code), "{lines:?}");
        assert!(!lines[0].1.contains("secret"));
    }
}

#[tokio::test]
async fn a_page_of_another_site_cannot_open_a_stream() {
    let server = Server::new(0).await;
    let id = server.lab.run("ls", json!({})).await;
    let url = format!("ws://{}/api/v1/experiment/stream/{id}", server.address);
    let mut request = url.into_client_request().unwrap();
    request
        .headers_mut()
        .insert("origin", "https://evil.example".parse().unwrap());
    let error = tokio_tungstenite::connect_async(request).await.unwrap_err();
    assert!(error.to_string().contains("403"), "{error}");
}

#[tokio::test]
async fn the_cli_gets_each_line_once_also_while_the_task_runs() {
    let server = Server::new(0).await;
    let command = "for i in $(seq 40); do echo line $i; sleep 0.01; done; printf 'no end'";
    let id = server.lab.run(command, json!({})).await;
    let lines = server.cli(&id, &server.lab.world.owner).await;
    let text: String = lines.iter().map(|(_, line)| format!("{line}\n")).collect();
    assert_eq!(text, server.lab.log(&id));
    assert!(lines.iter().all(|(code, _)| *code == 200));
    assert_eq!(
        lines.last().unwrap().1.split(" | ").nth(1),
        Some("[success] Finishing execution in 0 seconds for Task")
    );
}

#[tokio::test]
async fn a_long_log_ends_with_a_notice() {
    let server = Server::new(0).await;
    let id = server.lab.run("seq 3000", json!({})).await;
    server.lab.until(&id, "success").await;
    let lines = server.cli(&id, &server.lab.world.owner).await;
    assert_eq!(lines.len(), 1024 + 5);
    assert_eq!(lines[1024].1, "-".repeat(80));
    assert_eq!(
        lines[1026].1,
        format!("1. In terminal, enter: russell logs {id} -O log.txt")
    );
}

#[tokio::test]
async fn ranges_and_downloads_answer_by_status() {
    let lab = Lab::new(1).await;
    let id = lab.run("echo hello", json!({})).await;
    lab.until(&id, "success").await;
    let whole = lab.log(&id).into_bytes();
    let get = async |path: &str, who: &Who, header: &str, range: Option<&str>| {
        let mut request = Request::get(format!("/api/v1/{path}"));
        if let Some(basic) = who.basic() {
            let value = if header == "authorization" {
                format!("Basic {basic}")
            } else {
                basic
            };
            request = request.header(header, value);
        }
        if let Some(range) = range {
            request = request.header("range", range);
        }
        lab.world.send(request.body(Body::empty()).unwrap()).await
    };
    let owner = &lab.world.owner;
    let log = format!("experiment/{id}/log");
    let response = get(&log, owner, "authorization", None).await;
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    assert_eq!(bytes(response).await, whole);
    let response = get(&log, owner, "authorization", Some("bytes=5-9")).await;
    assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(
        response.headers()["content-range"],
        format!("bytes 5-9/{}", whole.len())
    );
    assert_eq!(bytes(response).await, &whole[5..10]);
    let past = format!("bytes={}-", whole.len());
    assert_eq!(
        get(&log, owner, "authorization", Some(&past))
            .await
            .status(),
        416
    );

    let download = format!("task/{id}/log/download");
    let response = get(&download, owner, "access_token", None).await;
    assert_eq!(
        response.headers()["content-length"],
        whole.len().to_string()
    );
    assert_eq!(
        response.headers()["content-type"],
        "application/octet-stream"
    );
    assert_eq!(bytes(response).await, whole);

    for (path, header) in [(&log, "authorization"), (&download, "access_token")] {
        for (who, status) in [
            (&lab.world.other, 404),
            (&Who::Anonymous, 404),
            (&lab.world.expired, 401),
        ] {
            let response = get(path, who, header, None).await;
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(response.headers()["content-type"], "application/json");
            assert!(
                !response.headers().contains_key("www-authenticate"),
                "no prompt of the browser's own"
            );
        }
    }
}

/// A server that looks at its connections all the time, and a task that waits: its log goes on.
async fn waiting() -> (Server, String) {
    let world = World::with(|config| config.heartbeat = Duration::from_millis(20)).await;
    let server = Server::of(Lab::idle(world, 0).await).await;
    let id = server.lab.run("ls", json!({})).await;
    (server, id)
}

/// Two ways in which the owner's sign-in ends.
async fn end_sign_in(world: &World, by_signing_out: bool) {
    if by_signing_out {
        assert_eq!(world.delete(&world.owner, "/api/v1/token").await.code, 200);
    } else {
        world.app.clock.advance(Duration::from_secs(86_400));
    }
}

/// The last text message.
async fn last(socket: &mut Socket) -> Value {
    let mut last = Value::Null;
    while let Some(message) = text(socket).await {
        last = message;
    }
    last
}

#[tokio::test]
async fn an_open_stream_ends_with_its_sign_in() {
    for by_signing_out in [true, false] {
        let (server, id) = waiting().await;
        let ticket = server.ticket(&server.lab.world.owner).await;
        let mut socket = server.open(&id, 0, Some(&ticket)).await;
        assert_eq!(text(&mut socket).await.unwrap()["event"], "start");
        end_sign_in(&server.lab.world, by_signing_out).await;
        let end = last(&mut socket).await;
        assert_eq!(
            (&end["event"], &end["code"]),
            (&json!("error"), &json!(512)),
            "{end}"
        );
    }
}

#[tokio::test]
async fn the_cli_s_open_stream_ends_with_its_sign_in() {
    for (by_signing_out, code) in [(true, 506), (false, 507)] {
        let (server, id) = waiting().await;
        let mut socket = server.open_cli(&id, &server.lab.world.owner).await;
        assert_eq!(text(&mut socket).await.unwrap()["code"], 200);
        end_sign_in(&server.lab.world, by_signing_out).await;
        assert_eq!(last(&mut socket).await["code"], code);
    }
}

#[tokio::test]
async fn the_cli_s_open_stream_is_kept_alive() {
    let (server, id) = waiting().await;
    let mut socket = server.open_cli(&id, &Who::Anonymous).await;
    loop {
        match socket.next().await {
            Some(Ok(Message::Ping(_))) => break,
            Some(Ok(Message::Text(_))) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_ticket_ends_with_the_token_it_was_traded_for() {
    let server = Server::of(Lab::idle(World::new().await, 0).await).await;
    let id = server.lab.run("ls", json!({})).await;
    let ticket = server.ticket(&server.lab.world.owner).await;
    end_sign_in(&server.lab.world, true).await;
    let mut socket = server.open(&id, 0, Some(&ticket)).await;
    let only = text(&mut socket).await.unwrap();
    assert_eq!(
        (&only["event"], &only["code"]),
        (&json!("error"), &json!(512)),
        "{only}"
    );
}

#[tokio::test]
async fn a_follower_has_nothing_long_to_say() {
    let server = Server::of(Lab::idle(World::new().await, 0).await).await;
    let id = server.lab.run("ls", json!({})).await;
    let owner = &server.lab.world.owner;
    for mut socket in [
        server.open(&id, 0, None).await,
        server.open_cli(&id, owner).await,
    ] {
        assert!(text(&mut socket).await.is_some());
        let long = Message::Text("x".repeat(4097).into());
        socket.send(long).await.unwrap();
        assert_eq!(last(&mut socket).await, Value::Null, "it is closed");
    }
}

#[tokio::test]
async fn a_log_that_grows_is_downloaded_as_far_as_it_is() {
    let lab = Lab::new(0).await;
    let command = "echo first; until [ -e /output/go ]; do sleep 0.05; done; echo second";
    let id = lab.run(command, json!({})).await;
    lab.said(&id, "first\n").await;
    let path = format!("/api/v1/task/{id}/log/download");
    let download = async || {
        let request = Request::get(&path).body(Body::empty()).unwrap();
        let response = lab.world.send(request).await;
        // The CLI shows its progress by it, and cannot do without.
        let length = response.headers()["content-length"].clone();
        let log = bytes(response).await;
        assert_eq!(length.to_str().unwrap(), log.len().to_string());
        String::from_utf8(log).unwrap()
    };
    let before = download().await;
    assert!(
        before.ends_with("first\n") && !before.contains("second"),
        "{before}"
    );
    std::fs::write(lab.world.app.store.output(&id).join("go"), "").unwrap();
    lab.until(&id, "success").await;
    let after = download().await;
    assert!(after.starts_with(&before) && after.contains("\nsecond\n"));
}

#[tokio::test]
async fn a_log_that_is_not_there_is_told_in_words() {
    let server = Server::new(0).await;
    for id in ["0".repeat(32), "none".into()] {
        let lines = server.cli(&id, &server.lab.world.owner).await;
        // The CLI shows what it is sent, and a refused upgrade as nothing at all.
        let [(529, words)] = lines.as_slice() else {
            panic!("{lines:?}")
        };
        assert!(words.starts_with("[ERROR] "), "{words}");
    }
}
