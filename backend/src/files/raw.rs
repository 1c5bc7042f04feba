//! The bytes of a file.

use super::media;
use crate::http::date::http_date;
use crate::http::ranges;
use api::Time;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE,
    LAST_MODIFIED, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use std::fs::File;
use std::io;

/// Answers with the file of this size and time, or the part of it that the headers ask for. What users upload must not run anything with
/// our name on it, so it is sent into a sandbox that may load nothing.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn send(
    name: &str,
    file: File,
    (size, modified): (u64, Time),
    headers: &HeaderMap,
) -> io::Result<Response> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let tag = format!("\"{size:x}-{:x}\"", modified.0);
    let known = |list: &str| list == "*" || list.split(',').any(|known| known.trim() == tag);
    let mut response = if text(IF_NONE_MATCH).is_some_and(known) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut asked = HeaderMap::new();
        // A part of another file than the one the client has the rest of would be worse than the whole.
        let range = headers.get(RANGE);
        if let Some(range) = range.filter(|_| text(IF_RANGE).is_none_or(|known| known == tag)) {
            asked.insert(RANGE, range.clone());
        }
        let mut response = ranges::respond(file, size, &asked)?;
        let media = media::of(name);
        let shown = media::disposition(name, media.inline);
        set(&mut response, CONTENT_TYPE, &media.content_type)?;
        set(&mut response, CONTENT_DISPOSITION, &shown)?;
        set(&mut response, LAST_MODIFIED, &http_date(modified))?;
        response
    };
    set(&mut response, ETAG, &tag)?;
    let policy = "sandbox; default-src 'none'";
    set(&mut response, CONTENT_SECURITY_POLICY, policy)?;
    set(&mut response, X_CONTENT_TYPE_OPTIONS, "nosniff")?;
    Ok(response)
}

fn set(response: &mut Response, name: HeaderName, value: &str) -> io::Result<()> {
    let value = HeaderValue::from_str(value).map_err(io::Error::other)?;
    response.headers_mut().insert(name, value);
    Ok(())
}
