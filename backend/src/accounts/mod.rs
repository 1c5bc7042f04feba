//! Accounts: registering, signing in and out, who is who.

pub mod delay;
pub mod password;
pub mod sign_in;
pub mod tickets;
pub mod tokens;
mod turns;
pub mod users;

use self::delay::Subject;
use crate::clock;
use crate::error::{Answer, ApiError, ok};
use crate::http::caller::{Address, basic_of, token_of_basic};
use crate::http::{Body, Caller, Path, SignedIn};
use crate::state::{App, Shared};
use api::account::{CliVersion, NewUser, Profile, ServiceStatus, Ticket, Token, User};
use api::{Time, limits, routes};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};

/// What accounts keep in memory.
#[derive(Debug, Default)]
pub struct Accounts {
    /// Hashing of passwords.
    pub passwords: password::Passwords,
    /// Tickets for WebSockets.
    pub tickets: tickets::Tickets,
    turns: turns::Turns,
}

/// The routes of this module.
pub fn router() -> Router<Shared> {
    Router::new()
        .route(routes::TOKEN, get(sign_in).delete(sign_out))
        .route(routes::USER, get(who).post(register))
        .route(routes::PROFILE, get(profile))
        .route(routes::TICKET, post(ticket))
        .route(routes::CLI_VERSION, get(cli_version))
        .route(routes::SERVICE_STATUS, get(service_status))
}

async fn sign_in(
    State(app): State<Shared>,
    Address(address): Address,
    headers: HeaderMap,
) -> Answer<Token> {
    let basic = basic_of(&headers).ok_or_else(ApiError::not_signed_in)?;
    let user = sign_in::check(&app, basic, address).await?;
    ok(begin_session(&app, &user).await?)
}

async fn register(
    State(app): State<Shared>,
    Address(address): Address,
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
    ok(begin_session(&app, &user).await?)
}

async fn begin_session(app: &App, user: &str) -> Result<Token, ApiError> {
    let token = tokens::issue(app, user).await?;
    Ok(Token {
        token,
        duration: app.config.token_seconds,
    })
}

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

async fn who(State(app): State<Shared>, SignedIn(user): SignedIn) -> Answer<User> {
    let row = users::by_id(&app, &user.id).await?;
    let row = row.ok_or_else(|| ApiError::not_found("user"))?;
    ok(User {
        uid: row.id,
        username: row.username,
        email: row.email,
        kind: row.kind,
    })
}

async fn profile(
    State(app): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Profile> {
    let user = users::by_name(&app, &name).await?;
    let user = user.ok_or_else(|| caller.not_found("user"))?;
    let (projects, datasets, tasks) = users::counts(&app, &user.id, &caller).await?;
    ok(Profile {
        username: user.username,
        date_created: Time(user.created_at),
        projects,
        datasets,
        tasks,
    })
}

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

async fn cli_version() -> Answer<CliVersion> {
    ok(CliVersion {
        latest_version: "0.7.8".to_owned(),
        min_version: "0.5.0".to_owned(),
    })
}

async fn service_status() -> Answer<ServiceStatus> {
    ok(ServiceStatus { service_status: 1 })
}
