//! Users as rows.

use crate::error::ApiError;
use crate::http::Caller;
use crate::state::App;
use crate::{db, ids};
use api::account::NewUser;
use api::name;

/// A user.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UserRow {
    /// The id.
    pub id: String,
    /// The name in addresses.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// PHC string of the password.
    pub password_hash: String,
    /// The kind of account.
    pub kind: Option<String>,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// The name to show beside the other; may be empty.
    pub display_name: String,
    /// What they say of themselves.
    pub bio: String,
    /// Where they are.
    pub place: String,
    /// The address of a website.
    pub website: String,
    /// Hash of the picture.
    pub avatar: Option<String>,
}

/// Whether an account could be made of this.
///
/// # Errors
/// 518 or 519 at the field that is missing or breaks its rule.
pub fn check(new: &NewUser) -> Result<(), ApiError> {
    name::check_user_name(&new.username).map_err(|r| ApiError::field("username", r))?;
    name::check_email(&new.email).map_err(|r| ApiError::field("email", r))?;
    name::check_password(&new.password).map_err(|r| ApiError::field("password", r))
}

/// Makes an account; answers its id.
///
/// # Errors
/// 518, 519 or 521 at the field that is missing, breaks its rule or is taken.
pub async fn create(app: &App, new: &NewUser) -> Result<String, ApiError> {
    check(new)?;
    let password_hash = app.accounts.passwords.hash(new.password.clone()).await?;
    let id = ids::new_id();
    sqlx::query(
        "INSERT INTO users (id, username, username_key, email, email_key, password_hash, kind, created_at,
             search_key)
         VALUES ($1, $2, $3, $4, $5, $6, 'free', $7, $3)",
    )
    .bind(&id)
    .bind(&new.username)
    .bind(new.username.to_lowercase())
    .bind(&new.email)
    .bind(new.email.to_lowercase())
    .bind(password_hash)
    .bind(app.clock.now().0)
    .execute(app.db.write())
    .await?;
    Ok(id)
}

/// Sets a new password and ends all sessions and named tokens of the user: the operator's way.
///
/// # Errors
/// 518 or 519 when the password breaks its rule.
pub async fn set_password(app: &App, user: &str, password: &str) -> Result<(), ApiError> {
    name::check_password(password).map_err(|r| ApiError::field("password", r))?;
    let hash = app.accounts.passwords.hash(password.to_owned()).await?;
    let mut tx = app.db.begin().await?;
    sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2")
        .bind(hash)
        .bind(user)
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM tokens WHERE user_id = $1")
        .bind(user)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// All users, by name.
///
/// # Errors
/// When the database fails.
pub async fn all(app: &App) -> sqlx::Result<Vec<UserRow>> {
    sqlx::query_as("SELECT * FROM users ORDER BY username_key")
        .fetch_all(app.db.read())
        .await
}

/// The user of this id.
///
/// # Errors
/// When the database fails.
pub async fn by_id(app: &App, id: &str) -> sqlx::Result<Option<UserRow>> {
    sqlx::query_as("SELECT * FROM users WHERE id = $1")
        .bind(id)
        .fetch_optional(app.db.read())
        .await
}

/// The user of this name, whatever its case.
///
/// # Errors
/// When the database fails.
pub async fn by_name(app: &App, name: &str) -> sqlx::Result<Option<UserRow>> {
    sqlx::query_as("SELECT * FROM users WHERE username_key = $1")
        .bind(name.to_lowercase())
        .fetch_optional(app.db.read())
        .await
}

/// The user of this name or e-mail address. Names have no `@`, so nothing is both.
///
/// # Errors
/// When the database fails.
pub async fn by_login(app: &App, login: &str) -> sqlx::Result<Option<UserRow>> {
    if !login.contains('@') {
        return by_name(app, login).await;
    }
    sqlx::query_as("SELECT * FROM users WHERE email_key = $1")
        .bind(login.to_lowercase())
        .fetch_optional(app.db.read())
        .await
}

/// Projects, datasets and tasks of `user` that `caller` may see.
///
/// # Errors
/// When the database fails.
pub async fn counts(app: &App, user: &str, caller: &Caller) -> sqlx::Result<(u64, u64, u64)> {
    let mut entities = [0, 0];
    for (kind, number) in ["code", "data"].into_iter().zip(&mut entities) {
        *number = sqlx::query_scalar(
            "SELECT count(*) FROM entities WHERE owner_id = $1 AND kind = $2 AND deleted_at IS NULL
             AND (permission = 0 OR owner_id = $3)",
        )
        .bind(user)
        .bind(kind)
        .bind(caller.id_or_nobody())
        .fetch_one(app.db.read())
        .await?;
    }
    let tasks: i64 = sqlx::query_scalar(
        "SELECT CAST(coalesce(sum(c.tasks), 0) AS BIGINT) FROM task_counts c JOIN entities ON entities.id = c.project_id
         WHERE c.owner_id = $1 AND entities.deleted_at IS NULL
         AND (entities.permission = 0 OR entities.owner_id = $2)",
    )
    .bind(user)
    .bind(caller.id_or_nobody())
    .fetch_one(app.db.read())
    .await?;
    Ok((
        db::count(entities[0]),
        db::count(entities[1]),
        db::count(tasks),
    ))
}

/// Projects and datasets that `user` has starred and `caller` may see.
///
/// # Errors
/// When the database fails.
pub async fn favourites(app: &App, user: &str, caller: &Caller) -> sqlx::Result<u64> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM stars s JOIN entities e ON e.id = s.entity_id
         WHERE s.user_id = $1 AND e.deleted_at IS NULL AND (e.permission = 0 OR e.owner_id = $2)",
    )
    .bind(user)
    .bind(caller.id_or_nobody())
    .fetch_one(app.db.read())
    .await?;
    Ok(db::count(count))
}
