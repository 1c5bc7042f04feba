//! What happens to a version.

use super::state_key;
use crate::error::ApiError;
use crate::state::App;
use crate::{db, entities, events, ids};
use api::event::Action;
use api::module::ModuleState;
use api::{Code, Reason};

/// What is known of a version when it is announced.
#[derive(Clone, Debug)]
pub struct Announced<'a> {
    /// Id of the project or dataset.
    pub entity: &'a str,
    /// `Pending`, or `Uploading` when its bytes follow at once.
    pub state: ModuleState,
    /// The remark.
    pub description: &'a str,
    /// The CLI's id of the folder.
    pub family: Option<&'a str>,
    /// The CLI's hash over the contents.
    pub codehash: Option<&'a str>,
}

/// Makes the next version of a project or dataset; answers its id and number. Numbers are never used twice. After the
/// commit the caller tells of it with [`events::version`].
///
/// # Errors
/// When the database fails.
pub async fn announce(
    app: &App,
    tx: &mut db::Tx,
    new: Announced<'_>,
) -> sqlx::Result<(String, i64)> {
    let last: Option<i64> =
        sqlx::query_scalar("SELECT max(version) FROM modules WHERE entity_id = $1")
            .bind(new.entity)
            .fetch_one(&mut **tx)
            .await?;
    let (id, version) = (ids::new_id(), last.unwrap_or(0) + 1);
    let now = app.clock.now();
    sqlx::query(
        "INSERT INTO modules (id, entity_id, version, state, description, family_id, codehash, size_bytes,
             files, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $8)",
    )
    .bind(&id)
    .bind(new.entity)
    .bind(version)
    .bind(state_key(new.state))
    .bind(new.description)
    .bind(new.family)
    .bind(new.codehash)
    .bind(now.0)
    .execute(&mut **tx)
    .await?;
    entities::touch(tx, new.entity, now).await?;
    Ok((id, version))
}

/// Gives up a version that is not valid yet, and forgets its upload; its files are then the caller's to remove. False
/// when the version is valid, or was given up before: then nothing changed, and its files are not to be touched.
///
/// # Errors
/// When the database fails.
pub async fn fail(app: &App, module: &str, reason: &str) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let failed = sqlx::query(
        "UPDATE modules SET state = 'failed', reason = $1, updated_at = $2
         WHERE id = $3 AND state IN ('pending', 'uploading')",
    )
    .bind(reason)
    .bind(app.clock.now().0)
    .bind(module)
    .execute(&mut *tx)
    .await?;
    if failed.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM uploads WHERE module_id = $1")
        .bind(module)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    events::version(app, module, Action::Changed).await;
    Ok(true)
}

/// 530: the upload has ended, was given up or has expired.
pub fn gone() -> ApiError {
    let message = "the upload has ended, was given up or has expired";
    ApiError::new(Code::ResourceUnavailable, Reason::UploadGone, message)
}
