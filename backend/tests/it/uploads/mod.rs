//! The app's upload: what the tests have in common.

mod archives;
mod arrives;
mod begins;
mod breaks;
mod builds;
mod ends;
mod forms;
mod hostile;
mod protocol;

use crate::support::{Who, World, bytes};
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use bytes::Bytes;
use futures::StreamExt as _;
use serde_json::{Value, json};
use std::time::Duration;

const PATCH_TYPE: &str = "application/offset+octet-stream";

fn tus(who: &Who, method: Method, path: &str) -> axum::http::request::Builder {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("tus-resumable", "1.0.0");
    if let Some(basic) = who.basic() {
        request = request.header("authorization", format!("Basic {basic}"));
    }
    request
}

async fn begin(world: &World, who: &Who, entity: &str, files: Value) -> Response<Body> {
    let body =
        json!({"entity_id": entity, "module_type": "data", "description": "d", "files": files});
    let request = tus(who, Method::POST, "/api/v1/uploads").body(Body::from(body.to_string()));
    world.send(request.unwrap()).await
}

/// An upload of the owner's to a new public dataset; answers its id.
async fn begun(world: &World, files: Value) -> String {
    let entity = world.entity("dataset", "d", 0).await;
    let response = begin(world, &world.owner, &entity, files).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let data = envelope(response).await.1;
    data["id"].as_str().unwrap().to_owned()
}

fn append(who: &Who, id: &str, offset: u64, body: impl Into<Body>) -> Request<Body> {
    tus(who, Method::PATCH, &format!("/api/v1/uploads/{id}"))
        .header("content-type", PATCH_TYPE)
        .header("upload-offset", offset)
        .body(body.into())
        .unwrap()
}

/// Sends the owner's next bytes, which are taken.
async fn taken(world: &World, id: &str, offset: u64, body: impl Into<Body>) {
    let response = world.send(append(&world.owner, id, offset, body)).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
}

/// As a browser sends it, with its length.
fn append_sized(who: &Who, id: &str, offset: u64, body: &'static [u8]) -> Request<Body> {
    let mut request = append(who, id, offset, body);
    request
        .headers_mut()
        .insert("content-length", body.len().into());
    request
}

async fn offset(world: &World, id: &str) -> (StatusCode, Option<u64>) {
    let request = tus(&world.owner, Method::HEAD, &format!("/api/v1/uploads/{id}"));
    let response = world.send(request.body(Body::empty()).unwrap()).await;
    let offset = response.headers().get("upload-offset");
    (
        response.status(),
        offset.map(|v| v.to_str().unwrap().parse().unwrap()),
    )
}

async fn envelope(response: Response<Body>) -> (u64, Value) {
    let value: Value = serde_json::from_slice(&bytes(response).await).unwrap();
    (value["code"].as_u64().unwrap(), value["data"].clone())
}

async fn state(world: &World, id: &str) -> String {
    let row = sqlx::query_scalar("SELECT state FROM modules WHERE id = $1").bind(id);
    row.fetch_one(world.app.db.read()).await.unwrap()
}

fn content(world: &World, id: &str, path: &str) -> Vec<u8> {
    std::fs::read(world.app.store.module(id).join(path)).unwrap()
}

fn endless(first: &'static str) -> Body {
    let first = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(
        first.as_bytes(),
    ))]);
    Body::from_stream(first.chain(futures::stream::pending()))
}

async fn until_offset(world: &World, id: &str, wanted: u64) {
    for _ in 0..400 {
        // A sender that goes on may be past it by the time it is looked at.
        if offset(world, id).await.1 >= Some(wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the upload never came to {wanted}");
}
