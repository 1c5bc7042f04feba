//! Whole files as the parts of a form.

use super::{append, begun, content, envelope, offset, state, taken, until_offset};
use crate::support::{Who, World};
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode};
use bytes::Bytes;
use futures::StreamExt as _;
use serde_json::json;

const TYPE: &str = "multipart/form-data; boundary=----x";

fn part(name: &str, content: &str) -> String {
    format!(
        "------x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{content}\r\n"
    )
}

/// A form of these files, as browsers write it.
fn form(files: &[&str]) -> String {
    let parts = files.iter().map(|file| part(&file.len().to_string(), file));
    parts.chain(["------x--\r\n".to_owned()]).collect()
}

fn request(who: &Who, id: &str, offset: u64, body: impl Into<Body>) -> Request<Body> {
    let mut request = append(who, id, offset, body);
    let headers = request.headers_mut();
    headers.insert("content-type", HeaderValue::from_static(TYPE));
    request
}

async fn four(world: &World) -> String {
    let file = |path: &str, size: u64| json!({"path": path, "size": size});
    let files = [
        file("a", 3),
        file("b/empty", 0),
        file("b/c", 4),
        file("d", 2),
    ];
    begun(world, json!(files)).await
}

#[tokio::test]
async fn files_arrive_whole_in_their_order() {
    let world = World::new().await;
    let id = four(&world).await;
    // What looks like the end of a part is content.
    let mut sized = request(&world.owner, &id, 0, form(&["a\r\n", "--xy"]));
    let length = form(&["a\r\n", "--xy"]).len();
    sized.headers_mut().insert("content-length", length.into());
    let response = world.send(sized).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.headers()["upload-offset"], "7");
    assert_eq!(offset(&world, &id).await.1, Some(7));
    // And on as one likes.
    taken(&world, &id, 7, "d").await;
    taken(&world, &id, 8, "D").await;
    assert_eq!(state(&world, &id).await, "valid");
    for (path, bytes) in [
        ("a", "a\r\n"),
        ("b/c", "--xy"),
        ("d", "dD"),
        ("b/empty", ""),
    ] {
        assert_eq!(content(&world, &id, path), bytes.as_bytes(), "{path}");
    }
}

#[tokio::test]
async fn a_part_that_is_not_what_its_name_says_is_dropped_and_what_came_before_is_kept() {
    let wrong = [
        part("4", "abc"),
        part("4", "abcde"),
        part("0", ""),
        part("four", "abcd"),
        part("99999999999", "abcd"),
    ];
    for wrong in wrong {
        let world = World::new().await;
        let id = four(&world).await;
        let body = format!("{}{wrong}------x--\r\n", part("3", "123"));
        let response = world.send(request(&world.owner, &id, 0, body)).await;
        assert_eq!(response.status().as_u16(), 460, "{wrong}");
        let (code, problem) = envelope(response).await;
        assert_eq!(
            (code, &problem["reason"]),
            (532, &json!("checksum_mismatch"))
        );
        assert_eq!(offset(&world, &id).await.1, Some(3), "{wrong}");
        let rest = request(&world.owner, &id, 3, form(&["wxyz", "dD"]));
        assert_eq!(world.send(rest).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(content(&world, &id, "b/c"), b"wxyz");
    }
}

#[tokio::test]
async fn a_form_that_breaks_off_leaves_whole_files() {
    let world = World::new().await;
    let id = four(&world).await;
    let begun = format!("{}{}", part("3", "123"), part("4", "wx"));
    let pieces = [Ok(Bytes::from(begun)), Err(std::io::Error::other("gone"))];
    let body = Body::from_stream(futures::stream::iter(pieces));
    let response = world.send(request(&world.owner, &id, 0, body)).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    until_offset(&world, &id, 3).await;
    assert_eq!(offset(&world, &id).await.1, Some(3));
    let rest = form(&["wxyz", "dD"]);
    // However it is cut.
    let bytes: Vec<_> = rest
        .bytes()
        .map(|byte| Ok::<_, std::io::Error>(Bytes::from(vec![byte])))
        .collect();
    let body = Body::from_stream(futures::stream::iter(bytes).boxed());
    let response = world.send(request(&world.owner, &id, 3, body)).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(content(&world, &id, "b/c"), b"wxyz");
}

#[tokio::test]
async fn more_than_the_upload_has_and_what_is_no_form_are_refused() {
    let world = World::new().await;
    let id = four(&world).await;
    let much = request(&world.owner, &id, 0, form(&["123", "wxyz", "dD", "e"]));
    let response = world.send(much).await;
    assert_eq!(envelope(response).await.1["reason"], "too_large");

    let world = World::new().await;
    let id = four(&world).await;
    let mut with_sum = request(&world.owner, &id, 0, form(&["123"]));
    let sum = HeaderValue::from_static("md5 ICy5YqxZB1uWSwcVLSNLcA==");
    with_sum.headers_mut().insert("upload-checksum", sum);
    let response = world.send(with_sum).await;
    assert_eq!(envelope(response).await.1["field"], "Upload-Checksum");

    let mut unbounded = request(&world.owner, &id, 0, form(&["123"]));
    let kind = HeaderValue::from_static("multipart/form-data");
    unbounded.headers_mut().insert("content-type", kind);
    let response = world.send(unbounded).await;
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);

    let nonsense = request(&world.owner, &id, 0, "no form at all");
    let response = world.send(nonsense).await;
    assert_eq!(response.status().as_u16(), 460);
    assert_eq!(offset(&world, &id).await.1, Some(0));
}
