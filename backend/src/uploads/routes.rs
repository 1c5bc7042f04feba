//! The routes of tus 1.0: core, creation, checksum, expiration, termination. They answer by HTTP status.

use super::checksum::{ALGORITHMS, Checksum};
use super::parts::Form;
use super::session::Session;
use super::standing::{Standing, expires, standing};
use super::transfer::Load;
use super::{PATIENCE, SILENCE, abandon, begin, finish, locked, transfer};
use crate::error::{ApiError, TransferError};
use crate::events;
use crate::http::date::http_date;
use crate::http::{Path, SignedIn, Transfer};
use crate::locks::Lock;
use crate::modules;
use crate::openapi::answers::{Binary, Failure, Refused, UploadRefused};
use crate::state::Shared;
use api::event::Action;
use api::routes::{UPLOAD, UPLOADS};
use api::upload::{TUS_CONTENT_TYPE, TUS_VERSION, UPLOAD_HOLD};
use api::{Code, Reason, Time, limits};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// Most bytes of a list of files: 200,000 with long paths.
const LIST_BYTES: usize = 64 * 1024 * 1024;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSION: HeaderName = HeaderName::from_static("tus-version");
const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const CHECKSUM_ALGORITHM: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
/// What the server can do besides the core.
const EXTENSIONS: &str = "creation,checksum,expiration,termination";
pub(super) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    let begin = routes!(begin::begin, abilities).layer(DefaultBodyLimit::max(LIST_BYTES));
    OpenApiRouter::new()
        .routes(begin)
        .routes(routes!(status, append, give_up, abilities_of_one))
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

/// What the server can do (tus 1.0).
#[utoipa::path(
    options, path = UPLOADS, security(()),
    responses(
        (status = 204, description = "what the server can do", headers(
            ("Tus-Version" = String, description = "`1.0.0`"),
            ("Tus-Extension" = String, description = "`creation,checksum,expiration,termination`"),
            ("Tus-Checksum-Algorithm" = String, description = "`sha1,sha256,md5`"),
            ("Tus-Max-Size" = u64, description = "Most bytes of an upload"),
        )),
        (status = 412, description = "another version of tus"),
    )
)]
async fn abilities() -> Response {
    let headers = [
        (VERSION, HeaderValue::from_static(TUS_VERSION)),
        (EXTENSION, HeaderValue::from_static(EXTENSIONS)),
        (CHECKSUM_ALGORITHM, HeaderValue::from_static(ALGORITHMS)),
        (MAX_SIZE, limits::DATA_BYTES.into()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// The same, at the address of an upload.
#[utoipa::path(
    options, path = UPLOAD, security(()),
    params(("id" = String, Path, description = "The upload")),
    responses(
        (status = 204, description = "what the server can do", headers(
            ("Tus-Version" = String, description = "`1.0.0`"),
            ("Tus-Extension" = String, description = "`creation,checksum,expiration,termination`"),
            ("Tus-Checksum-Algorithm" = String, description = "`sha1,sha256,md5`"),
            ("Tus-Max-Size" = u64, description = "Most bytes of an upload"),
        )),
        (status = 412, description = "another version of tus"),
    )
)]
async fn abilities_of_one() -> Response {
    abilities().await
}

/// How many bytes of an upload have arrived.
#[utoipa::path(
    head, path = UPLOAD, operation_id = "upload_offset", security(("token" = [])),
    params(
        ("id" = String, Path, description = "The upload"),
        ("Upload-Hold" = Option<String>, Header, description = "Anything: as in `PATCH`"),
        ("Tus-Resumable" = Option<String>, Header, description = "`1.0.0`")
    ),
    responses(
        (status = 200, description = "the offset", headers(
            ("Upload-Offset" = u64, description = "Bytes that have arrived"),
            ("Upload-Length" = u64, description = "Bytes in all"),
            ("Upload-Expires" = String, description = "When it is given up if nothing comes until then; only of one that goes on"),
        )),
        (status = 412, description = "another version of tus"),
        Refused,
        UploadRefused,
    )
)]
async fn status(
    State(app): State<Shared>,
    Transfer(SignedIn(user)): Transfer<SignedIn>,
    Transfer(Path(id)): Transfer<Path<String>>,
    headers: HeaderMap,
) -> Result<Response, TransferError> {
    let (offset, total, expires) = match standing(&app, &user, &id).await? {
        Standing::Done(size) => (size, size, None),
        Standing::Open { total, .. } => {
            let offset = match app.uploads.offset(&id).filter(|offset| *offset < total) {
                Some(offset) => Ok(offset),
                None => look(&app, &id, Then::by(&headers)).await,
            };
            match (offset, standing(&app, &user, &id).await?) {
                // Another request finished it in the meantime.
                (_, Standing::Done(size)) => (size, size, None),
                (offset, Standing::Open { total, expires }) => (offset?, total, Some(expires)),
            }
        }
    };
    let headers = [(OFFSET, offset.into()), (LENGTH, HeaderValue::from(total))];
    let mut response = (StatusCode::OK, headers).into_response();
    set_expires(&mut response, expires)?;
    Ok(response)
}

/// How far an upload is by the disk. One that is complete and was not finished, because the backend ended in
/// between, is finished here: its sender has nothing left to send.
pub(super) async fn look(app: &Shared, id: &str, then: Then) -> Result<u64, ApiError> {
    let _lock = turn(app, id).await?;
    let session = open(app, id).await?;
    let offset = session.offset();
    settle(app, id, session, then).await?;
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

/// What becomes of an upload of which every byte is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Its version is made.
    Finish,
    /// It waits for its sender.
    Hold,
}

impl Then {
    /// What the sender wants.
    fn by(headers: &HeaderMap) -> Self {
        match headers.contains_key(UPLOAD_HOLD) {
            true => Self::Hold,
            false => Self::Finish,
        }
    }
}

/// Keeps the session for the next request, or finishes when every byte is there.
async fn settle(app: &Shared, id: &str, session: Session, then: Then) -> Result<(), ApiError> {
    if session.is_complete() && then == Then::Finish {
        app.uploads.forget(id);
        finish::finish(app, id, session).await
    } else {
        app.uploads.keep(id, session);
        Ok(())
    }
}

/// Appends bytes to an upload; with the last one the version is valid.
#[utoipa::path(
    patch, path = UPLOAD, operation_id = "append_to_upload", security(("token" = [])),
    params(
        ("id" = String, Path, description = "The upload"),
        ("Upload-Offset" = u64, Header, description = "Bytes that have arrived before"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha1`, `sha256` or `md5`, a space, the checksum of the body in base 64: only a body that has it is kept"),
        ("Upload-Hold" = Option<String>, Header, description = "Anything: the version is not made before an empty request without this header, also when all bytes are there"),
        ("Tus-Resumable" = Option<String>, Header, description = "`1.0.0`")
    ),
    request_body(
        content((Binary = "application/offset+octet-stream"), (Binary = "multipart/form-data")),
        description = "The bytes; or a form of whole files in the order of the upload, each part's name the number of its bytes"
    ),
    responses(
        (status = 204, description = "they have arrived", headers(
            ("Upload-Offset" = u64, description = "Bytes that have arrived"),
            ("Upload-Expires" = String, description = "When the upload is given up if nothing more comes until then; not with the last byte"),
        )),
        (status = 412, description = "another version of tus"),
        (status = 415, description = "the body is of another type"),
        (status = 460, description = "the body has not the announced checksum and was dropped", body = Failure),
        Refused,
        UploadRefused,
    )
)]
async fn append(
    State(app): State<Shared>,
    Transfer(SignedIn(user)): Transfer<SignedIn>,
    Transfer(Path(id)): Transfer<Path<String>>,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<Response, TransferError> {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let form = kind.and_then(Form::announced);
    if form.is_none() && kind != Some(TUS_CONTENT_TYPE) {
        return Ok(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
    }
    let checksum = Checksum::announced(&headers)?;
    if form.is_some() && checksum.is_some() {
        let message = "a form has no checksum: its parts tell their lengths";
        return Err(ApiError::bad(Reason::Malformed, message)
            .at("Upload-Checksum")
            .into());
    }
    let offset = number(&headers, &OFFSET).ok_or_else(|| ApiError::missing("Upload-Offset"))?;
    let length = number(&headers, &CONTENT_LENGTH);
    let total = match standing(&app, &user, &id).await? {
        // The answer to the last byte was lost: say it again.
        Standing::Done(size) if offset == size && length == Some(0) => return appended(size, None),
        Standing::Done(_) => return Err(modules::gone().into()),
        Standing::Open { total, .. } => total,
    };
    // What a form is divided by comes on top.
    let length = length.filter(|_| form.is_none());
    if offset > total || length.is_some_and(|length| length > total - offset) {
        return Err(transfer::too_many().into());
    }
    let load = Load {
        body,
        most: total - offset,
        form,
        checksum,
    };
    let then = Then::by(&headers);
    let (here, last) = append_at(&app, &id, offset, load, then).await?;
    let open = here < total || then == Then::Hold;
    appended(here, open.then(|| expires(last)))
}

/// Appends the body; answers how far the upload is and when something came last.
async fn append_at(
    app: &Shared,
    id: &str,
    offset: u64,
    load: Load,
    then: Then,
) -> Result<(u64, Time), ApiError> {
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
    let (session, result) = transfer::receive(app, id, session, load, &lock).await;
    let Some(session) = session else {
        app.uploads.forget(id);
        return result.map(|()| (offset, app.clock.now()));
    };
    let now = app.clock.now();
    sqlx::query("UPDATE uploads SET updated_at = $1 WHERE module_id = $2")
        .bind(now.0)
        .bind(id)
        .execute(app.db.write())
        .await?;
    let here = session.offset();
    settle(app, id, session, then).await?;
    result.map(|()| (here, now))
}

fn appended(offset: u64, expires: Option<Time>) -> Result<Response, TransferError> {
    let headers = [(OFFSET, HeaderValue::from(offset))];
    let mut response = (StatusCode::NO_CONTENT, headers).into_response();
    set_expires(&mut response, expires)?;
    Ok(response)
}

/// Tells when the upload is given up, if it goes on.
pub(super) fn set_expires(response: &mut Response, expires: Option<Time>) -> Result<(), ApiError> {
    if let Some(expires) = expires {
        let value = HeaderValue::try_from(http_date(expires)).map_err(ApiError::internal)?;
        response.headers_mut().insert(EXPIRES, value);
    }
    Ok(())
}

pub(super) fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// Gives up an upload: its version is deleted.
#[utoipa::path(
    delete, path = UPLOAD, operation_id = "give_up_upload", security(("token" = [])),
    params(("id" = String, Path, description = "The upload"), ("Tus-Resumable" = Option<String>, Header, description = "`1.0.0`")),
    responses(
        (status = 204, description = "given up"),
        (status = 412, description = "another version of tus"),
        Refused,
        UploadRefused,
    )
)]
async fn give_up(
    State(app): State<Shared>,
    Transfer(SignedIn(user)): Transfer<SignedIn>,
    Transfer(Path(id)): Transfer<Path<String>>,
) -> Result<Response, TransferError> {
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
    events::version(&app, &id, Action::Deleted).await;
    Ok(StatusCode::NO_CONTENT.into_response())
}
