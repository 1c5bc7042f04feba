//! What is swept up from time to time: what has expired, and what is in the trash for too long.

use crate::accounts::delay::FORGET_SECONDS;
use crate::error::ApiError;
use crate::state::Shared;
use crate::{billing, notifications, tasks, trash, uploads};
use std::time::Duration;

/// How often.
const EVERY: Duration = Duration::from_secs(600);
/// Expired tokens are kept so long, to tell their holders that they have expired: 30 days.
const TOKENS_KEPT: i64 = 30 * 86_400;

/// Sweeps once.
///
/// # Errors
/// When database or disk fail.
pub async fn sweep(app: &Shared) -> Result<(), ApiError> {
    let now = app.clock.now().0;
    sqlx::query("DELETE FROM tokens WHERE expires_at < $1")
        .bind(now - TOKENS_KEPT * 1_000_000)
        .execute(app.db.write())
        .await?;
    sqlx::query("DELETE FROM sign_in_failures WHERE last_at < $1")
        .bind(now - FORGET_SECONDS * 1_000_000)
        .execute(app.db.write())
        .await?;
    billing::orders::sweep(app).await?;
    notifications::sweep(app).await?;
    tasks::packages::sweep(app).await?;
    uploads::sweep(app).await?;
    trash::purge::sweep(app).await
}

/// Sweeps for ever, at once and then every ten minutes.
pub async fn run(app: Shared) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::warn!(%error, "sweeping failed");
        }
        tokio::time::sleep(EVERY).await;
    }
}
