//! Whose upload it is, and whether it goes on.

use super::EXPIRY_SECONDS;
use crate::error::ApiError;
use crate::http::caller::User;
use crate::modules;
use crate::state::Shared;
use crate::{db, ids};
use api::Time;

/// How an upload stands.
pub(super) enum Standing {
    /// It goes on.
    Open {
        /// Bytes in all.
        total: u64,
        /// When it is given up if nothing comes until then.
        expires: Time,
    },
    /// It has become a valid version; so many bytes were sent.
    Done(u64),
}

/// State, bytes that were sent and deletion of a version; bytes, last change and kind of its upload.
type StandingRow = (String, i64, Option<i64>, Option<i64>, i64, String);

/// 404 for what is not this user's upload, 410 for what has ended without a version.
pub(super) async fn standing(app: &Shared, user: &User, id: &str) -> Result<Standing, ApiError> {
    if !ids::is_id(id) {
        return Err(ApiError::not_found("upload"));
    }
    let row: Option<StandingRow> = sqlx::query_as(
        "SELECT m.state, coalesce(c.sent_bytes, m.sent_bytes, m.size_bytes), coalesce(m.deleted_at, e.deleted_at), p.total_bytes, coalesce(p.updated_at, 0),
             coalesce(p.kind, 'tus')
         FROM modules m JOIN entities e ON e.id = m.entity_id LEFT JOIN uploads p ON p.module_id = m.id
             LEFT JOIN module_changes c ON c.module_id = m.id
         WHERE m.id = $1 AND e.owner_id = $2",
    )
    .bind(id)
    .bind(&user.id)
    .fetch_optional(app.db.read())
    .await?;
    match row {
        Some((_, _, None, Some(total), last, kind)) if kind == "tus" => Ok(Standing::Open {
            total: db::count(total),
            expires: expires(Time(last)),
        }),
        Some((state, size, None, None, ..)) if state == "valid" => {
            Ok(Standing::Done(db::count(size)))
        }
        Some((state, _, deleted, ..)) if deleted.is_some() || state == "failed" => {
            Err(modules::gone())
        }
        _ => Err(ApiError::not_found("upload")),
    }
}

/// When an upload is given up to which something came last at `last`.
pub(super) fn expires(last: Time) -> Time {
    Time(last.0 + i64::from(EXPIRY_SECONDS) * 1_000_000)
}
