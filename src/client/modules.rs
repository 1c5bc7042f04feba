//! Versions of projects and datasets.

use super::{ClientError, Request, call, send};
use api::file::{FindQuery, FoundFile};
use api::module::{Module, ModuleChange, ModuleType, ModulesQuery};
use api::zip::ZipTicket;
use api::{Page, routes};
use js_sys::ArrayBuffer;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{self, Blob, BlobPropertyBag, ReadableStreamDefaultReader};
use serde::de::IgnoredAny;
use wasm_bindgen_futures::JsFuture;

/// All versions of a project or dataset, newest first.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn list(module_type: ModuleType, entity_id: &str) -> Result<Page<Module>, ClientError> {
    let query = ModulesQuery {
        module_type,
        entity_id: entity_id.to_owned(),
    };
    call(Request::get(routes::MODULES).query(&query)).await
}

/// A version by its id, or a dataset's by `<user>/<dataset>/<version>`.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn get(id: &str) -> Result<Module, ClientError> {
    call(Request::get(routes::MODULE).with("id", id)).await
}

/// Changes the remark of a version.
///
/// # Errors
/// `TooLong`, `NotAllowed` and what every request can meet.
pub async fn describe(id: &str, description: &str) -> Result<(), ClientError> {
    let change = ModuleChange {
        id: id.to_owned(),
        codehash: None,
        description: Some(description.to_owned()),
    };
    call::<IgnoredAny>(Request::post(routes::MODULE).json(&change))
        .await
        .map(drop)
}

/// Deletes a version.
///
/// # Errors
/// `InUse`, `NotAllowed` and what every request can meet.
pub async fn delete(id: &str) -> Result<(), ClientError> {
    call::<IgnoredAny>(Request::delete(routes::MODULE).with("id", id))
        .await
        .map(drop)
}

/// Files of a version whose names end in `end`, by their paths.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn find(id: &str, end: &str) -> Result<Page<FoundFile>, ClientError> {
    let query = FindQuery {
        end: end.to_owned(),
    };
    call(Request::get(routes::fill(routes::MODULE_FIND, &[id])).query(&query)).await
}

/// What the newest valid version's files are: the answer as it came, for the worker to read ([`api::module::FileHashes`]
/// or `null` in the envelope). It may be many megabytes.
///
/// # Errors
/// What every request can meet.
pub async fn filehash(
    module_type: ModuleType,
    entity_id: &str,
) -> Result<ArrayBuffer, ClientError> {
    let query = ModulesQuery {
        module_type,
        entity_id: entity_id.to_owned(),
    };
    let request = Request::get(routes::MODULE_FILEHASH)
        .query(&query)
        .patient();
    let response: web_sys::Response = send(request).await?.into();
    let body = response.array_buffer().map_err(|_| ClientError::Offline)?;
    let body = JsFuture::from(body).await;
    Ok(body.map_err(|_| ClientError::Offline)?.unchecked_into())
}

/// A ticket for the zip of a version.
///
/// # Errors
/// `NotFound`, `VersionNotReady` and what every request can meet.
pub async fn zip_ticket(id: &str) -> Result<ZipTicket, ClientError> {
    call(Request::post(routes::fill(routes::MODULE_ZIP, &[id]))).await
}

/// The address that a ticket for a zip leads to, below the base.
pub fn zip_address(ticket: &str) -> String {
    routes::fill(routes::ZIP, &[ticket])
}

/// Fetches the zip that a ticket leads to. `on_bytes` is told after each piece how many bytes have come, and says whether
/// to go on; when not, there is no zip.
///
/// # Errors
/// `NotFound` when the ticket is void, and what every request can meet.
pub async fn zip(
    ticket: &str,
    mut on_bytes: impl FnMut(u64) -> bool,
) -> Result<Option<Blob>, ClientError> {
    let response: web_sys::Response = send(Request::get(zip_address(ticket))).await?.into();
    let body = response.body().ok_or(ClientError::Offline)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let pieces = js_sys::Array::new();
    let mut bytes = 0;
    loop {
        let piece = JsFuture::from(reader.read()).await;
        let piece = piece.map_err(|_| ClientError::Offline)?;
        let of = |key: &str| js_sys::Reflect::get(&piece, &JsValue::from_str(key));
        if of("done").is_ok_and(|done| done.is_truthy()) {
            break;
        }
        let value: js_sys::Uint8Array = of("value")
            .and_then(JsCast::dyn_into)
            .map_err(|_| ClientError::Malformed("no bytes".to_owned()))?;
        bytes += u64::from(value.length());
        pieces.push(&value);
        if !on_bytes(bytes) {
            // The rest is not wanted, whether the stream hears of it or not.
            let _ = reader.cancel();
            return Ok(None);
        }
    }
    let kind = BlobPropertyBag::new();
    kind.set_type("application/zip");
    Blob::new_with_u8_array_sequence_and_options(&pieces, &kind)
        .map(Some)
        .map_err(|_| ClientError::Malformed("no Blob".to_owned()))
}
