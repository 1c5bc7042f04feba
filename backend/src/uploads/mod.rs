//! The app's own upload: tus 1.0 with a list of files. See docs/decisions/0003-uploads.md.
//!
//! A request's bytes pass three threads: the one that serves the connection, one that writes ([`writer`]), one that
//! hashes what was written ([`hasher`]). What they know between two requests is a [`session::Session`]; it can be
//! rebuilt at any time from the list of files and what is on the disk.

mod archive;
mod base;
mod begin;
mod checksum;
mod finish;
mod hasher;
mod layout;
mod manifest;
mod parts;
mod plain;
mod resting;
pub mod room;
mod routes;
mod session;
pub mod sink;
mod standing;
mod transfer;
mod unchecked;
mod unpacked;
mod writer;

pub use resting::Uploads;
pub use routes::router;

use crate::error::ApiError;
use crate::modules::{self, Completion};
use crate::state::Shared;
use crate::store;
use crate::unpack::Tree;
use api::{Code, Reason};
use std::time::Duration;

/// Seconds without a byte after which a partial upload is given up: a day.
pub const EXPIRY_SECONDS: u32 = 24 * 60 * 60;
/// How long a request waits for another one to leave the upload.
const PATIENCE: Duration = Duration::from_secs(5);
/// A sender from whom nothing has come for so long is taken for dead when another one comes.
const SILENCE: Duration = Duration::from_secs(3);

/// Gives up a version that is being uploaded in whatever way, and removes its files. A transfer that still runs is
/// ended first; false when that one ended with a valid version, which stays.
///
/// # Errors
/// 423 when a transfer cannot be ended, or when database or disk fail.
pub async fn abandon(app: &Shared, module: &str, reason: &str) -> Result<bool, ApiError> {
    let lock = app.sending.take(module, PATIENCE).await;
    let _lock = lock.ok_or_else(locked)?;
    give_up(app, module, reason).await
}

/// The same for the holder of the upload's lock.
///
/// # Errors
/// When database or disk fail.
pub async fn give_up(app: &Shared, module: &str, reason: &str) -> Result<bool, ApiError> {
    app.uploads.forget(module);
    if !modules::fail(app, module, reason).await? {
        return Ok(false);
    }
    tracing::info!(%module, reason, "upload given up");
    let folders = [app.store.module(module), app.store.upload(module)];
    tokio::task::spawn_blocking(move || folders.iter().try_for_each(|f| store::remove_tree(f)))
        .await
        .map_err(ApiError::internal)??;
    Ok(true)
}

/// Ends an upload whose files are on the disk; for the holder of its lock. False when version, project or dataset were
/// deleted or given up meanwhile: nothing is left of it then.
///
/// # Errors
/// When database or disk fail: the upload stays complete and can be finished again.
pub async fn complete(app: &Shared, module: &str, tree: &Tree) -> Result<bool, ApiError> {
    if modules::complete(app, module, tree).await? == Completion::Gone {
        give_up(app, module, "deleted before it was complete").await?;
        return Ok(false);
    }
    store::remove(app.store.upload(module)).await?;
    Ok(true)
}

/// 423: somebody else is sending right now.
fn locked() -> ApiError {
    let message = "another request is sending to this upload, or it is just being finished";
    ApiError::new(Code::Busy, Reason::UploadLocked, message).retry_after(2)
}

/// Gives up what got no byte for [`EXPIRY_SECONDS`], forgets what is in memory of uploads that rest.
///
/// # Errors
/// When the database fails; an upload that cannot be given up is tried again the next time.
pub async fn sweep(app: &Shared) -> Result<(), ApiError> {
    app.uploads.forget_idle();
    for module in stale(app, "").await? {
        // A slow sender may take longer than a day for one request.
        let Some(_lock) = app.sending.take_free(&module) else {
            continue;
        };
        // Whoever had the lock until now may have sent something.
        if stale(app, &module).await?.is_empty() {
            continue;
        }
        let reason = "the upload was not finished within 24 hours";
        if let Err(error) = give_up(app, &module, reason).await {
            tracing::warn!(%module, %error, "a stale upload stays for now");
        }
    }
    Ok(())
}

/// Uploads that got no byte for [`EXPIRY_SECONDS`], or whether this one did not. Versions that were announced and never
/// sent count too.
async fn stale(app: &Shared, only: &str) -> sqlx::Result<Vec<String>> {
    let before = app.clock.now().0 - i64::from(EXPIRY_SECONDS) * 1_000_000;
    sqlx::query_scalar(
        "SELECT m.id FROM modules m LEFT JOIN uploads p ON p.module_id = m.id
         WHERE m.state IN ('pending', 'uploading') AND coalesce(p.updated_at, m.updated_at) < $1
             AND ($2 = '' OR m.id = $2)",
    )
    .bind(before)
    .bind(only)
    .fetch_all(app.db.read())
    .await
}
