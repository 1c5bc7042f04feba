//! The log's bytes over HTTP. Failures answer by HTTP status.

use super::{cli, stream};
use crate::error::{ApiError, TransferError};
use crate::http::{Caller, Path, ranges};
use crate::state::Shared;
use crate::tasks::rows;
use api::routes;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum::routing::get;
use std::fs::File;
use std::io;

/// The routes of this module.
pub fn router() -> Router<Shared> {
    Router::new()
        .route(routes::TASK_LOG, get(log))
        .route(routes::LOG_DOWNLOAD, get(download))
        .route(routes::TASK_LOG_STREAM, get(stream::stream))
        .route(routes::FS_LOG, get(cli::follow))
}

async fn log(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, TransferError> {
    send(&app, &caller, &id, &headers, "text/plain; charset=utf-8").await
}

async fn download(
    State(app): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, TransferError> {
    let caller = Caller::of_file_server(&app, &headers).await?;
    let mut response = send(&app, &caller, &id, &headers, "application/octet-stream").await?;
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{id}.log\""));
    if let Ok(name) = name {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

async fn send(
    app: &Shared,
    caller: &Caller,
    id: &str,
    headers: &HeaderMap,
    kind: &'static str,
) -> Result<Response, TransferError> {
    let task = rows::visible(app, caller, id).await?;
    // Of a log that grows, what readers were told of: never half of a write. Asked before, for it may end meanwhile.
    let live = app.logs.now(&task.id);
    let path = app.store.log(&task.id);
    let opened = tokio::task::spawn_blocking(move || {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        io::Result::Ok((file, size))
    });
    let (file, written) = match opened.await.map_err(ApiError::internal)? {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(caller.not_found("log").into());
        }
        other => other?,
    };
    let size = live.map_or(written, |live| live.size);
    let mut response = ranges::respond(file, size, headers)?;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(response)
}
