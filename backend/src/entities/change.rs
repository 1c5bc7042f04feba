//! What the owner changes of a project or dataset.

use super::create::check_permission;
use super::rows::{self, EntityRow};
use super::{complete, kind_key, kind_of};
use crate::billing::limits;
use crate::error::ApiError;
use crate::http::Caller;
use crate::http::caller::User;
use crate::state::App;
use crate::{db, events};
use api::event::Action;
use api::module::ModuleType;
use api::project::EntityChange;
use api::{Reason, name};

/// What a search looks at.
pub fn search_key(name: &str, description: &str) -> String {
    format!("{name}\n{description}").to_lowercase()
}

/// # Errors
/// 519 at the field `default_env`.
pub(super) fn check_environment(app: &App, name: &str) -> Result<(), ApiError> {
    if name.is_empty() || app.catalog.get(name).is_some() {
        return Ok(());
    }
    let message = "the service has no environment of this name";
    Err(ApiError::bad(Reason::UnknownEnvironment, message).at("default_env"))
}

/// Notes that something has this name now: where it led before, it leads no more.
///
/// # Errors
/// When the database fails.
pub async fn take_name(
    tx: &mut db::Tx,
    owner: &str,
    kind: ModuleType,
    name: &str,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM former_names WHERE owner_id = $1 AND kind = $2 AND name = $3")
        .bind(owner)
        .bind(kind_key(kind))
        .bind(name)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Changes a project or dataset of `user`; that it is theirs, the caller has checked.
///
/// # Errors
/// 519 or 521 at the field that is wrong, 517 when it was deleted meanwhile.
pub(super) async fn change(
    app: &App,
    user: &User,
    row: EntityRow,
    new: EntityChange,
) -> Result<EntityRow, ApiError> {
    let kind = kind_of(&row.kind);
    let name = new.name.as_deref().unwrap_or(&row.name);
    let description = new.description.as_deref().unwrap_or(&row.description);
    let permission = new.permission.unwrap_or(row.permission);
    let default_env = match kind {
        ModuleType::Code => new.default_env.as_deref().unwrap_or(&row.default_env),
        ModuleType::Data => "",
    };
    name::check_name(name).map_err(|reason| ApiError::field("name", reason))?;
    name::check_description(description)
        .map_err(|reason| ApiError::field("description", reason))?;
    check_permission(permission)?;
    if default_env != row.default_env {
        check_environment(app, default_env)?;
    }
    let mut tx = app.db.begin().await?;
    if permission == 1 && row.permission == 0 {
        limits::check_private(app, &mut tx, &row.owner_id, kind).await?;
    }
    let done = sqlx::query(
        "UPDATE entities SET name = $1, name_key = $2, description = $3, search_key = $4, permission = $5,
             default_env = $6, updated_at = $7 WHERE id = $8 AND deleted_at IS NULL",
    )
    .bind(name)
    .bind(name.to_lowercase())
    .bind(description)
    .bind(search_key(name, description))
    .bind(permission)
    .bind(default_env)
    .bind(app.clock.now().0)
    .bind(&row.id)
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(ApiError::not_found(super::thing(kind)));
    }
    if name != row.name {
        take_name(&mut tx, &row.owner_id, kind, name).await?;
        // Whoever knows the old name finds it; of two that had it, the one that had it last.
        sqlx::query(
            "INSERT INTO former_names (owner_id, kind, name, entity_id) VALUES ($1, $2, $3, $4)
             ON CONFLICT (owner_id, kind, name) DO UPDATE SET entity_id = excluded.entity_id",
        )
        .bind(&row.owner_id)
        .bind(kind_key(kind))
        .bind(&row.name)
        .bind(&row.id)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    events::entity(app, &row.id, Action::Changed).await;
    if permission > 0 && row.permission == 0 {
        events::closed(app, &row.id).await;
    }
    let caller = Caller::User(user.clone());
    let mut row = rows::any(app, &caller, &row.id).await?;
    complete(app, &caller, std::slice::from_mut(&mut row)).await?;
    Ok(row)
}
