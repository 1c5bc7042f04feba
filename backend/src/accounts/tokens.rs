//! Tokens: given at sign-in, taken back at sign-out, void after a day. See docs/decisions/0006-tokens.md.

use crate::clock;
use crate::http::caller::token_hash;
use crate::ids;
use crate::state::App;

/// A new token for this user.
///
/// # Errors
/// When the database fails.
pub async fn issue(app: &App, user: &str) -> sqlx::Result<String> {
    let token = ids::new_token();
    let now = app.clock.now();
    sqlx::query(
        "INSERT INTO tokens (hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(token_hash(&token))
    .bind(user)
    .bind(now.0)
    .bind(clock::after(now, app.config.token_seconds).0)
    .execute(app.db.write())
    .await?;
    Ok(token)
}

/// Ends a token.
///
/// # Errors
/// When the database fails.
pub async fn revoke(app: &App, token: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM tokens WHERE hash = $1")
        .bind(token_hash(token))
        .execute(app.db.write())
        .await?;
    Ok(())
}

/// Whether the token of this hash still counts. For connections that outlive their first request.
///
/// # Errors
/// When the database fails.
pub async fn is_alive(app: &App, hash: &str) -> sqlx::Result<bool> {
    let row: Option<i64> = sqlx::query_scalar("SELECT expires_at FROM tokens WHERE hash = $1")
        .bind(hash)
        .fetch_optional(app.db.read())
        .await?;
    Ok(row.is_some_and(|expires| expires > app.clock.now().0))
}
