//! Uploads over tus 1.0: begin, ask how far, send, give up.

use super::transfer::{Outcome, Patch, transfer};
use super::{ClientError, Request, call, credentials, error, send};
use crate::site;
use api::upload::{NewUpload, TUS_CONTENT_TYPE, TUS_VERSION, UPLOAD_HOLD, UploadCreated};
use api::{Code, Problem, Reason, routes};
use leptos::web_sys::{Blob, XmlHttpRequest};

const AUTHORIZATION: &str = "Authorization";

/// Announces an upload.
///
/// # Errors
/// The reason why it cannot be taken, and what every request can meet.
pub fn begin(new: &NewUpload) -> impl Future<Output = Result<UploadCreated, ClientError>> + use<> {
    call(
        Request::post(routes::UPLOADS)
            .header("Tus-Resumable", TUS_VERSION)
            .json(new)
            .patient(),
    )
}

/// How many bytes the server has. If it has all, it still waits for [`finish`].
///
/// # Errors
/// `UploadGone` and what every request can meet.
pub async fn offset(id: &str) -> Result<u64, ClientError> {
    let request = Request::head(address(id))
        .header("Tus-Resumable", TUS_VERSION)
        .header(UPLOAD_HOLD, "1");
    match send(request).await {
        Ok(response) => read_offset(response.headers().get("Upload-Offset")),
        // The answer to HEAD has no body that could say why.
        Err(ClientError::Http { status: 404 | 410 }) => Err(gone()),
        Err(other) => Err(other),
    }
}

/// Ends an upload and what it has sent.
///
/// # Errors
/// What every request can meet.
pub async fn give_up(id: &str) -> Result<(), ClientError> {
    let request = Request::delete(address(id)).header("Tus-Resumable", TUS_VERSION);
    send(request).await.map(drop)
}

/// What a request brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bytes.
    Bytes,
    /// Whole files as the parts of a form, of which the browser tells the type itself.
    Form,
    /// Nothing any more.
    Last,
}

/// The request that brings an upload's bytes from `offset` on. No version is made before the last one.
pub fn patch(id: &str, offset: u64, kind: Kind) -> Patch {
    let mut headers = vec![
        ("Tus-Resumable".to_owned(), TUS_VERSION.to_owned()),
        ("Upload-Offset".to_owned(), offset.to_string()),
    ];
    if kind != Kind::Last {
        headers.push((UPLOAD_HOLD.to_owned(), "1".to_owned()));
    }
    if kind != Kind::Form {
        headers.push(("Content-Type".to_owned(), TUS_CONTENT_TYPE.to_owned()));
    }
    let session = credentials::authorization();
    headers.extend(session.map(|value| (AUTHORIZATION.to_owned(), value)));
    Patch {
        address: site::address(&address(id)),
        headers,
    }
}

/// The new offset, by what came of a request.
///
/// # Errors
/// `OffsetMismatch`, `UploadLocked`, `UploadGone`, `DiskFull` and what every request can meet.
pub fn settle(patch: &Patch, outcome: Outcome) -> Result<u64, ClientError> {
    let (status, offset, body) = match outcome {
        Outcome::Answered {
            status,
            offset,
            body,
        } => (status, offset, body),
        Outcome::Silent => {
            credentials::reachable(false);
            return Err(ClientError::Timeout);
        }
        Outcome::Impossible => return Err(ClientError::Malformed("no request".to_owned())),
    };
    credentials::reachable(!matches!(status, 0 | 502 | 504));
    match status {
        0 => Err(ClientError::Offline),
        200..=299 => read_offset(offset),
        _ => {
            let error = error::open(status, &body).err();
            let error = error.unwrap_or(ClientError::Http { status });
            if error.ends_session() {
                let mut headers = patch.headers.iter();
                let sent = headers.find(|(name, _)| name == AUTHORIZATION);
                credentials::refused(&error, sent.map(|(_, value)| value.as_str()));
            }
            Err(error)
        }
    }
}

/// Sends `body` as the upload's bytes from `offset` on and returns the new offset. `progress` hears how many bytes of
/// `body` have left. The browser reads the body itself: nothing of it passes through the program. Dropping the future
/// ends the request; the server keeps what has arrived.
///
/// # Errors
/// As [`settle`].
pub async fn append(
    id: &str,
    offset: u64,
    body: &Blob,
    progress: impl Fn(u64) + 'static,
) -> Result<u64, ClientError> {
    let patch = patch(id, offset, Kind::Bytes);
    let send = |xhr: &XmlHttpRequest| xhr.send_with_opt_blob(Some(body));
    let outcome = transfer(&patch, send, move |sent, _| progress(sent as u64)).await;
    settle(&patch, outcome)
}

/// Says that all `bytes` of the upload are there and are what they should be: the version is made.
///
/// # Errors
/// As [`settle`].
pub async fn finish(id: &str, bytes: u64) -> Result<u64, ClientError> {
    let patch = patch(id, bytes, Kind::Last);
    let outcome = transfer(&patch, XmlHttpRequest::send, |_, _| {}).await;
    settle(&patch, outcome)
}

fn read_offset(header: Option<String>) -> Result<u64, ClientError> {
    header
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| ClientError::Malformed("no Upload-Offset".to_owned()))
}

fn gone() -> ClientError {
    ClientError::Api {
        code: Code::NotFound,
        problem: Problem::new(Reason::UploadGone, "the upload is gone"),
    }
}

fn address(id: &str) -> String {
    routes::fill(routes::UPLOAD, &[id])
}
