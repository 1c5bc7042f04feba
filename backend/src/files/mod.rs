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
use crate::http::{Caller, Path, Query, Transfer};
use crate::openapi::answers::{Answered, Binary, Refused};
use crate::state::{App, Shared};
use crate::{clock, modules};
use api::file::{ListQuery, Listing, Root};
use api::{Reason, name, routes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::io;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(listing))
        .routes(routes!(bytes))
}

/// A folder or file of a version or of an output.
#[utoipa::path(
    get, path = routes::FILES, operation_id = "files",
    params(("id" = String, Path, description = "The version, or the output"), ListQuery),
    responses((status = 200, description = "the listing", body = Answered<Listing>))
)]
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

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RawQuery {
    /// The file.
    path: String,
}

/// The bytes of a file, under `Content-Security-Policy: sandbox`.
///
/// What a browser could run comes as an attachment.
#[utoipa::path(
    get, path = routes::FILE_RAW, operation_id = "file",
    params(
        ("id" = String, Path, description = "The version, or the output"),
        RawQuery,
        ("Range" = Option<String>, Header, description = "One range of bytes")
    ),
    responses(
        (status = 200, description = "the file", body = Binary, content_type = "*/*", headers(
            ("ETag" = String, description = "Changes with the content"),
            ("Accept-Ranges" = String, description = "`bytes`"),
            ("Content-Disposition" = String, description = "The file's name, and whether to show it"),
        )),
        (status = 206, description = "the part asked for", body = Binary, content_type = "*/*", headers(
            ("Content-Range" = String, description = "Which bytes these are"),
        )),
        (status = 304, description = "the client has it already (`If-None-Match`)"),
        (status = 416, description = "the bytes are not there"),
        Refused,
    )
)]
async fn bytes(
    State(app): State<Shared>,
    Transfer(caller): Transfer<Caller>,
    Transfer(Path(id)): Transfer<Path<String>>,
    Transfer(Query(query)): Transfer<Query<RawQuery>>,
    headers: HeaderMap,
) -> Result<Response, TransferError> {
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
