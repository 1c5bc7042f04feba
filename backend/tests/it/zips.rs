//! Versions as zips, over a link.

use crate::support::{Who, World, bytes};
use api::routes;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use serde_json::json;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

async fn version(world: &World, permission: i64, files: &[(&str, &[u8])]) -> String {
    let dataset = world
        .entity("dataset", &format!("d{permission}"), permission)
        .await;
    let id = world.version(&dataset, "data").await;
    world.fill(&id, files).await;
    id
}

async fn ticket(world: &World, who: &Who, id: &str) -> crate::support::Reply {
    let path = routes::fill(routes::MODULE_ZIP, &[id]);
    world.post(who, &path, json!({})).await
}

async fn fetch(world: &World, ticket: &str) -> Response<Body> {
    let request = Request::get(routes::fill(routes::ZIP, &[ticket]));
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_ticket_leads_to_the_zip_once() {
    let world = World::new().await;
    let big = vec![5; 700_000];
    let id = version(
        &world,
        1,
        &[("数据/big.bin", &big), ("a.csv", b"1,2\n"), ("empty", b"")],
    )
    .await;
    let answer = ticket(&world, &world.owner, &id).await;
    assert_eq!(
        (answer.text("name"), &answer.data["files"]),
        ("d1-1.zip".into(), &json!(3))
    );
    let secret = answer.text("ticket");
    let response = fetch(&world, &secret).await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers().clone();
    assert_eq!(headers["content-type"], "application/zip");
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename=\"d1-1.zip\""
    );
    assert_eq!(headers["cache-control"], "no-store");
    let body = bytes(response).await;
    assert_eq!(headers["content-length"], body.len().to_string().as_str());
    assert_eq!(answer.data["bytes"], body.len());
    let mut archive = ZipArchive::new(Cursor::new(body)).unwrap();
    for (path, content) in [
        ("数据/big.bin", &big[..]),
        ("a.csv", b"1,2\n"),
        ("empty", b""),
    ] {
        let mut found = Vec::new();
        archive
            .by_name(path)
            .unwrap()
            .read_to_end(&mut found)
            .unwrap();
        assert!(found == content, "{path}");
    }
    assert_eq!(fetch(&world, &secret).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_ticket_opens_nothing_that_is_closed_by_then() {
    let world = World::new().await;
    let private = version(&world, 1, &[("a", b"1")]).await;
    assert_eq!(ticket(&world, &world.other, &private).await.code, 517);
    let id = version(&world, 0, &[("a", b"1")]).await;
    for who in [&world.other, &Who::Anonymous] {
        let made_private = ticket(&world, who, &id).await.text("ticket");
        let change = async |permission: i64| {
            let body = json!({"permission": permission});
            let reply = world
                .post(&world.owner, "/api/v1/owner/dataset/d0", body)
                .await;
            assert_eq!(reply.code, 200);
        };
        change(1).await;
        assert_eq!(
            fetch(&world, &made_private).await.status(),
            StatusCode::NOT_FOUND
        );
        change(0).await;
    }
    let late = ticket(&world, &world.other, &id).await.text("ticket");
    world.app.clock.advance(std::time::Duration::from_secs(30));
    assert_eq!(fetch(&world, &late).await.status(), StatusCode::NOT_FOUND);
    let deleted = ticket(&world, &world.owner, &id).await.text("ticket");
    world
        .delete(&world.owner, &format!("/api/v1/module?id={id}"))
        .await;
    assert_eq!(
        fetch(&world, &deleted).await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        fetch(&world, "nonsense").await.status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_version_on_its_way_is_no_zip_yet() {
    let world = World::new().await;
    let dataset = world.entity("dataset", "d", 0).await;
    let id = world.version(&dataset, "data").await;
    assert_eq!(
        ticket(&world, &world.owner, &id).await.failure(),
        (530, "version_not_ready", "")
    );
}

#[tokio::test]
async fn a_file_that_is_missing_breaks_the_zip_off() {
    let world = World::new().await;
    let id = version(&world, 0, &[("a", b"1"), ("b", b"2")]).await;
    std::fs::remove_file(world.app.store.module(&id).join("b")).unwrap();
    let ticket = ticket(&world, &world.owner, &id).await.text("ticket");
    let response = fetch(&world, &ticket).await;
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
    assert!(body.is_err(), "it does not look whole");
    assert!(!world.app.readers.has(&id));
}
