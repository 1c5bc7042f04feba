//! The routes of tus 1.0: core, creation, termination. They answer by HTTP status.

use super::session::Session;
use super::standing::{Standing, standing};
use super::{PATIENCE, SILENCE, abandon, finish, locked, manifest, transfer};
use crate::db;
use crate::entities::{self, Address};
use crate::error::{ApiError, TransferError};
use crate::http::{Body, Path, SignedIn};
use crate::locks::Lock;
use crate::modules::{self, Announced};
use crate::state::Shared;
use crate::store::sync_folder;
use api::module::ModuleState;
use api::upload::{NewUpload, TUS_CONTENT_TYPE, TUS_VERSION, UploadCreated};
use api::{Code, Envelope, Reason, limits};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{head, post};
use axum::{Json, Router};
use std::sync::Arc;

/// Most bytes of a list of files: 200,000 with long paths.
const LIST_BYTES: usize = 64 * 1024 * 1024;
/// Bytes of the disk that uploads leave free, for the database and for logs.
const RESERVE: u64 = 64 * 1024 * 1024;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSION: HeaderName = HeaderName::from_static("tus-version");
const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");

/// The routes of this module.
pub fn router() -> Router<Shared> {
    use api::routes::{UPLOAD, UPLOADS};
    let begin = post(begin)
        .layer(DefaultBodyLimit::max(LIST_BYTES))
        .options(abilities);
    Router::new()
        .route(UPLOADS, begin)
        .route(
            UPLOAD,
            head(status)
                .patch(append)
                .delete(give_up)
                .options(abilities),
        )
        .layer(from_fn(tus))
}

/// What holds for every request of the protocol.
async fn tus(request: Request, next: Next) -> Response {
    let asked = request.headers().get(&RESUMABLE);
    let mut response = if asked.is_some_and(|version| version != TUS_VERSION) {
        (StatusCode::PRECONDITION_FAILED, [(VERSION, TUS_VERSION)]).into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(RESUMABLE, HeaderValue::from_static(TUS_VERSION));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn abilities() -> Response {
    let headers = [
        (VERSION, HeaderValue::from_static(TUS_VERSION)),
        (EXTENSION, HeaderValue::from_static("creation,termination")),
        (MAX_SIZE, limits::DATA_BYTES.into()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

async fn begin(
    State(app): State<Shared>,
    user: Result<SignedIn, ApiError>,
    body: Result<Body<NewUpload>, ApiError>,
) -> Result<Response, TransferError> {
    let (SignedIn(user), Body(new)) = (user?, body?);
    let address = Address::Id(&new.entity_id);
    let entity = entities::owned(&app, &user, new.module_type, address).await?;
    new.check().map_err(|(reason, at)| refused(reason, at))?;
    let total = new.bytes();
    if app.store.free_bytes()? < total.saturating_add(RESERVE) {
        let message = "the disk of the service has no room for the upload";
        let error = ApiError::new(Code::ResourceUnavailable, Reason::DiskFull, message);
        return Err(error.into());
    }
    let announced = Announced {
        entity: &entity.id,
        state: ModuleState::Uploading,
        description: &new.description,
        family: None,
        codehash: None,
    };
    let now = app.clock.now().0;
    let mut tx = app.db.begin().await?;
    let (id, version) = modules::announce(&app, &mut tx, announced).await?;
    sqlx::query(
        "INSERT INTO uploads (module_id, kind, user_id, total_bytes, created_at, updated_at)
         VALUES ($1, 'tus', $2, $3, $4, $4)",
    )
    .bind(&id)
    .bind(&user.id)
    .bind(db::bytes(total))
    .bind(now)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    // Only now: the writing connection must not wait for the disk. A crash in between leaves an upload that
    // cannot go on and that the sweeper removes.
    let (list, tree) = (app.store.upload(&id), app.store.module(&id));
    let saved = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&tree)?;
        manifest::save(&list, &new.files)?;
        // A row that outlives its folders in a crash could not go on.
        let above = [tree.parent(), list.parent()];
        above.into_iter().flatten().try_for_each(sync_folder)
    });
    if let Err(error) = saved.await.map_err(ApiError::internal)? {
        abandon(&app, &id, "the disk failed").await?;
        return Err(error.into());
    }
    let location = HeaderValue::try_from(format!("uploads/{id}")).map_err(ApiError::internal)?;
    let headers = [
        (LOCATION, location),
        (OFFSET, HeaderValue::from_static("0")),
    ];
    let created = UploadCreated {
        module_id: id.clone(),
        id,
        version,
    };
    Ok((StatusCode::CREATED, headers, Json(Envelope::ok(created))).into_response())
}

fn refused(reason: Reason, at: Option<String>) -> ApiError {
    match (reason, at.as_deref()) {
        (Reason::TooLarge | Reason::TooManyFiles, _) => {
            let message = "the upload is larger than its kind may be";
            ApiError::new(Code::OverLimit, reason, message).at("files")
        }
        (Reason::TooLong, _) => ApiError::field("description", reason),
        (_, Some(path)) => {
            ApiError::bad(reason, format!("the path {path:?} is not allowed")).at("files")
        }
        (_, None) => ApiError::bad(reason, "the upload has no files").at("files"),
    }
}

async fn status(
    State(app): State<Shared>,
    user: Result<SignedIn, ApiError>,
    Path(id): Path<String>,
) -> Result<Response, TransferError> {
    let SignedIn(user) = user?;
    let (offset, total) = match standing(&app, &user, &id).await? {
        Standing::Done(size) => (size, size),
        Standing::Open(total) => {
            let offset = match app.uploads.offset(&id).filter(|offset| *offset < total) {
                Some(offset) => Ok(offset),
                None => look(&app, &id).await,
            };
            match (offset, standing(&app, &user, &id).await?) {
                // Another request finished it in the meantime.
                (_, Standing::Done(size)) => (size, size),
                (offset, Standing::Open(total)) => (offset?, total),
            }
        }
    };
    let headers = [(OFFSET, offset.into()), (LENGTH, HeaderValue::from(total))];
    Ok((StatusCode::OK, headers).into_response())
}

/// How far an upload is by the disk. One that is complete and was not finished, because the backend ended in
/// between, is finished here: its sender has nothing left to send.
async fn look(app: &Shared, id: &str) -> Result<u64, ApiError> {
    let _lock = turn(app, id).await?;
    let session = open(app, id).await?;
    let offset = session.offset();
    settle(app, id, session).await?;
    Ok(offset)
}

async fn turn(app: &Shared, id: &str) -> Result<Lock, ApiError> {
    let lock = app.sending.take_from_silent(id, SILENCE, PATIENCE).await;
    lock.ok_or_else(locked)
}

/// The upload's session; for the holder of its lock only.
async fn open(app: &Shared, id: &str) -> Result<Session, ApiError> {
    if let Some(session) = app.uploads.take(id) {
        return Ok(session);
    }
    let (app, id) = (Arc::clone(app), id.to_owned());
    let session = tokio::task::spawn_blocking(move || Session::open(&app.store, &id));
    match session.await.map_err(ApiError::internal)? {
        // It ended while this request waited for its turn, or its list was lost in a crash.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(modules::gone()),
        other => Ok(other?),
    }
}

/// Keeps the session for the next request, or finishes when every byte is there.
async fn settle(app: &Shared, id: &str, session: Session) -> Result<(), ApiError> {
    if session.is_complete() {
        app.uploads.forget(id);
        finish::finish(app, id, session).await
    } else {
        app.uploads.keep(id, session);
        Ok(())
    }
}

async fn append(
    State(app): State<Shared>,
    user: Result<SignedIn, ApiError>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<Response, TransferError> {
    let SignedIn(user) = user?;
    if headers
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind != TUS_CONTENT_TYPE)
    {
        return Ok(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
    }
    let offset = number(&headers, &OFFSET).ok_or_else(|| ApiError::missing("Upload-Offset"))?;
    let length = number(&headers, &CONTENT_LENGTH);
    let total = match standing(&app, &user, &id).await? {
        // The answer to the last byte was lost: say it again.
        Standing::Done(size) if offset == size && length == Some(0) => return Ok(appended(size)),
        Standing::Done(_) => return Err(modules::gone().into()),
        Standing::Open(total) => total,
    };
    if offset > total || length.is_some_and(|length| length > total - offset) {
        return Err(transfer::too_many().into());
    }
    Ok(appended(append_at(&app, &id, offset, total, body).await?))
}

async fn append_at(
    app: &Shared,
    id: &str,
    offset: u64,
    total: u64,
    body: axum::body::Body,
) -> Result<u64, ApiError> {
    let lock = turn(app, id).await?;
    let session = open(app, id).await?;
    let here = session.offset();
    if here != offset {
        app.uploads.keep(id, session);
        let message = format!("the upload stands at {here}, not at {offset}");
        return Err(ApiError::new(
            Code::BadRequest,
            Reason::OffsetMismatch,
            message,
        ));
    }
    let most = total - offset;
    let (session, result) = transfer::receive(app, id, session, body, most, &lock).await;
    let Some(session) = session else {
        app.uploads.forget(id);
        return result.map(|()| offset);
    };
    let now = app.clock.now().0;
    sqlx::query("UPDATE uploads SET updated_at = $1 WHERE module_id = $2")
        .bind(now)
        .bind(id)
        .execute(app.db.write())
        .await?;
    let here = session.offset();
    settle(app, id, session).await?;
    result.map(|()| here)
}

fn appended(offset: u64) -> Response {
    (
        StatusCode::NO_CONTENT,
        [(OFFSET, HeaderValue::from(offset))],
    )
        .into_response()
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

async fn give_up(
    State(app): State<Shared>,
    user: Result<SignedIn, ApiError>,
    Path(id): Path<String>,
) -> Result<Response, TransferError> {
    let SignedIn(user) = user?;
    if let Standing::Done(_) = standing(&app, &user, &id).await? {
        return Err(modules::gone().into());
    }
    if !abandon(&app, &id, "given up by its owner").await? {
        return Err(modules::gone().into());
    }
    let now = app.clock.now().0;
    sqlx::query("UPDATE modules SET deleted_at = $1 WHERE id = $2 AND state = 'failed'")
        .bind(now)
        .bind(&id)
        .execute(app.db.write())
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
