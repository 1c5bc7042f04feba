//! Accounts: registering, signing in and out, who is who.

mod avatars;
mod changes;
pub mod delay;
mod named;
pub mod password;
pub mod sign_in;
pub mod tickets;
pub mod tokens;
mod turns;
pub mod users;

use self::delay::Subject;
use crate::billing;
use crate::clock;
use crate::error::{Answer, ApiError, ok};
use crate::http::caller::{Address, basic_of, token_of_basic};
use crate::http::{Body, Caller, Path, SignedIn};
use crate::openapi::answers::{Answered, Nothing};
use crate::state::{App, Shared};
use api::account::{CliVersion, NewUser, Profile, Ticket, Token, User};
use api::{Time, limits, routes};
use axum::extract::State;
use axum::http::HeaderMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What accounts keep in memory.
#[derive(Debug, Default)]
pub struct Accounts {
    /// Hashing of passwords.
    pub passwords: password::Passwords,
    /// Tickets for WebSockets.
    pub tickets: tickets::Tickets,
    pictures: avatars::Pictures,
    turns: turns::Turns,
}

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, sign_out))
        .routes(routes!(who, register))
        .routes(routes!(profile))
        .merge(changes::router())
        .merge(avatars::router())
        .merge(named::router())
        .routes(routes!(ticket))
        .routes(routes!(cli_version))
}

/// Signs in.
///
/// Attempts slow down: code 503 with the seconds to wait.
#[utoipa::path(
    get, path = routes::TOKEN, security(("password" = [])),
    responses((status = 200, description = "a new token", body = Answered<Token>))
)]
async fn sign_in(
    State(app): State<Shared>,
    Address(address): Address,
    headers: HeaderMap,
) -> Answer<Token> {
    let basic = basic_of(&headers).ok_or_else(ApiError::not_signed_in)?;
    let user = sign_in::check(&app, basic, address).await?;
    ok(begin_session(&app, &user, &headers).await?)
}

/// Registers an account and signs in.
///
/// Many from one address slow down: code 503 with the seconds to wait.
#[utoipa::path(
    post, path = routes::USER, security(()),
    request_body = NewUser,
    responses((status = 200, description = "a new token", body = Answered<Token>))
)]
async fn register(
    State(app): State<Shared>,
    Address(address): Address,
    headers: HeaderMap,
    Body(new): Body<NewUser>,
) -> Answer<Token> {
    users::check(&new)?;
    let _turn = app.accounts.turns.of_address(address).await?;
    // Before the password is hashed: that is what costs.
    if let Some(address) = address {
        let subject = [Subject::Registration(address)];
        delay::check(&app, &subject).await?;
        delay::count(&app, &subject).await?;
    }
    let user = users::create(&app, &new).await?;
    tracing::info!(user = %new.username, "registered");
    ok(begin_session(&app, &user, &headers).await?)
}

async fn begin_session(app: &App, user: &str, headers: &HeaderMap) -> Result<Token, ApiError> {
    let agent = tokens::agent_of(headers);
    let token = tokens::insert(app, app.db.write(), user, &tokens::Purpose::SignIn(agent)).await?;
    Ok(Token {
        token,
        duration: app.config.token_seconds,
    })
}

/// Signs out: the token ends.
#[utoipa::path(
    delete, path = routes::TOKEN, security(("token" = [])),
    responses((status = 200, description = "signed out", body = Answered<Nothing>))
)]
async fn sign_out(
    State(app): State<Shared>,
    SignedIn(_): SignedIn,
    headers: HeaderMap,
) -> Answer<()> {
    if let Some(token) = basic_of(&headers).and_then(token_of_basic) {
        tokens::revoke(&app, &token).await?;
    }
    ok(())
}

/// Who is signed in.
#[utoipa::path(
    get, path = routes::USER, security(("token" = [])),
    responses((status = 200, description = "the account", body = Answered<User>))
)]
async fn who(State(app): State<Shared>, SignedIn(user): SignedIn) -> Answer<User> {
    let row = users::by_id(&app, &user.id).await?;
    let row = row.ok_or_else(|| ApiError::not_found("user"))?;
    ok(User {
        uid: row.id,
        username: row.username,
        email: row.email,
        kind: match billing::limits::is_vip(&app, &user.id).await? {
            true => Some("vip".to_owned()),
            false => row.kind,
        },
        avatar: row.avatar,
    })
}

/// A user's public profile.
#[utoipa::path(
    get, path = routes::PROFILE,
    params(("user" = String, Path, description = "The user's name")),
    responses((status = 200, description = "the profile", body = Answered<Profile>))
)]
async fn profile(
    State(app): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Profile> {
    let user = users::by_name(&app, &name).await?;
    let user = user.ok_or_else(|| caller.not_found("user"))?;
    let (projects, datasets, tasks) = users::counts(&app, &user.id, &caller).await?;
    let vip = billing::limits::is_vip(&app, &user.id).await?;
    ok(Profile {
        vip,
        username: user.username,
        display_name: user.display_name,
        bio: user.bio,
        place: user.place,
        website: user.website,
        avatar: user.avatar,
        date_created: Time(user.created_at),
        projects,
        datasets,
        tasks,
        favourites: users::favourites(&app, &user.id, &caller).await?,
    })
}

/// A ticket for one WebSocket, whose second subprotocol it is.
#[utoipa::path(
    post, path = routes::TICKET, security(("token" = [])),
    responses((status = 200, description = "the ticket", body = Answered<Ticket>))
)]
async fn ticket(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    headers: HeaderMap,
) -> Answer<Ticket> {
    let token = basic_of(&headers)
        .and_then(token_of_basic)
        .ok_or_else(ApiError::not_signed_in)?;
    let now = app.clock.now();
    let void = clock::after(now, limits::TICKET_SECONDS);
    ok(Ticket {
        ticket: app.accounts.tickets.issue(user, &token, now, void),
        expires_in: limits::TICKET_SECONDS,
    })
}

/// The versions of the CLI that the service works with.
#[utoipa::path(
    get, path = routes::CLI_VERSION, security(()),
    responses((status = 200, description = "the versions", body = Answered<CliVersion>))
)]
async fn cli_version() -> Answer<CliVersion> {
    ok(CliVersion {
        latest_version: "0.7.8".to_owned(),
        min_version: "0.5.0".to_owned(),
    })
}
