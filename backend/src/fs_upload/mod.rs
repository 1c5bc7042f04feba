//! The WebSocket over which `russell-cli` 0.7.8 sends a version as one archive. See docs/api.md for the protocol.
//!
//! `handshake` reads the headers, `admit` decides who may send and where it goes on, `receive` takes the bytes,
//! `finish` unpacks them; `socket` is the conversation around them.

mod admit;
mod finish;
mod handshake;
mod receive;
mod socket;

use crate::error::{Answer, ok};
use crate::http::{Path, Query, Transfer};
use crate::ids;
use crate::openapi::answers::{Answered, Upgraded};
use crate::state::{App, Shared};
use api::module::ModuleType;
use api::routes::{FS_CODE, FS_DATA, RESUME_CHECK};
use axum::extract::{State, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::path::PathBuf;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(code))
        .routes(routes!(data))
        .routes(routes!(resume_check))
}

/// Most bytes of a message; the CLI sends 1 MiB.
pub(crate) const MESSAGE: usize = 2 * 1024 * 1024;

/// Upgrades to a WebSocket on which the CLI sends a version of code as one archive.
///
/// Headers and messages are the old service's.
#[utoipa::path(
    get, path = FS_CODE, operation_id = "send_code", security(("file_server" = [])),
    params(("id" = String, Path, description = "The version")),
    responses(Upgraded)
)]
async fn code(
    State(app): State<Shared>,
    Transfer(Path(module)): Transfer<Path<String>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    accept(app, ModuleType::Code, module, headers, upgrade)
}

/// Upgrades to a WebSocket on which the CLI sends a version of data as one archive.
///
/// Headers and messages are the old service's.
#[utoipa::path(
    get, path = FS_DATA, operation_id = "send_data", security(("file_server" = [])),
    params(("id" = String, Path, description = "The version")),
    responses(Upgraded)
)]
async fn data(
    State(app): State<Shared>,
    Transfer(Path(module)): Transfer<Path<String>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    accept(app, ModuleType::Data, module, headers, upgrade)
}

/// Accepts whoever comes: to a refused handshake the CLI says no more than "Upload failed".
fn accept(
    app: Shared,
    kind: ModuleType,
    module: String,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .max_message_size(MESSAGE)
        .max_frame_size(MESSAGE)
        .on_upgrade(move |socket| socket::serve(app, kind, module, headers, socket))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ResumeQuery {
    /// The version.
    #[serde(default)]
    file_id: String,
}

/// Whether the beginning of an archive is here: `True` or `False`.
///
/// The CLI asks without credentials, so this bit is all that is told.
#[utoipa::path(
    get, path = RESUME_CHECK, security(()),
    params(ResumeQuery),
    responses((status = 200, description = "`True` or `False`", body = Answered<String>))
)]
async fn resume_check(
    State(app): State<Shared>,
    Query(query): Query<ResumeQuery>,
) -> Answer<&'static str> {
    let can = can_resume(&app, &query.file_id).await?;
    ok(if can { "True" } else { "False" })
}

async fn can_resume(app: &App, module: &str) -> sqlx::Result<bool> {
    if !ids::is_id(module) {
        return Ok(false);
    }
    let begun: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM uploads
         JOIN modules ON modules.id = uploads.module_id JOIN entities ON entities.id = modules.entity_id
         WHERE uploads.module_id = $1 AND uploads.kind = 'cli' AND entities.kind = 'data'
             AND modules.state = 'uploading' AND modules.deleted_at IS NULL AND entities.deleted_at IS NULL",
    )
    .bind(module)
    .fetch_one(app.db.read())
    .await?;
    let here = tokio::fs::metadata(archive(app, module)).await;
    Ok(begun > 0 && here.is_ok_and(|here| here.is_file()))
}

/// Where the archive of a version gathers.
fn archive(app: &App, module: &str) -> PathBuf {
    app.store.upload(module).join("archive")
}
