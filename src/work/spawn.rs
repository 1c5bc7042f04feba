//! Starting the worker from the page.

use super::socket::LogWorker;
use gloo_worker::Spawnable;
use gloo_worker::reactor::ReactorBridge;
use leptos::prelude::document;
use leptos::web_sys::{HtmlElement, Url};
use wasm_bindgen::JsCast;

/// A worker for one log; it ends when the bridge is dropped. `None` when the page does not say where its file is.
pub fn log_worker() -> Option<ReactorBridge<LogWorker>> {
    let address = worker_address()?;
    Some(
        LogWorker::spawner()
            .as_module(true)
            .with_loader(true)
            .spawn(&address),
    )
}

/// Where the worker's file is: boot.js's script element knows it, relative to the document's base.
pub(super) fn worker_address() -> Option<String> {
    let script = document().query_selector("script[data-worker]").ok()??;
    let name = script
        .dyn_into::<HtmlElement>()
        .ok()?
        .dataset()
        .get("worker")?;
    let base = document().base_uri().ok()??;
    Url::new_with_base(&name, &base).ok().map(|url| url.href())
}
