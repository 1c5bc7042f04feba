//! What an upload changed against the version it built on, as a row.

use crate::db::{self, Tx};
use crate::state::App;
use api::module::VersionChanges;

/// Notes what the upload of `module` changes as far as it is known when it begins, and how many bytes it sends.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &mut Tx,
    module: &str,
    changes: &VersionChanges,
    sent_bytes: u64,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO module_changes (module_id, base, sent_bytes, added, changed, removed, unchanged)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(module)
    .bind(changes.base)
    .bind(db::bytes(sent_bytes))
    .bind(db::bytes(changes.added))
    .bind(db::bytes(changes.changed))
    .bind(db::bytes(changes.removed))
    .bind(db::bytes(changes.unchanged))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes what it changed, when its last byte is there; nobody sees it before the version is valid.
///
/// # Errors
/// When the database fails.
pub async fn update(app: &App, module: &str, changes: &VersionChanges) -> sqlx::Result<()> {
    sqlx::query("UPDATE module_changes SET added = $1, changed = $2, removed = $3, unchanged = $4 WHERE module_id = $5")
        .bind(db::bytes(changes.added))
        .bind(db::bytes(changes.changed))
        .bind(db::bytes(changes.removed))
        .bind(db::bytes(changes.unchanged))
        .bind(module)
        .execute(app.db.write())
        .await?;
    Ok(())
}
