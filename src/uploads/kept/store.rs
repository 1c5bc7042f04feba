//! The browser's databases, one an upload: they are forgotten one by one, without a thought for the others. Chromium
//! writes them at once; localStorage it writes some seconds later, which a browser that is killed does not do.

use super::Head;
use crate::json;
use crate::paths;
use api::upload::NewUpload;
use idb::builder::{DatabaseBuilder, ObjectStoreBuilder};
use idb::{Database, Error, Factory, TransactionMode};
use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

const STORE: &str = "upload";
const HEAD: &str = "head";
/// The announcement: it has the list of files, which may be long.
const REQUEST: &str = "request";

/// Other apps below the same origin have databases of their own.
fn prefix() -> String {
    format!("russell.upload{}:", paths::base())
}

async fn open(id: &str) -> Result<Database, Error> {
    DatabaseBuilder::new(&format!("{}{id}", prefix()))
        .version(1)
        .add_object_store(ObjectStoreBuilder::new(STORE))
        .build()
        .await
}

/// Ids of all uploads that are kept. None where the browser does not list its databases.
pub async fn ids() -> Vec<String> {
    let asked = || -> Option<Promise> {
        let databases = Reflect::get(&window(), &"indexedDB".into()).ok()?;
        let list = Reflect::get(&databases, &"databases".into()).ok()?;
        let list: Function = list.dyn_into().ok()?;
        list.call0(&databases).ok()?.dyn_into().ok()
    };
    let Some(asked) = asked() else {
        return Vec::new();
    };
    let list: Array = match JsFuture::from(asked).await {
        Ok(list) => list.unchecked_into(),
        Err(_) => return Vec::new(),
    };
    let prefix = prefix();
    let id = |database: JsValue| {
        let name = Reflect::get(&database, &"name".into()).ok()?.as_string()?;
        name.strip_prefix(&prefix).map(str::to_owned)
    };
    list.iter().filter_map(id).collect()
}

/// Keeps a head and, if there is one, an announcement in JSON. `None` when the browser does not.
pub async fn put(head: &Head, request: Option<&str>) -> Option<()> {
    // As for an announcement: this cannot fail.
    let text = serde_json::to_string(head).unwrap_or_default();
    let put = async {
        let database = open(&head.id).await?;
        let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(STORE)?;
        store.put(&text.into(), Some(&HEAD.into()))?.await?;
        if let Some(request) = request {
            store.put(&request.into(), Some(&REQUEST.into()))?.await?;
        }
        transaction.commit()?.await?;
        database.close();
        Ok::<_, Error>(())
    };
    put.await.ok()
}

/// What is kept of an upload, if it can be read.
pub async fn get(id: &str) -> Option<(Head, NewUpload)> {
    let one = async {
        let database = open(id).await?;
        let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(STORE)?;
        let head = store.get(JsValue::from(HEAD))?.await?;
        let request = store.get(JsValue::from(REQUEST))?.await?;
        database.close();
        Ok::<_, Error>((head, request))
    };
    let (head, request) = one.await.ok()?;
    let head = json::read(&head?.as_string()?).ok()?;
    Some((head, json::read(&request?.as_string()?).ok()?))
}

/// Forgets an upload.
pub async fn remove(id: &str) {
    let remove = async {
        let name = format!("{}{id}", prefix());
        Factory::new()?.delete(&name)?.await
    };
    // What cannot be removed is found gone when a page takes it up.
    let _ = remove.await;
}
