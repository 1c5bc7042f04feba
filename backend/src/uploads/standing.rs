//! Whose upload it is, and whether it goes on.

use crate::error::ApiError;
use crate::http::caller::User;
use crate::modules;
use crate::state::Shared;
use crate::{db, ids};

/// How an upload stands.
pub(super) enum Standing {
    /// It goes on; so many bytes in all.
    Open(u64),
    /// It has become a valid version; so many bytes were sent.
    Done(u64),
}

/// State, bytes that were sent and deletion of a version; bytes and kind of its upload.
type StandingRow = (String, i64, Option<i64>, Option<i64>, String);

/// 404 for what is not this user's upload, 410 for what has ended without a version.
pub(super) async fn standing(app: &Shared, user: &User, id: &str) -> Result<Standing, ApiError> {
    if !ids::is_id(id) {
        return Err(ApiError::not_found("upload"));
    }
    let row: Option<StandingRow> = sqlx::query_as(
        "SELECT m.state, coalesce(c.sent_bytes, m.size_bytes), coalesce(m.deleted_at, e.deleted_at), p.total_bytes, coalesce(p.kind, 'tus')
         FROM modules m JOIN entities e ON e.id = m.entity_id LEFT JOIN uploads p ON p.module_id = m.id
             LEFT JOIN module_changes c ON c.module_id = m.id
         WHERE m.id = $1 AND e.owner_id = $2",
    )
    .bind(id)
    .bind(&user.id)
    .fetch_optional(app.db.read())
    .await?;
    match row {
        Some((_, _, None, Some(total), kind)) if kind == "tus" => {
            Ok(Standing::Open(db::count(total)))
        }
        Some((state, size, None, None, _)) if state == "valid" => {
            Ok(Standing::Done(db::count(size)))
        }
        Some((state, _, deleted, _, _)) if deleted.is_some() || state == "failed" => {
            Err(modules::gone())
        }
        _ => Err(ApiError::not_found("upload")),
    }
}
