//! The app's own upload: tus 1.0 with a list of files. See docs/decisions/0003-uploads.md.
//!
//! A request's bytes pass three threads: the one that serves the connection, one that writes ([`writer`]), one that
//! hashes what was written ([`hasher`]). What they know between two requests is a [`session::Session`]; it can be
//! rebuilt at any time from the list of files and what is on the disk.

mod begin;
mod finish;
mod hasher;
mod layout;
mod manifest;
mod resting;
pub mod room;
mod routes;
mod session;
pub mod sink;
mod standing;
mod transfer;
mod writer;

pub use resting::Uploads;
pub use routes::router;

use crate::error::ApiError;
use crate::state::Shared;
use crate::{modules, store};
use api::{Code, Reason};
use std::time::Duration;

/// Seconds without a byte after which a partial upload is given up: a day.
pub const EXPIRY_SECONDS: u32 = 24 * 60 * 60;
/// How long a request waits for another one to leave the upload.
const PATIENCE: Duration = Duration::from_secs(5);
/// A sender from whom nothing has come for so long is taken for dead when another one comes.
const SILENCE: Duration = Duration::from_secs(3);

/// Gives up a version that is being uploaded in whatever way, and removes its files. A transfer that still runs is
/// ended first.
///
/// # Errors
/// 423 when a transfer cannot be ended, or when database or disk fail.
pub async fn abandon(app: &Shared, module: &str, reason: &str) -> Result<(), ApiError> {
    let lock = app.sending.take(module, PATIENCE).await;
    let _lock = lock.ok_or_else(locked)?;
    app.uploads.forget(module);
    modules::fail(app, module, reason).await?;
    remove_files(app, module).await
}

/// 423: somebody else is sending right now.
fn locked() -> ApiError {
    let message = "another request is sending to this upload, or it is just being finished";
    ApiError::new(Code::Busy, Reason::UploadLocked, message).retry_after(2)
}

/// Removes what an upload that ended without a version has left.
///
/// # Errors
/// When the disk fails.
pub async fn remove_files(app: &Shared, module: &str) -> Result<(), ApiError> {
    let folders = [app.store.module(module), app.store.upload(module)];
    tokio::task::spawn_blocking(move || folders.iter().try_for_each(|f| store::remove_tree(f)))
        .await
        .map_err(ApiError::internal)??;
    Ok(())
}

/// Gives up what got no byte for [`EXPIRY_SECONDS`], forgets what is in memory of uploads that rest.
///
/// # Errors
/// When the database fails; an upload that cannot be given up is tried again the next time.
pub async fn sweep(app: &Shared) -> Result<(), ApiError> {
    app.uploads.forget_idle();
    let before = app.clock.now().0 - i64::from(EXPIRY_SECONDS) * 1_000_000;
    // Versions that were announced and never sent count too.
    let stale: Vec<String> = sqlx::query_scalar(
        "SELECT m.id FROM modules m LEFT JOIN uploads p ON p.module_id = m.id
         WHERE m.state IN ('pending', 'uploading') AND coalesce(p.updated_at, m.updated_at) < $1",
    )
    .bind(before)
    .fetch_all(app.db.read())
    .await?;
    for module in stale {
        // A slow sender may take longer than a day for one request.
        if app.sending.is_held(&module) {
            continue;
        }
        let reason = "the upload was not finished within 24 hours";
        if let Err(error) = abandon(app, &module, reason).await {
            tracing::warn!(%module, %error, "a stale upload stays for now");
        }
    }
    Ok(())
}
