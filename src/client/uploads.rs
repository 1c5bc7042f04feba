//! Uploads over tus 1.0: begin, ask how far, send, give up.

use super::{ClientError, Request, call, credentials, error, send};
use crate::site;
use api::upload::{NewUpload, TUS_CONTENT_TYPE, TUS_VERSION, UploadCreated};
use api::{Code, Problem, Reason, routes};
use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::web_sys::{Blob, ProgressEvent, XmlHttpRequest};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Longest time without a byte leaving, in milliseconds.
const STALL_MS: f64 = 60_000.0;
/// Longest time from the last byte to the answer: the server checks what it has, in milliseconds.
const FINISH_MS: f64 = 600_000.0;
/// How often that is looked at, in milliseconds.
const WATCH_MS: u32 = 5_000;

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

/// How many bytes the server has.
///
/// # Errors
/// `UploadGone` and what every request can meet.
pub async fn offset(id: &str) -> Result<u64, ClientError> {
    let request = Request::head(address(id)).header("Tus-Resumable", TUS_VERSION);
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

/// Sends `body` as the upload's bytes from `offset` on and returns the new offset. `progress` hears how many bytes of
/// `body` have left. The browser reads the body itself: nothing of it passes through the program. Dropping the future
/// ends the request; the server keeps what has arrived.
///
/// # Errors
/// `OffsetMismatch`, `UploadLocked`, `UploadGone`, `DiskFull` and what every request can meet.
pub async fn append(
    id: &str,
    offset: u64,
    body: &Blob,
    progress: impl Fn(u64) + 'static,
) -> Result<u64, ClientError> {
    let broken = |_| ClientError::Malformed("no request".to_owned());
    let request = Running(XmlHttpRequest::new().map_err(broken)?);
    let xhr = &request.0;
    xhr.open("PATCH", &site::address(&address(id)))
        .map_err(broken)?;
    let sent = credentials::authorization();
    let fixed = [
        ("Tus-Resumable", TUS_VERSION.to_owned()),
        ("Content-Type", TUS_CONTENT_TYPE.to_owned()),
        ("Upload-Offset", offset.to_string()),
    ];
    let session = sent.clone().map(|value| ("Authorization", value));
    for (name, value) in fixed.into_iter().chain(session) {
        xhr.set_request_header(name, &value).map_err(broken)?;
    }

    let total = body.size();
    let moved = Rc::new(Cell::new((js_sys::Date::now(), 0.0)));
    let on_progress = Closure::<dyn Fn(ProgressEvent)>::new({
        let moved = Rc::clone(&moved);
        move |event: ProgressEvent| {
            moved.set((js_sys::Date::now(), event.loaded()));
            progress(event.loaded() as u64);
        }
    });
    let upload = xhr.upload().map_err(broken)?;
    upload.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    let (done, ended) = oneshot::channel();
    let done = RefCell::new(Some(done));
    let on_end = Closure::<dyn Fn()>::new(move || {
        if let Some(done) = done.take() {
            // Nobody waits any more when the request was dropped.
            let _ = done.send(());
        }
    });
    xhr.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
    xhr.send_with_opt_blob(Some(body)).map_err(broken)?;

    let stalled = async {
        loop {
            TimeoutFuture::new(WATCH_MS).await;
            let (last, loaded) = moved.get();
            let allowed = if loaded < total { STALL_MS } else { FINISH_MS };
            if js_sys::Date::now() - last > allowed {
                return;
            }
        }
    };
    if let Either::Right(_) = select(ended, pin!(stalled)).await {
        credentials::reachable(false);
        return Err(ClientError::Timeout);
    }
    let status = xhr.status().unwrap_or(0);
    credentials::reachable(!matches!(status, 0 | 502 | 504));
    match status {
        0 => Err(ClientError::Offline),
        200..=299 => read_offset(xhr.get_response_header("Upload-Offset").ok().flatten()),
        _ => {
            let body = xhr.response_text().ok().flatten().unwrap_or_default();
            let error = error::open(status, &body).err();
            let error = error.unwrap_or(ClientError::Http { status });
            if error.ends_session() {
                credentials::refused(&error, sent.as_deref());
            }
            Err(error)
        }
    }
}

/// A request that ends with its handle.
struct Running(XmlHttpRequest);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.set_onloadend(None);
        if let Ok(upload) = self.0.upload() {
            upload.set_onprogress(None);
        }
        // There is nothing to do about a request that cannot be ended; an ended one is not touched by this.
        let _ = self.0.abort();
    }
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
