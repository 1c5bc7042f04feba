//! Beginning an upload: tus 1.0 creation.

use super::base::{self, Plan};
use super::manifest::Manifest;
use super::plain;
use super::routes::{OFFSET, Then, look, set_expires};
use super::standing::{Standing, standing};
use super::{PATIENCE, abandon, locked, room};
use crate::billing::limits;
use crate::entities::{self, Address};
use crate::error::{ApiError, TransferError};
use crate::http::caller::User;
use crate::http::{SignedIn, Transfer, extract};
use crate::modules::{self, Announced, changes};
use crate::openapi::answers::{Refused, Success, UploadRefused};
use crate::state::Shared;
use crate::{db, events};
use api::event::Action;
use api::module::ModuleState;
use api::upload::{NewUpload, UploadCreated};
use api::{Code, Envelope, Reason};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;

/// Begins an upload: tus 1.0 creation with a list of files.
///
/// The upload's bytes are the files' contents in the order of the list, without those that are kept of `base`. Sent twice with the same `key`, it answers the same upload.
/// Clients that know tus alone send `Upload-Length` and `Upload-Metadata` instead of the list, for one file.
#[utoipa::path(
    post, path = api::routes::UPLOADS, operation_id = "begin_upload", security(("token" = [])),
    params(
        ("Tus-Resumable" = Option<String>, Header, description = "`1.0.0`"),
        ("Upload-Length" = Option<u64>, Header, description = "Bytes of the one file; the body is not read then"),
        ("Upload-Metadata" = Option<String>, Header, description = "With `Upload-Length`: `entity_id`, `module_type`, `path` or `filename`, and maybe `description` and `key`, each value in base 64"),
    ),
    request_body = NewUpload,
    responses(
        (status = 201, description = "the upload", body = Success<UploadCreated>, headers(
            ("Location" = String, description = "Where to send the bytes, relative to this address"),
            ("Upload-Offset" = u64, description = "0; only of an upload that has just begun"),
            ("Upload-Expires" = String, description = "When it is given up if nothing comes until then"),
        )),
        (status = 412, description = "another version of tus"),
        Refused,
        UploadRefused,
    )
)]
pub(super) async fn begin(
    State(app): State<Shared>,
    Transfer(SignedIn(user)): Transfer<SignedIn>,
    request: Request,
) -> Result<Response, TransferError> {
    let plain = plain::asked(request.headers())?;
    let has_no_body = plain.is_some();
    let new = match plain {
        Some(new) => checked(new)?,
        None => {
            // Only now, when it is known who asks: it may be long.
            let body = extract::read(request).await?;
            let new = tokio::task::spawn_blocking(move || checked(extract::parse(&body)?));
            new.await.map_err(ApiError::internal)??
        }
    };
    let empty = new.sent_bytes() == 0;
    let (created, is_new) = announce(&app, &user, new).await?;
    if has_no_body && empty {
        // Clients of tus send no bytes where there are none.
        look(&app, &created.id, Then::Finish).await?;
    }
    let expires = match standing(&app, &user, &created.id).await? {
        Standing::Open { expires, .. } => Some(expires),
        Standing::Done(_) => None,
    };
    let location = HeaderValue::try_from(format!("uploads/{}", created.id));
    let location = [(LOCATION, location.map_err(ApiError::internal)?)];
    // Of one that goes on, HEAD tells the offset.
    let offset = is_new.then_some([(OFFSET, HeaderValue::from_static("0"))]);
    let answer = Json(Envelope::ok(created));
    let mut response = (StatusCode::CREATED, location, answer).into_response();
    response.headers_mut().extend(offset.into_iter().flatten());
    set_expires(&mut response, expires)?;
    Ok(response)
}

fn checked(new: NewUpload) -> Result<NewUpload, ApiError> {
    match new.check() {
        Ok(()) => Ok(new),
        Err((reason, at)) => Err(refused(reason, at)),
    }
}

fn refused(reason: Reason, at: Option<String>) -> ApiError {
    match (reason, at.as_deref()) {
        (Reason::TooLarge | Reason::TooManyFiles, _) => {
            let message = "the upload is larger than its kind may be";
            ApiError::new(Code::OverLimit, reason, message).at("files")
        }
        (Reason::TooLong, _) => ApiError::field("description", reason),
        (Reason::Malformed, _) => ApiError::field("key", reason),
        (Reason::BadArchive, Some(path)) => {
            let message = format!("what is to be unpacked into {path:?} is empty, or is not sent");
            ApiError::bad(reason, message).at("files")
        }
        (Reason::Missing, Some("base")) => ApiError::missing("base"),
        (_, Some(path)) => {
            ApiError::bad(reason, format!("the path {path:?} is not allowed")).at("files")
        }
        (_, None) => ApiError::bad(reason, "the upload has no files").at("files"),
    }
}

/// Announces the version that the upload makes, and whether it is a new one: a key that an open upload has brings that
/// one back.
async fn announce(
    app: &Shared,
    user: &User,
    new: NewUpload,
) -> Result<(UploadCreated, bool), ApiError> {
    let address = Address::Id(&new.entity_id);
    let entity = entities::owned(app, user, new.module_type, address).await?;
    // The same request, sent again while the first one is still at it, waits for its end.
    let _turn = match &new.key {
        Some(key) => {
            let name = format!("{} {key}", user.id);
            let turn = app.sending.take(&name, PATIENCE).await;
            Some(turn.ok_or_else(locked)?)
        }
        None => None,
    };
    if let Some(key) = &new.key
        && let Some(open) = of_key(app, user, &entity.id, key).await?
    {
        return Ok((again(app, &entity.id, open, new).await?, false));
    }
    let (sent, whole) = (new.sent_bytes(), new.bytes());
    room::check(&app.store, sent)?;
    let (description, key) = (new.description.clone(), new.key.clone());
    let plan = base::plan(app, &entity.id, new).await?;
    let announced = Announced {
        entity: &entity.id,
        state: ModuleState::Uploading,
        description: &description,
        family: None,
        codehash: None,
    };
    let now = app.clock.now().0;
    let mut tx = app.db.begin().await?;
    limits::check_storage(app, &mut tx, &user.id, whole, "").await?;
    let (id, version) = modules::announce(app, &mut tx, announced).await?;
    sqlx::query(
        "INSERT INTO uploads (module_id, kind, user_id, client_key, total_bytes, kept_bytes, created_at, updated_at)
         VALUES ($1, 'tus', $2, $3, $4, $5, $6, $6)",
    )
    .bind(&id)
    .bind(&user.id)
    .bind(&key)
    .bind(db::bytes(sent))
    .bind(db::bytes(whole - sent))
    .bind(now)
    .execute(&mut *tx)
    .await?;
    if let Some(increment) = &plan.manifest.increment {
        changes::insert(&mut tx, &id, &increment.changes, sent).await?;
    }
    tx.commit().await?;
    // Only now: the writing connection must not wait for the disk. A crash in between leaves an upload that only the
    // same key or the sweeper takes up.
    if let Err(error) = establish(app, &id, plan).await {
        abandon(app, &id, "the disk failed").await?;
        return Err(error);
    }
    events::version(app, &id, Action::Created).await;
    let created = UploadCreated {
        module_id: id.clone(),
        id,
        version,
    };
    Ok((created, true))
}

/// The open upload to `entity` that began with this key.
///
/// # Errors
/// 519 when the key belongs to an upload to something else.
async fn of_key(
    app: &Shared,
    user: &User,
    entity: &str,
    key: &str,
) -> Result<Option<UploadCreated>, ApiError> {
    let row: Option<(String, i64, String)> = sqlx::query_as(
        "SELECT m.id, m.version, m.entity_id FROM uploads p JOIN modules m ON m.id = p.module_id
         WHERE p.user_id = $1 AND p.client_key = $2",
    )
    .bind(&user.id)
    .bind(key)
    .fetch_optional(app.db.read())
    .await?;
    match row {
        Some((id, version, of)) if of == entity => Ok(Some(UploadCreated {
            module_id: id.clone(),
            id,
            version,
        })),
        Some(_) => Err(other_upload()),
        None => Ok(None),
    }
}

fn other_upload() -> ApiError {
    ApiError::bad(Reason::Malformed, "the key is that of another upload").at("key")
}

/// The open upload `open`, asked for once more.
///
/// # Errors
/// 519 when it is one of other files; as [`base::plan`] when a crash came before the first answer and its base is gone.
async fn again(
    app: &Shared,
    entity: &str,
    open: UploadCreated,
    new: NewUpload,
) -> Result<UploadCreated, ApiError> {
    let list = app.store.upload(&open.id);
    let known = tokio::task::spawn_blocking(move || match Manifest::load(&list) {
        Ok(known) => (Some(known.is_of(&new)), new),
        // One that cannot be read was cut short by a crash: no byte can have come after it.
        Err(_) => (None, new),
    });
    match known.await.map_err(ApiError::internal)? {
        (Some(true), _) => Ok(open),
        (Some(false), _) => Err(other_upload()),
        (None, new) => {
            let plan = match base::plan(app, entity, new).await {
                Ok(plan) => plan,
                Err(error) => {
                    abandon(app, &open.id, "what it builds on is gone").await?;
                    return Err(error);
                }
            };
            establish(app, &open.id, plan).await?;
            Ok(open)
        }
    }
}

async fn establish(app: &Shared, id: &str, plan: Plan) -> Result<(), ApiError> {
    let (app, id) = (Arc::clone(app), id.to_owned());
    let done = tokio::task::spawn_blocking(move || {
        let Plan { manifest, reading } = plan;
        let done = manifest.establish(&app.store, &id);
        drop(reading);
        done
    });
    Ok(done.await.map_err(ApiError::internal)??)
}
