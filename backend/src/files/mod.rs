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
use crate::state::{App, Shared};
use crate::{clock, modules};
use api::file::{ListQuery, Listing, Root};
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
    let mut listing = listing.map_err(|error| missing(&caller, error))?;
    dated(&app, &id, &mut listing).await?;
    ok(listing)
}

/// Gives the files of a version the times they came with: a file on the disk that versions share has one time only.
async fn dated(app: &App, id: &str, listing: &mut Listing) -> sqlx::Result<()> {
    if let Root::Output { .. } = listing.root {
        return Ok(());
    }
    let whole = |name: &str| match listing.path.as_str() {
        "" => name.to_owned(),
        path => format!("{path}/{name}"),
    };
    let mut wanted: Vec<String> = listing.list.iter().map(|e| whole(&e.name)).collect();
    wanted.extend(listing.file.is_some().then(|| listing.path.clone()));
    let times = modules::times(app, id, &wanted).await?;
    let entries = listing.list.iter_mut().chain(&mut listing.file);
    for (entry, path) in entries.zip(&wanted) {
        entry.modified = *times.get(path).unwrap_or(&entry.modified);
    }
    Ok(())
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
    let of_version = !matches!(place.root, Root::Output { .. });
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
    let mut modified = clock::of_system(metadata.modified()?);
    if of_version {
        let times = modules::times(&app, &id, std::slice::from_ref(&query.path)).await?;
        modified = *times.get(&query.path).unwrap_or(&modified);
    }
    let name = query.path.rsplit('/').next().unwrap_or(&query.path);
    Ok(raw::send(name, file, (metadata.len(), modified), &headers)?)
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
