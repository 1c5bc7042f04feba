//! The log's bytes over HTTP. Failures answer by HTTP status.

use super::{cli, stream};
use crate::error::{ApiError, TransferError};
use crate::http::{Caller, Path, Transfer, ranges};
use crate::openapi::answers::{Binary, Refused};
use crate::state::Shared;
use crate::tasks::rows;
use api::routes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use std::fs::File;
use std::io;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(log))
        .routes(routes!(download))
        .routes(routes!(stream::stream))
        .routes(routes!(cli::follow))
}

/// The log's bytes.
#[utoipa::path(
    get, path = routes::TASK_LOG,
    params(("id" = String, Path, description = "The task"), ("Range" = Option<String>, Header, description = "One range of bytes")),
    responses(
        (status = 200, description = "the log as far as it is written", body = String, content_type = "text/plain; charset=utf-8", headers(
            ("Content-Length" = u64, description = "Bytes of the log so far"),
            ("Accept-Ranges" = String, description = "`bytes`"),
        )),
        (status = 206, description = "the part asked for", body = String, content_type = "text/plain; charset=utf-8", headers(
            ("Content-Range" = String, description = "Which bytes these are"),
        )),
        (status = 416, description = "the bytes are not there"),
        Refused,
    )
)]
async fn log(
    State(app): State<Shared>,
    Transfer(caller): Transfer<Caller>,
    Transfer(Path(id)): Transfer<Path<String>>,
    headers: HeaderMap,
) -> Result<Response, TransferError> {
    send(&app, &caller, &id, &headers, "text/plain; charset=utf-8").await
}

/// The log as a file, for the CLI.
#[utoipa::path(
    get, path = routes::LOG_DOWNLOAD, operation_id = "download_log", security((), ("file_server" = []), ("token" = [])),
    params(("id" = String, Path, description = "The task"), ("Range" = Option<String>, Header, description = "One range of bytes")),
    responses(
        (status = 200, description = "the log as far as it is written", body = Binary, content_type = "application/octet-stream", headers(
            ("Content-Length" = u64, description = "Bytes of the log so far"),
            ("Accept-Ranges" = String, description = "`bytes`"),
        )),
        (status = 206, description = "the part asked for", body = Binary, content_type = "application/octet-stream", headers(
            ("Content-Range" = String, description = "Which bytes these are"),
        )),
        (status = 416, description = "the bytes are not there"),
        Refused,
    )
)]
async fn download(
    State(app): State<Shared>,
    Transfer(Path(id)): Transfer<Path<String>>,
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
