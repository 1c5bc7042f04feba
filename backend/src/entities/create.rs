//! New rows, and the tags of a row.

use super::change::{search_key, take_name};
use super::rows::{self, EntityRow};
use super::{complete, kind_key};
use crate::billing::limits;
use crate::error::ApiError;
use crate::http::Caller;
use crate::http::caller::User;
use crate::state::App;
use crate::{db, events, ids};
use api::event::Action;
use api::module::ModuleType;
use api::{Code, Reason, Time, name};

/// A project or dataset that is about to be made; checked.
#[derive(Clone, Debug)]
pub struct New {
    /// Which of the two.
    pub kind: ModuleType,
    /// What it is.
    pub description: String,
    /// 0 is public, 1 private.
    pub permission: i64,
    /// The environment of a project; empty takes the service's first.
    pub default_env: String,
    /// The tags, as [`name::tags`] gives them.
    pub tags: Vec<String>,
    /// Id of what it is a fork of.
    pub forked_from: Option<String>,
}

/// Tags as they are kept.
///
/// # Errors
/// 519 or 520 at the field `tags` when one breaks its rule, or there are too many.
pub fn checked_tags(tags: &[String]) -> Result<Vec<String>, ApiError> {
    name::tags(tags).map_err(|reason| match reason {
        Reason::TooManyTags => {
            let message = format!("at most {} tags", api::limits::TAGS_MAX);
            ApiError::new(Code::OverLimit, reason, message).at("tags")
        }
        reason => ApiError::field("tags", reason),
    })
}

/// # Errors
/// 519 when it is neither public nor private.
pub fn check_permission(permission: i64) -> Result<(), ApiError> {
    if matches!(permission, 0 | 1) {
        return Ok(());
    }
    let message = "permission is 0 (public) or 1 (private)";
    Err(ApiError::bad(Reason::Malformed, message).at("permission"))
}

/// Makes a project or dataset of `user`.
///
/// # Errors
/// 519 or 521 at the field that is wrong.
pub async fn create(app: &App, user: &User, name: &str, new: New) -> Result<EntityRow, ApiError> {
    name::check_name(name).map_err(|r| ApiError::field("name", r))?;
    name::check_description(&new.description).map_err(|r| ApiError::field("description", r))?;
    check_permission(new.permission)?;
    let mut tx = app.db.begin().await?;
    if new.permission == 1 {
        limits::check_private(app, &mut tx, &user.id, new.kind).await?;
    }
    let id = insert(&mut tx, app.clock.now(), &user.id, name, &new).await?;
    tx.commit().await?;
    events::entity(app, &id, Action::Created).await;
    let caller = Caller::User(user.clone());
    let mut row = rows::any(app, &caller, &id).await?;
    complete(app, &caller, std::slice::from_mut(&mut row)).await?;
    Ok(row)
}

/// Makes the row of a new project or dataset; answers its id.
///
/// # Errors
/// When the database fails; a name that its owner has already breaks a constraint, which becomes 521.
pub async fn insert(
    tx: &mut db::Tx,
    now: Time,
    owner: &str,
    name: &str,
    new: &New,
) -> sqlx::Result<String> {
    let id = ids::new_id();
    sqlx::query(
        "INSERT INTO entities (id, kind, owner_id, name, name_key, description, search_key, permission,
             default_env, created_at, updated_at, forked_from)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)",
    )
    .bind(&id)
    .bind(kind_key(new.kind))
    .bind(owner)
    .bind(name)
    .bind(name.to_lowercase())
    .bind(&new.description)
    .bind(search_key(name, &new.description))
    .bind(new.permission)
    .bind(&new.default_env)
    .bind(now.0)
    .bind(&new.forked_from)
    .execute(&mut **tx)
    .await?;
    set_tags(tx, &id, &new.tags).await?;
    take_name(tx, owner, new.kind, name).await?;
    Ok(id)
}

/// Gives a project or dataset these tags and no others.
///
/// # Errors
/// When the database fails.
pub async fn set_tags(tx: &mut db::Tx, entity: &str, tags: &[String]) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM entity_tags WHERE entity_id = $1")
        .bind(entity)
        .execute(&mut **tx)
        .await?;
    for (position, tag) in (0_i64..).zip(tags) {
        sqlx::query("INSERT INTO entity_tags (entity_id, tag, position) VALUES ($1, $2, $3)")
            .bind(entity)
            .bind(tag)
            .bind(position)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}
