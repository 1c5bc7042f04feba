//! A request that brings bytes, and tells how many have left: from the page, or from a worker that knows nothing of sessions.

use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::web_sys::{ProgressEvent, XmlHttpRequest};
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Longest time without a byte leaving, in milliseconds.
const STALL_MS: f64 = 60_000.0;
/// Longest time from the last byte to the answer: the server checks what it has, in milliseconds.
const FINISH_MS: f64 = 600_000.0;
/// How often that is looked at, in milliseconds.
const WATCH_MS: u32 = 5_000;

/// Where bytes go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// The address.
    pub address: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The server answered, or nobody did (status 0).
    Answered {
        /// HTTP status.
        status: u16,
        /// The header `Upload-Offset`.
        offset: Option<String>,
        /// The body.
        body: String,
    },
    /// Nothing has moved for too long.
    Silent,
    /// The browser does not send this.
    Impossible,
}

/// Sends what `send` gives to the request. `progress` hears how many bytes have left, and of how many. Dropping the future
/// ends the request.
pub async fn transfer(
    patch: &Patch,
    send: impl FnOnce(&XmlHttpRequest) -> Result<(), JsValue>,
    progress: impl Fn(f64, f64) + 'static,
) -> Outcome {
    begun(patch, send, progress)
        .await
        .unwrap_or(Outcome::Impossible)
}

async fn begun(
    patch: &Patch,
    send: impl FnOnce(&XmlHttpRequest) -> Result<(), JsValue>,
    progress: impl Fn(f64, f64) + 'static,
) -> Result<Outcome, JsValue> {
    let request = Running(XmlHttpRequest::new()?);
    let xhr = &request.0;
    xhr.open("PATCH", &patch.address)?;
    for (name, value) in &patch.headers {
        xhr.set_request_header(name, value)?;
    }
    // When something moved last, and how many bytes were left then.
    let moved = Rc::new(Cell::new((js_sys::Date::now(), 1.0)));
    let on_progress = Closure::<dyn Fn(ProgressEvent)>::new({
        let moved = Rc::clone(&moved);
        move |event: ProgressEvent| {
            let (loaded, total) = (event.loaded(), event.total());
            moved.set((js_sys::Date::now(), total - loaded));
            progress(loaded, total);
        }
    });
    xhr.upload()?
        .set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    let (done, ended) = oneshot::channel();
    let done = RefCell::new(Some(done));
    let on_end = Closure::<dyn Fn()>::new(move || {
        if let Some(done) = done.take() {
            // Nobody waits any more when the request was dropped.
            let _ = done.send(());
        }
    });
    xhr.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
    send(xhr)?;

    let stalled = async {
        loop {
            TimeoutFuture::new(WATCH_MS).await;
            let (last, left) = moved.get();
            let allowed = if left > 0.0 { STALL_MS } else { FINISH_MS };
            if js_sys::Date::now() - last > allowed {
                return;
            }
        }
    };
    if let Either::Right(_) = select(ended, pin!(stalled)).await {
        return Ok(Outcome::Silent);
    }
    Ok(Outcome::Answered {
        status: xhr.status().unwrap_or(0),
        offset: xhr.get_response_header("Upload-Offset").ok().flatten(),
        body: xhr.response_text().ok().flatten().unwrap_or_default(),
    })
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
