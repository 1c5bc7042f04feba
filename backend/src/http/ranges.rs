//! Answers that are a file or a part of it (`Range`).

use crate::files::range::{Part, part};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

/// The first `size` bytes of `file`, or the part of them that `headers` ask for: 200, 206 or 416. With
/// `Content-Length` and `Accept-Ranges`; the type of the content is the caller's to add.
///
/// # Errors
/// When the file cannot be positioned.
pub fn respond(mut file: File, size: u64, headers: &HeaderMap) -> std::io::Result<Response> {
    let asked = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    let (status, range) = match part(asked, size) {
        Part::Whole => (StatusCode::OK, 0..size),
        Part::Bytes(range) => (StatusCode::PARTIAL_CONTENT, range),
        Part::Nothing => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            content_range(&mut response, &format!("bytes */{size}"));
            return Ok(response);
        }
    };
    file.seek(SeekFrom::Start(range.start))?;
    let length = range.end - range.start;
    let part = tokio::fs::File::from_std(file).take(length);
    let stream = ReaderStream::with_capacity(part, 128 * 1024);
    let mut response = (status, Body::from_stream(stream)).into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_LENGTH, length.into());
    out.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if status == StatusCode::PARTIAL_CONTENT {
        content_range(
            &mut response,
            &format!("bytes {}-{}/{size}", range.start, range.end - 1),
        );
    }
    Ok(response)
}

fn content_range(response: &mut Response, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[tokio::test]
    async fn the_bytes_are_those_asked_for() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"0123456789").unwrap();
        let get = async |range: &'static str| {
            let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(range))]);
            let response = respond(file.reopen().unwrap(), 8, &headers).unwrap();
            let status = response.status().as_u16();
            let place = response
                .headers()
                .get("content-range")
                .map(|v| v.to_str().unwrap().to_owned());
            let body = axum::body::to_bytes(response.into_body(), 99)
                .await
                .unwrap();
            (status, place, String::from_utf8(body.to_vec()).unwrap())
        };
        assert_eq!(
            get("bytes=2-3").await,
            (206, Some("bytes 2-3/8".into()), "23".into())
        );
        assert_eq!(
            get("bytes=6-").await,
            (206, Some("bytes 6-7/8".into()), "67".into())
        );
        assert_eq!(
            get("bytes=8-").await,
            (416, Some("bytes */8".into()), String::new())
        );
        assert_eq!(get("none").await, (200, None, "01234567".into()));
    }
}
