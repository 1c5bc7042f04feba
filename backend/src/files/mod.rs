//! Files of versions and outputs: listings, and their bytes.
//!
//! What may be read is decided by the project or dataset (`root`); where a path leads by the kernel
//! ([`crate::beneath`]).

mod list;
pub mod media;
mod raw;
mod root;

use crate::beneath::{Beneath, Found};
use crate::error::{Answer, ApiError, TransferError, ok};
use crate::http::{Caller, Path, Query};
use crate::state::Shared;
use api::file::{ListQuery, Listing};
use api::{Reason, name, routes};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use std::io;

/// The routes of this module.
pub fn router() -> Router<Shared> {
    Router::new()
        .route(routes::FILES, get(listing))
        .route(routes::FILE_RAW, get(bytes))
}

async fn listing(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Answer<Listing> {
    let place = root::find(&app, &caller, &id).await?;
    if !query.path.is_empty() {
        check(&query.path)?;
    }
    let work = tokio::task::spawn_blocking(move || match Beneath::at(&place.folder) {
        Ok(top) => list::list(&top, &query, place.root),
        Err(error) if error.kind() == io::ErrorKind::NotFound => list::nothing(&query, place.root),
        Err(error) => Err(error),
    });
    let listing = work.await.map_err(ApiError::internal)?;
    ok(listing.map_err(|error| missing(&caller, error))?)
}

#[derive(Debug, Deserialize)]
struct RawQuery {
    path: String,
}

async fn bytes(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    query: Result<Query<RawQuery>, ApiError>,
    headers: HeaderMap,
) -> Result<Response, TransferError> {
    let Query(query) = query?;
    let place = root::find(&app, &caller, &id).await?;
    check(&query.path)?;
    let work = {
        let path = query.path.clone();
        tokio::task::spawn_blocking(move || Beneath::at(&place.folder)?.open(&path))
    };
    let found = work
        .await
        .map_err(ApiError::internal)?
        .map_err(|error| missing(&caller, error))?;
    let Found::File(file, metadata) = found else {
        return Err(TransferError(caller.not_found("file")));
    };
    let name = query.path.rsplit('/').next().unwrap_or(&query.path);
    Ok(raw::send(name, file, &metadata, &headers)?)
}

fn check(path: &str) -> Result<(), ApiError> {
    name::check_path(path)
        .map_err(|_| ApiError::bad(Reason::IllegalPath, "this can be no path of a file").at("path"))
}

fn missing(caller: &Caller, error: io::Error) -> ApiError {
    match error.kind() {
        io::ErrorKind::NotFound => caller.not_found("file or folder"),
        _ => error.into(),
    }
}
