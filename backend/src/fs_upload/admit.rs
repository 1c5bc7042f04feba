//! Who may send which version, and from which byte on.

use super::archive;
use super::handshake::Handshake;
use crate::error::ApiError;
use crate::http::Caller;
use crate::locks::Lock;
use crate::modules::{self, ModuleRow};
use crate::state::{App, Shared};
use crate::uploads::room;
use crate::{billing, db, events, store};
use api::event::Action;
use api::module::{ModuleState, ModuleType};
use api::{Code, Reason, limits};
use std::time::Duration;

/// An upload that may go on.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) module: ModuleRow,
    /// Bytes of the archive that are here already.
    pub(super) offset: u64,
    pub(super) lock: Lock,
}

/// How long an older connection of the same upload has to leave.
const PATIENCE: Duration = Duration::from_secs(10);

/// Checks everything that can be checked before the first byte, and notes that the upload has begun.
///
/// # Errors
/// With the codes of the file server: 506, 507, 522, 529, 530, 533, 534.
pub(super) async fn admit(
    app: &Shared,
    kind: ModuleType,
    id: &str,
    handshake: &Handshake,
) -> Result<Admitted, ApiError> {
    let caller = caller(app, &handshake.token).await?;
    let unknown = || {
        let message = "there is no such version, or it is private";
        ApiError::new(Code::ModuleNotFound, Reason::NotFound, message)
    };
    // Only ids: `user/name/version` is for people, and an upload has had its id from the start.
    let by_id = crate::ids::is_id(id);
    let Some(module) = (if by_id {
        modules::find(app, id).await?
    } else {
        None
    }) else {
        return Err(unknown());
    };
    if module.module_type() != kind || !module.is_visible_to(&caller) {
        return Err(unknown());
    }
    if caller.id() != Some(&module.owner_id) {
        return Err(ApiError::not_allowed(
            "the version belongs to somebody else",
        ));
    }
    if handshake.size > limits::module_bytes(kind) {
        let message = "the archive is larger than a version may be";
        return Err(ApiError::new(
            Code::UploadTooLarge,
            Reason::TooLarge,
            message,
        ));
    }
    let lock = app.sending.take(id, PATIENCE).await.ok_or_else(|| {
        let message = "the archive is being sent or unpacked right now";
        ApiError::new(Code::ResourceUnavailable, Reason::UploadLocked, message)
    })?;
    // Whoever had the lock before may have changed the state.
    let module = modules::find(app, id).await?.ok_or_else(unknown)?;
    let offset = match handshake.resume {
        true => go_on(app, &module, handshake).await?,
        false => begin(app, &module, handshake).await?,
    };
    Ok(Admitted {
        module,
        offset,
        lock,
    })
}

async fn caller(app: &Shared, token: &str) -> Result<Caller, ApiError> {
    match Caller::of_basic(app, token).await? {
        Caller::Anonymous => Err(ApiError::new(
            Code::TokenInvalid,
            Reason::NotSignedIn,
            "the token is not one of ours: sign in again",
        )),
        Caller::Expired => Err(ApiError::new(
            Code::TokenExpired,
            Reason::TokenExpired,
            "the sign-in has expired: sign in again",
        )),
        caller @ Caller::User(_) => Ok(caller),
    }
}

/// Starts from nothing; what an earlier try left is removed.
async fn begin(app: &App, module: &ModuleRow, handshake: &Handshake) -> Result<u64, ApiError> {
    let of_the_app: i64 =
        sqlx::query_scalar("SELECT count(*) FROM uploads WHERE module_id = $1 AND kind <> 'cli'")
            .bind(&module.id)
            .fetch_one(app.db.read())
            .await?;
    let open = matches!(
        module.state(),
        ModuleState::Pending | ModuleState::Uploading
    );
    if !open || of_the_app > 0 {
        let message = "the version is complete, given up or sent by the app: announce a new one";
        return Err(ApiError::new(
            Code::ResourceUnavailable,
            Reason::WrongState,
            message,
        ));
    }
    // The archive now, its content later: at least the first must fit.
    room::check(&app.store, handshake.size)?;
    let folder = app.store.upload(&module.id);
    store::remove(folder.clone()).await?;
    tokio::fs::create_dir(&folder).await?;
    let now = app.clock.now().0;
    let mut tx = app.db.begin().await?;
    let fits =
        billing::limits::check_storage(app, &mut tx, &module.owner_id, handshake.size, &module.id);
    // As the file server's protocol says it.
    fits.await.map_err(|error| match error.code {
        Code::OverLimit => ApiError {
            code: Code::UploadTooLarge,
            ..error
        },
        _ => error,
    })?;
    sqlx::query(
        "INSERT INTO uploads (module_id, kind, user_id, total_bytes, hash_code, created_at, updated_at)
         VALUES ($1, 'cli', $2, $3, $4, $5, $5)
         ON CONFLICT (module_id) DO UPDATE SET total_bytes = excluded.total_bytes,
             hash_code = excluded.hash_code, updated_at = excluded.updated_at",
    )
    .bind(&module.id)
    .bind(&module.owner_id)
    .bind(db::bytes(handshake.size))
    .bind(&handshake.md5)
    .bind(now)
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE modules SET state = 'uploading', updated_at = $1 WHERE id = $2")
        .bind(now)
        .bind(&module.id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    events::version(app, &module.id, Action::Changed).await;
    Ok(0)
}

/// Goes on after the last byte on the disk, if it is the same archive.
async fn go_on(app: &App, module: &ModuleRow, handshake: &Handshake) -> Result<u64, ApiError> {
    let gone = || {
        let message = "what was sent before is no longer here: send it from the start";
        ApiError::new(Code::ResumeImpossible, Reason::UploadGone, message)
    };
    let same: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM uploads
         WHERE module_id = $1 AND kind = 'cli' AND total_bytes = $2 AND hash_code = $3",
    )
    .bind(&module.id)
    .bind(db::bytes(handshake.size))
    .bind(&handshake.md5)
    .fetch_one(app.db.read())
    .await?;
    if same == 0 || module.state() != ModuleState::Uploading {
        return Err(gone());
    }
    let here = tokio::fs::metadata(archive(app, &module.id))
        .await
        .map_err(|_| gone())?;
    if here.len() > handshake.size {
        return Err(gone());
    }
    touch(app, &module.id).await?;
    Ok(here.len())
}

/// Notes that the upload is alive, so that it is not taken for one that was left.
pub(super) async fn touch(app: &App, module: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE uploads SET updated_at = $1 WHERE module_id = $2")
        .bind(app.clock.now().0)
        .bind(module)
        .execute(app.db.write())
        .await?;
    Ok(())
}
