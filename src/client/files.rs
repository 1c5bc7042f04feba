//! Files of versions and outputs.

use super::{ClientError, Request, call, send};
use api::file::{ListQuery, Listing};
use api::routes;
use gloo_net::http::Response;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{self, Blob};
use wasm_bindgen_futures::JsFuture;

/// Which bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All.
    Whole,
    /// At most `length` bytes from `start` on.
    Range {
        /// The first byte, from 0.
        start: u64,
        /// How many, at least 1.
        length: u64,
    },
    /// At most the last so many bytes.
    Last(u64),
}

/// Bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes {
    /// The bytes asked for.
    pub bytes: Vec<u8>,
    /// Where the first of them stands in the file.
    pub start: u64,
    /// Bytes of the whole file.
    pub total: u64,
}

/// A folder of a version or output.
///
/// # Errors
/// `NotFound`, `VersionNotReady` and what every request can meet.
pub async fn list(id: &str, query: &ListQuery) -> Result<Listing, ClientError> {
    call(Request::get(routes::fill(routes::FILES, &[id])).query(query)).await
}

/// Bytes of a file of a version or output.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn read(id: &str, path: &str, part: Part) -> Result<Bytes, ClientError> {
    bytes(raw(id, path), part).await
}

/// A whole file as a Blob: its bytes stay with the browser. For previews of pictures and for downloads.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn blob(id: &str, path: &str) -> Result<Blob, ClientError> {
    blob_of(raw(id, path)).await
}

/// The body of an answer as a Blob.
pub(super) async fn blob_of(request: Request) -> Result<Blob, ClientError> {
    let response: web_sys::Response = send(request).await?.into();
    let promise = response.blob().map_err(|_| ClientError::Offline)?;
    let blob = JsFuture::from(promise)
        .await
        .map_err(|_| ClientError::Offline)?;
    blob.dyn_into()
        .map_err(|_| ClientError::Malformed("no Blob".to_owned()))
}

fn raw(id: &str, path: &str) -> Request {
    Request::get(routes::fill(routes::FILE_RAW, &[id])).with("path", path)
}

/// Bytes of what `request` leads to.
pub(super) async fn bytes(request: Request, part: Part) -> Result<Bytes, ClientError> {
    let request = match part {
        Part::Whole => request,
        Part::Range { start, length } => {
            let end = start.saturating_add(length.max(1) - 1);
            request.header("Range", format!("bytes={start}-{end}"))
        }
        Part::Last(0) => request.header("Range", "bytes=-1"),
        Part::Last(length) => request.header("Range", format!("bytes=-{length}")),
    };
    let response = match send(request).await {
        // Nothing stands there: an empty file, or a range behind the end.
        Err(ClientError::Http { status: 416 }) => return Ok(nothing(part)),
        Err(ClientError::Api { code, .. }) if u16::from(code) == 416 => return Ok(nothing(part)),
        other => other?,
    };
    let range = range_of(&response);
    let bytes = response.binary().await.map_err(|_| ClientError::Offline)?;
    let (start, total) = range.unwrap_or((0, bytes.len() as u64));
    Ok(Bytes {
        bytes,
        start,
        total,
    })
}

fn nothing(part: Part) -> Bytes {
    let start = match part {
        Part::Range { start, .. } => start,
        Part::Whole | Part::Last(_) => 0,
    };
    Bytes {
        bytes: Vec::new(),
        start,
        total: start,
    }
}

fn range_of(response: &Response) -> Option<(u64, u64)> {
    if response.status() != 206 {
        return None;
    }
    parse_range(&response.headers().get("Content-Range")?)
}

/// `bytes 0-99/1234` as (0, 1234).
fn parse_range(header: &str) -> Option<(u64, u64)> {
    let (range, total) = header.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.parse().ok()?, total.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges_are_read() {
        assert_eq!(parse_range("bytes 10-19/100"), Some((10, 100)));
        for bad in ["", "bytes */100", "bytes 10-19/*", "items 1-2/3"] {
            assert_eq!(parse_range(bad), None, "{bad}");
        }
    }
}
