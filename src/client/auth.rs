//! Accounts, tokens and the service itself.

use super::{ClientError, Request, basic, call};
use api::account::{NewUser, Profile, ServiceStatus, Ticket, Token, User};
use api::routes;
use serde::de::IgnoredAny;

/// Signs in by user name or e-mail address.
///
/// # Errors
/// `WrongCredentials`, `TooManyAttempts` and what every request can meet.
pub async fn sign_in(login: &str, password: &str) -> Result<Token, ClientError> {
    let request =
        Request::get(routes::TOKEN).header("Authorization", basic::basic(login, password));
    call(request).await
}

/// Makes an account and signs in.
///
/// # Errors
/// The reason at one of the fields `username`, `email`, `password`, and what every request can meet.
pub async fn register(user: &NewUser) -> Result<Token, ClientError> {
    call(
        Request::post(routes::USER)
            .header("Authorization", "Basic None")
            .json(user),
    )
    .await
}

/// Whose token this is.
///
/// # Errors
/// `NotSignedIn`, `TokenExpired` and what every request can meet.
pub async fn user_of(token: &str) -> Result<User, ClientError> {
    let header = format!("Basic {}", super::bearer_of(token));
    call(Request::get(routes::USER).header("Authorization", header)).await
}

/// Ends the session's token.
///
/// # Errors
/// What every request can meet.
pub async fn sign_out(token: &str) -> Result<(), ClientError> {
    let header = format!("Basic {}", super::bearer_of(token));
    let done = call::<IgnoredAny>(Request::delete(routes::TOKEN).header("Authorization", header));
    done.await.map(drop)
}

/// What everybody may see of a user.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn profile(user: &str) -> Result<Profile, ClientError> {
    call(Request::get(routes::fill(routes::PROFILE, &[user]))).await
}

/// A ticket for one WebSocket.
///
/// # Errors
/// What every request can meet.
pub async fn ticket() -> Result<Ticket, ClientError> {
    call(Request::post(routes::TICKET).harmless()).await
}

/// Whether the service is up.
///
/// # Errors
/// What every request can meet.
pub async fn service_status() -> Result<ServiceStatus, ClientError> {
    call(Request::get(routes::SERVICE_STATUS)).await
}
