//! Notifications: what happened to a user's things while nobody looked.
//!
//! Whoever does something that the owner of a thing would want to know calls [`notify`] within the transaction that does it,
//! and [`told`] after its commit:
//!
//! ```ignore
//! let mut tx = app.db.begin().await?;
//! // ... the star is written ...
//! let new = notify(&mut tx, now, To { user: &owner_id, by: Some(&user.id) }, &notice).await?;
//! tx.commit().await?;
//! told(&app, &owner_id, new);
//! ```
//!
//! Nobody hears of his own doing, nor of kinds that he does not want. What happens to the same thing again before it was read
//! of is counted, not added. Notifications are forgotten after 90 days and beyond a thousand of a user.

mod routes;
mod rows;

pub use routes::router;
pub use rows::unread;

use crate::state::App;
use crate::{db, events, ids};
use api::Time;
use api::event::Kind;
use api::notification::{KEPT_DAYS, MOST, Notice};

/// Whom a notification is for, and whose doing it tells of.
#[derive(Clone, Copy, Debug)]
pub struct To<'a> {
    /// Id of the user who is told.
    pub user: &'a str,
    /// Id of whoever did it; none where it is the service that tells (tasks, quotas).
    pub by: Option<&'a str>,
}

/// Writes a notification, or counts it to the one that says the same and is not read. False when there is nothing to tell:
/// it is the user's own doing, or of a kind that he does not want.
///
/// # Errors
/// When the database fails.
pub async fn notify(tx: &mut db::Tx, now: Time, to: To<'_>, notice: &Notice) -> sqlx::Result<bool> {
    let Some(kind) = notice.kind() else {
        return Ok(false);
    };
    if to.by == Some(to.user) {
        return Ok(false);
    }
    let refused: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM notification_refusals WHERE user_id = $1 AND kind = $2",
    )
    .bind(to.user)
    .bind(kind.as_str())
    .fetch_one(&mut **tx)
    .await?;
    if refused > 0 {
        return Ok(false);
    }
    let (subject, entity) = subject(notice);
    let text = serde_json::to_string(notice).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(
        "INSERT INTO notifications (id, user_id, kind, subject, entity_id, notice, times, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7)
         ON CONFLICT (user_id, kind, subject) WHERE read_at IS NULL
         DO UPDATE SET notice = excluded.notice, times = notifications.times + 1, created_at = excluded.created_at",
    )
    .bind(ids::new_id())
    .bind(to.user)
    .bind(kind.as_str())
    .bind(subject)
    .bind(entity)
    .bind(text)
    .bind(now.0)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE user_id = $1
             ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $2)",
    )
    .bind(to.user)
    .bind(i64::from(MOST))
    .execute(&mut **tx)
    .await?;
    Ok(true)
}

/// Tells the user's open pages that there is something new, if there is.
pub fn told(app: &App, user: &str, new: bool) {
    if new {
        events::user(app, user, Kind::Notification);
    }
}

/// What a notification is about, and the project or dataset that one must be allowed to see.
fn subject(notice: &Notice) -> (String, Option<&str>) {
    match notice {
        Notice::Task { id, project, .. } => (id.clone(), Some(&project.id)),
        Notice::Star { thing, .. } | Notice::Fork { thing, .. } | Notice::Comment { thing, .. } => {
            (thing.id.clone(), Some(&thing.id))
        }
        Notice::Quota { what, .. } => (crate::tasks::rows::key(what), None),
        Notice::Unknown => (String::new(), None),
    }
}

/// Forgets what is older than 90 days.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> sqlx::Result<()> {
    let before = app.clock.now().0 - i64::from(KEPT_DAYS) * 86_400 * 1_000_000;
    sqlx::query("DELETE FROM notifications WHERE created_at < $1")
        .bind(before)
        .execute(app.db.write())
        .await?;
    Ok(())
}
