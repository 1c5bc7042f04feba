//! Tokens: given at sign-in, taken back at sign-out, void after a day; and named ones, for programs, that last as long as
//! their owner says. See docs/decisions/0006-tokens.md and 0015-accounts-and-search.md.

use crate::clock;
use crate::http::caller::token_hash;
use crate::ids;
use crate::state::{App, Shared};
use api::Time;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use sqlx::SqliteExecutor;

/// Seconds after which the use of a token is noted anew: each note is a write, and most requests are reads.
const NOTE_EVERY: f64 = 300.0;
/// Most characters kept of what a program calls itself.
const AGENT_MAX: usize = 256;
const DAY_SECONDS: u32 = 86_400;

/// What a token is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A sign-in, by a program that calls itself so.
    SignIn(String),
    /// Whatever its owner wants it for.
    Named {
        /// Its name.
        name: String,
        /// Days until it expires.
        days: u32,
    },
}

/// What the program behind a request calls itself; empty when it does not say.
pub fn agent_of(headers: &HeaderMap) -> String {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default().chars().take(AGENT_MAX).collect()
}

/// A new token for this user, of a sign-in.
///
/// # Errors
/// When the database fails.
pub async fn issue(app: &App, user: &str) -> sqlx::Result<String> {
    insert(app, app.db.write(), user, &Purpose::SignIn(String::new())).await
}

/// A new token for this user, written where `to` says: into a transaction or by itself.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    app: &App,
    to: impl SqliteExecutor<'_>,
    user: &str,
    purpose: &Purpose,
) -> sqlx::Result<String> {
    let token = ids::new_token();
    let now = app.clock.now();
    let (name, agent, seconds) = match purpose {
        Purpose::SignIn(agent) => (None, agent.as_str(), app.config.token_seconds),
        Purpose::Named { name, days } => (Some(name), "", days.saturating_mul(DAY_SECONDS)),
    };
    sqlx::query(
        "INSERT INTO tokens (hash, user_id, created_at, expires_at, name, agent, used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $3)",
    )
    .bind(token_hash(&token))
    .bind(user)
    .bind(now.0)
    .bind(clock::after(now, seconds).0)
    .bind(name)
    .bind(agent)
    .execute(to)
    .await?;
    Ok(token)
}

/// The id by which its owner sees the token of this hash. It tells as little of the token as the hash.
pub fn id_of(hash: &str) -> &str {
    hash.get(..32).unwrap_or(hash)
}

/// Notes, beside the request, that the token of this hash is in use, where the last note at `noted` is old.
pub fn note_use(app: &Shared, hash: String, noted: Time) {
    let now = app.clock.now();
    if now.seconds_since(noted) < NOTE_EVERY {
        return;
    }
    let app = app.clone();
    tokio::spawn(async move {
        let noted = sqlx::query("UPDATE tokens SET used_at = $1 WHERE hash = $2 AND used_at < $1")
            .bind(now.0)
            .bind(hash)
            .execute(app.db.write())
            .await;
        if let Err(error) = noted {
            tracing::warn!(%error, "the use of a token is not noted");
        }
    });
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
