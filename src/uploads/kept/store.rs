//! The browser's databases, one an upload: they are forgotten one by one, without a thought for the others. Chromium
//! writes them at once; localStorage it writes some seconds later, which a browser that is killed does not do.
//!
//! Four requests of IndexedDB and no more: the crate `idb` adds more to the page that uploads than all of this is.

use super::Head;
use crate::json;
use crate::paths;
use crate::untyped::{call, get as of, set};
use api::upload::NewUpload;
use futures::future::join3;
use js_sys::{Array, Promise};
use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;

const STORE: &str = "upload";
const HEAD: &str = "head";
/// The announcement: it has the list of files, which may be long.
const REQUEST: &str = "request";
/// Handles of what was chosen, where the browser has them.
const ROOTS: &str = "roots";

/// Other apps below the same origin have databases of their own. `public/boot.js` looks for these as well.
fn prefix() -> String {
    format!("russell.upload{}:", paths::base())
}

fn databases() -> JsValue {
    of(&window(), "indexedDB")
}

/// Waits for one of two events.
async fn wait(target: &JsValue, good: &str, bad: &str) -> Option<()> {
    let ended = Promise::new(&mut |done, failed| {
        set(target, good, &done);
        set(target, bad, &failed);
    });
    JsFuture::from(ended).await.ok().map(drop)
}

/// What a request comes to.
async fn result(request: &JsValue) -> Option<JsValue> {
    wait(request, "onsuccess", "onerror").await?;
    Some(of(request, "result"))
}

/// A database that is closed when this is dropped: an open one cannot be deleted.
struct Open(JsValue);

impl Drop for Open {
    fn drop(&mut self) {
        call(&self.0, "close", &[]);
    }
}

async fn open(id: &str) -> Option<Open> {
    let name = format!("{}{id}", prefix());
    let request = call(&databases(), "open", &[name.into(), 1.into()])?;
    let made = request.clone();
    let make = Closure::<dyn Fn()>::new(move || {
        // Without its store nothing can be written: that fails then.
        call(&of(&made, "result"), "createObjectStore", &[STORE.into()]);
    });
    set(&request, "onupgradeneeded", make.as_ref());
    Some(Open(result(&request).await?))
}

/// A transaction and its store.
fn begin(database: &Open, mode: &str) -> Option<(JsValue, JsValue)> {
    let transaction = call(&database.0, "transaction", &[STORE.into(), mode.into()])?;
    let store = call(&transaction, "objectStore", &[STORE.into()])?;
    Some((transaction, store))
}

/// Ids of all uploads that are kept. None where the browser does not list its databases.
pub async fn ids() -> Vec<String> {
    let Some(asked) = call(&databases(), "databases", &[]) else {
        return Vec::new();
    };
    let list: Array = match JsFuture::from(asked.unchecked_into::<Promise>()).await {
        Ok(list) => list.unchecked_into(),
        Err(_) => return Vec::new(),
    };
    let prefix = prefix();
    let id = |database: JsValue| {
        let name = of(&database, "name").as_string()?;
        name.strip_prefix(&prefix).map(str::to_owned)
    };
    list.iter().filter_map(id).collect()
}

/// Keeps a head and, if there is one, an announcement in JSON with the handles of its files. `None` when the browser does not.
pub async fn put(head: &Head, request: Option<&str>, roots: &[JsValue]) -> Option<()> {
    // As for an announcement: this cannot fail.
    let text = serde_json::to_string(head).unwrap_or_default();
    let database = open(&head.id).await?;
    let (transaction, store) = begin(&database, "readwrite")?;
    let put = |key: &str, value: JsValue| call(&store, "put", &[value, key.into()]);
    put(HEAD, text.into())?;
    if let Some(request) = request {
        put(REQUEST, request.into())?;
        // A browser that does not keep handles asks for the files again.
        put(ROOTS, roots.iter().collect::<Array>().into());
    }
    wait(&transaction, "oncomplete", "onabort").await
}

/// What is kept of an upload, if it can be read, and the handles of its files.
pub async fn get(id: &str) -> Option<(Head, NewUpload, Vec<JsValue>)> {
    let database = open(id).await?;
    let (_, store) = begin(&database, "readonly")?;
    let asked = [HEAD, REQUEST, ROOTS].map(|key| call(&store, "get", &[key.into()]));
    let [head, request, roots] = asked;
    let (head, request, roots) = (head?, request?, roots?);
    let (head, request, roots) = join3(result(&head), result(&request), result(&roots)).await;
    let head = json::read(&head?.as_string()?).ok()?;
    let request = json::read(&request?.as_string()?).ok()?;
    let roots = roots.and_then(|roots| roots.dyn_into::<Array>().ok());
    Some((head, request, roots.unwrap_or_default().to_vec()))
}

/// Forgets an upload. What cannot be forgotten is found gone when a page takes it up.
pub async fn remove(id: &str) {
    let name = format!("{}{id}", prefix());
    if let Some(request) = call(&databases(), "deleteDatabase", &[name.into()]) {
        result(&request).await;
    }
}
