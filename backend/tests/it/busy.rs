//! The service under load, and requests that are too much for it.

use crate::support::{Who, World, bytes};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_database_that_somebody_holds_is_busy_and_not_broken() {
    let world = World::new().await;
    let path = world.app.store.database();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let held = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let begin = Instant::now();
    let (one, two) = tokio::join!(
        world.put(&world.owner, "/api/v1/owner/project/p", json!({})),
        world.put(&world.owner, "/api/v1/owner/project/q", json!({}))
    );
    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "the CLI waits no longer"
    );
    for reply in [one, two] {
        assert_eq!(reply.failure(), (503, "busy", ""));
        assert_eq!(reply.data["retry_after"], 5);
    }
    held.rollback().await.unwrap();
    let reply = world
        .put(&world.owner, "/api/v1/owner/project/p", json!({}))
        .await;
    assert_eq!(reply.code, 200);
}

#[tokio::test]
async fn a_json_body_has_a_mebibyte_and_no_more() {
    let world = World::new().await;
    let body = |bytes: usize| json!("x".repeat(bytes - 2));
    let post = async |bytes: usize| {
        let reply = world
            .post(&Who::Anonymous, "/api/v1/user", body(bytes))
            .await;
        let (code, reason, _) = reply.failure();
        (code, reason.to_owned())
    };
    assert_eq!(post(1 << 20).await, (519, "malformed".into()), "it is read");
    assert_eq!(post((1 << 20) + 1).await, (519, "too_large".into()));
}

#[tokio::test]
async fn a_search_has_an_end() {
    let world = World::new().await;
    for path in [
        "/api/v1/projects",
        "/api/v1/datasets",
        "/api/v1/experiments",
    ] {
        let ask = async |length: usize| {
            let path = format!("{path}?q={}", "x".repeat(length));
            world.get(&world.owner, &path).await
        };
        assert_eq!(ask(200).await.code, 200, "{path}");
        for length in [201, 60_000] {
            assert_eq!(
                ask(length).await.failure(),
                (519, "too_long", "q"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn another_method_is_refused_in_the_envelope() {
    let world = World::new().await;
    let web = russell_backend::web::router(world.app.clone(), None, None);
    for router in [world.router.clone(), web] {
        for (method, path, allow) in [
            (Method::POST, "/api/v1/cli_version", "GET,HEAD"),
            (Method::PATCH, "/api/v1/module", "GET,HEAD,PUT,POST,DELETE"),
        ] {
            let request = Request::builder().method(&method).uri(path);
            let request = request.body(Body::empty()).unwrap();
            let response = tower::ServiceExt::oneshot(router.clone(), request)
                .await
                .unwrap();
            assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(response.headers()["content-type"], "application/json");
            assert_eq!(response.headers()["allow"], allow, "{path}");
            let body: Value = serde_json::from_slice(&bytes(response).await).unwrap();
            assert_eq!(body["code"], 519, "{method} {path}");
        }
    }
}
