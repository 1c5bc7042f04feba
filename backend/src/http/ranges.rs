//! Answers that are a file or a part of it (`Range`).

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::ops::Range;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

/// What a `Range` header asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Everything: there is no header, or one that may be ignored (several ranges, another unit, nonsense).
    All,
    /// These bytes; never empty.
    Part(Range<u64>),
    /// Bytes that are not there.
    Unsatisfiable,
}

/// What `headers` ask of something of `size` bytes.
pub fn wanted(headers: &HeaderMap, size: u64) -> Wanted {
    let value = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    match value.and_then(|value| parse(value.trim(), size)) {
        None => Wanted::All,
        Some(range) if range.is_empty() => Wanted::Unsatisfiable,
        Some(range) => Wanted::Part(range),
    }
}

fn parse(value: &str, size: u64) -> Option<Range<u64>> {
    let (first, last) = value.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let (first, last) = (first.trim(), last.trim());
    if first.is_empty() {
        return Some(size.saturating_sub(number(last)?)..size);
    }
    let first = number(first)?;
    let end = match last {
        "" => size,
        last => {
            let last = number(last)?;
            if last < first {
                return None;
            }
            last.saturating_add(1).min(size)
        }
    };
    Some(first..end)
}

/// The first `size` bytes of `file`, or the part of them that `headers` ask for: 200, 206 or 416. With
/// `Content-Length` and `Accept-Ranges`; the type of the content is the caller's to add.
///
/// # Errors
/// When the file cannot be positioned.
pub fn respond(mut file: File, size: u64, headers: &HeaderMap) -> std::io::Result<Response> {
    let (status, range) = match wanted(headers, size) {
        Wanted::All => (StatusCode::OK, 0..size),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Unsatisfiable => {
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

    fn asked(value: &str, size: u64) -> Wanted {
        wanted(
            &HeaderMap::from_iter([(header::RANGE, value.parse().unwrap())]),
            size,
        )
    }

    #[test]
    fn one_range_is_understood() {
        assert_eq!(asked("bytes=0-4", 10), Wanted::Part(0..5));
        assert_eq!(asked("bytes=3-", 10), Wanted::Part(3..10));
        assert_eq!(asked("bytes=-4", 10), Wanted::Part(6..10));
        assert_eq!(asked("bytes=-40", 10), Wanted::Part(0..10));
        assert_eq!(
            asked("bytes=5-99999999999999999999999", 10),
            Wanted::Part(5..10)
        );
        assert_eq!(wanted(&HeaderMap::new(), 10), Wanted::All);
    }

    #[test]
    fn what_is_not_there_is_told_and_nonsense_is_ignored() {
        for value in ["bytes=10-", "bytes=10-12", "bytes=-0"] {
            assert_eq!(asked(value, 10), Wanted::Unsatisfiable, "{value}");
        }
        assert_eq!(asked("bytes=0-", 0), Wanted::Unsatisfiable);
        for value in [
            "bytes=5-4",
            "bytes=a-b",
            "lines=1-2",
            "bytes=0-1,3-4",
            "bytes=-",
            "bytes=+1-2",
        ] {
            assert_eq!(asked(value, 10), Wanted::All, "{value}");
        }
    }

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
