//! The list of one's tokens: sign-ins and named ones.

use super::tokens::{self, Purpose};
use crate::db;
use crate::error::{Answer, ApiError, ok};
use crate::events;
use crate::http::caller::{basic_of, token_hash, token_of_basic};
use crate::http::{Body, Path, SignedIn};
use crate::openapi::answers::{Answered, Nothing};
use crate::state::{App, Shared};
use api::event::Kind;
use api::settings::{MadeToken, NewToken, TokenInfo};
use api::{Code, Page, Reason, Time, limits, name, routes};
use axum::extract::State;
use axum::http::HeaderMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most tokens listed: all named ones, then the newest sign-ins.
const LISTED: i64 = 200;

/// The routes of this module.
pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(end))
}

#[derive(Debug, sqlx::FromRow)]
struct TokenRow {
    hash: String,
    name: Option<String>,
    agent: String,
    created_at: i64,
    used_at: i64,
    expires_at: i64,
}

impl TokenRow {
    fn info(self, current: &str) -> TokenInfo {
        TokenInfo {
            id: tokens::id_of(&self.hash).to_owned(),
            current: self.hash == current,
            name: self.name,
            agent: self.agent,
            date_created: Time(self.created_at),
            date_used: Time(self.used_at),
            date_expires: Time(self.expires_at),
        }
    }
}

fn hash_of(headers: &HeaderMap) -> String {
    let token = basic_of(headers).and_then(token_of_basic);
    token.map(|token| token_hash(&token)).unwrap_or_default()
}

/// One's sign-ins and named tokens that have not expired.
///
/// Named ones come first, then the newest.
#[utoipa::path(
    get, path = routes::OWN_TOKENS, operation_id = "tokens", security(("token" = [])),
    responses((status = 200, description = "the tokens", body = Answered<Page<TokenInfo>>))
)]
async fn list(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    headers: HeaderMap,
) -> Answer<Page<TokenInfo>> {
    let now = app.clock.now().0;
    let total: i64 =
        sqlx::query_scalar("SELECT count(*) FROM tokens WHERE user_id = $1 AND expires_at > $2")
            .bind(&user.id)
            .bind(now)
            .fetch_one(app.db.read())
            .await?;
    let rows: Vec<TokenRow> = sqlx::query_as(
        "SELECT hash, name, agent, created_at, used_at, expires_at FROM tokens
         WHERE user_id = $1 AND expires_at > $2
         ORDER BY name IS NULL, created_at DESC, hash LIMIT $3",
    )
    .bind(&user.id)
    .bind(now)
    .bind(LISTED)
    .fetch_all(app.db.read())
    .await?;
    let current = hash_of(&headers);
    ok(Page {
        list: rows.into_iter().map(|row| row.info(&current)).collect(),
        total: db::count(total),
    })
}

/// Makes a named token, for programs.
///
/// It can do what its owner can, and works for `russell-cli` too. At most 50 that have not expired.
#[utoipa::path(
    post, path = routes::OWN_TOKENS, operation_id = "make_token", security(("token" = [])),
    request_body = NewToken,
    responses((status = 200, description = "the token, told this once", body = Answered<MadeToken>))
)]
async fn make(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Body(new): Body<NewToken>,
) -> Answer<MadeToken> {
    name::check_token_name(&new.name).map_err(|r| ApiError::field("name", r))?;
    if !limits::TOKEN_DAYS.contains(&new.days) {
        let message = format!("a token lasts one of {:?} days", limits::TOKEN_DAYS);
        return Err(ApiError::bad(Reason::Malformed, message).at("days"));
    }
    let purpose = Purpose::Named {
        name: new.name.trim().to_owned(),
        days: new.days,
    };
    let token = make_within_limit(&app, &user.id, &purpose).await?;
    let row: TokenRow = sqlx::query_as(
        "SELECT hash, name, agent, created_at, used_at, expires_at FROM tokens WHERE hash = $1",
    )
    .bind(token_hash(&token))
    .fetch_one(app.db.write())
    .await?;
    tracing::info!(user = %user.name, "made a named token");
    events::user(&app, &user.id, Kind::Account);
    ok(MadeToken {
        token,
        info: row.info(""),
    })
}

async fn make_within_limit(app: &App, user: &str, purpose: &Purpose) -> Result<String, ApiError> {
    let mut tx = app.db.begin().await?;
    let named: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM tokens WHERE user_id = $1 AND name IS NOT NULL AND expires_at > $2",
    )
    .bind(user)
    .bind(app.clock.now().0)
    .fetch_one(&mut *tx)
    .await?;
    if db::count(named) >= limits::TOKENS_MAX as u64 {
        let message = format!("at most {} named tokens: end one first", limits::TOKENS_MAX);
        return Err(ApiError::new(
            Code::OverLimit,
            Reason::LimitReached,
            message,
        ));
    }
    let token = tokens::insert(app, &mut *tx, user, purpose).await?;
    tx.commit().await?;
    Ok(token)
}

/// Ends a sign-in or a named token.
#[utoipa::path(
    delete, path = routes::OWN_TOKEN, operation_id = "end_token", security(("token" = [])),
    params(("id" = String, Path, description = "The token's id")),
    responses((status = 200, description = "it has ended", body = Answered<Nothing>))
)]
async fn end(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Answer<()> {
    let done = sqlx::query("DELETE FROM tokens WHERE user_id = $1 AND substr(hash, 1, 32) = $2")
        .bind(&user.id)
        .bind(&id)
        .execute(app.db.write())
        .await?;
    match done.rows_affected() {
        0 => Err(ApiError::not_found("token")),
        _ => {
            events::user(&app, &user.id, Kind::Account);
            ok(())
        }
    }
}
