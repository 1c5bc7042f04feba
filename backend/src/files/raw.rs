//! The bytes of a file.

use super::media;
use super::range::{Part, part};
use crate::clock;
use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, Response, StatusCode};
use std::fs::{File, Metadata};
use std::io::{self, SeekFrom};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

/// Bytes read at a time.
const BLOCK: usize = 256 * 1024;

/// Answers with the file, or the part of it that the headers ask for. What users upload must not run anything with
/// our name on it, so it is sent into a sandbox that may load nothing.
///
/// # Errors
/// When the file cannot be read.
pub(super) async fn send(
    name: &str,
    file: File,
    metadata: &Metadata,
    headers: &HeaderMap,
) -> io::Result<Response<Body>> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let size = metadata.len();
    let modified = clock::of_system(metadata.modified()?);
    let tag = format!("\"{size:x}-{:x}\"", modified.0);
    let media = media::of(name);
    let response = Response::builder()
        .header(ACCEPT_RANGES, "bytes")
        .header(ETAG, &tag)
        .header(CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'")
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff");
    if text(IF_NONE_MATCH)
        .is_some_and(|known| known == "*" || known.split(',').any(|t| t.trim() == tag))
    {
        return finished(response.status(StatusCode::NOT_MODIFIED), Body::empty());
    }
    let response = response
        .header(CONTENT_TYPE, media.content_type)
        .header(CONTENT_DISPOSITION, media::disposition(name, media.inline))
        .header(LAST_MODIFIED, http_date(modified));
    // A part of another file than the one the client has the rest of would be worse than the whole.
    let range = text(RANGE).filter(|_| text(IF_RANGE).is_none_or(|known| known == tag));
    let (response, bytes) = match part(range, size) {
        Part::Nothing => {
            let response = response
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .header(CONTENT_RANGE, format!("bytes */{size}"));
            return finished(response, Body::empty());
        }
        Part::Whole => (response, 0..size),
        Part::Bytes(bytes) => {
            let where_from = format!("bytes {}-{}/{size}", bytes.start, bytes.end - 1);
            let response = response
                .status(StatusCode::PARTIAL_CONTENT)
                .header(CONTENT_RANGE, where_from);
            (response, bytes)
        }
    };
    let length = bytes.end - bytes.start;
    let response = response.header(CONTENT_LENGTH, length);
    let mut file = tokio::fs::File::from_std(file);
    if bytes.start > 0 {
        file.seek(SeekFrom::Start(bytes.start)).await?;
    }
    let stream = ReaderStream::with_capacity(file.take(length), BLOCK);
    finished(response, Body::from_stream(stream))
}

fn finished(response: axum::http::response::Builder, body: Body) -> io::Result<Response<Body>> {
    response.body(body).map_err(io::Error::other)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
fn http_date(time: api::Time) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (year, month, day, hour, minute, second, _) = time.civil();
    // 1970-01-01 was a Thursday.
    let weekday = DAYS[time.0.div_euclid(86_400_000_000).rem_euclid(7) as usize];
    let month = MONTHS[month as usize - 1];
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_as_http_spells_them() {
        let time = "1994-11-06T08:49:37.5".parse().unwrap();
        assert_eq!(http_date(time), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
