//! What users change about their account: what they say of themselves, e-mail address, password.

use super::sign_in;
use super::tokens::{self, Purpose};
use crate::error::{Answer, ApiError, ok};
use crate::events;
use crate::http::caller::Address;
use crate::http::{Body, SignedIn};
use crate::openapi::answers::{Answered, Nothing};
use crate::state::Shared;
use api::account::Token;
use api::event::Kind;
use api::settings::{EmailChange, PasswordChange, ProfileChange};
use api::{Reason, name, routes};
use axum::extract::State;
use axum::http::HeaderMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(change_profile))
        .routes(routes!(change_email))
        .routes(routes!(change_password))
}

/// Replaces what one says of oneself.
#[utoipa::path(
    put, path = routes::OWN_PROFILE, security(("token" = [])),
    request_body = ProfileChange,
    responses((status = 200, description = "as it is now", body = Answered<ProfileChange>))
)]
async fn change_profile(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Body(change): Body<ProfileChange>,
) -> Answer<ProfileChange> {
    let change = ProfileChange {
        display_name: change.display_name.trim().to_owned(),
        bio: change.bio.trim().to_owned(),
        place: change.place.trim().to_owned(),
        website: change.website.trim().to_owned(),
    };
    let at = |field: &'static str| move |reason| ApiError::field(field, reason);
    name::check_display_name(&change.display_name).map_err(at("display_name"))?;
    name::check_bio(&change.bio).map_err(at("bio"))?;
    name::check_place(&change.place).map_err(at("place"))?;
    name::check_website(&change.website).map_err(at("website"))?;
    let search_key = format!("{} {}", user.name, change.display_name).to_lowercase();
    sqlx::query(
        "UPDATE users SET display_name = $1, bio = $2, place = $3, website = $4, search_key = $5 WHERE id = $6",
    )
    .bind(&change.display_name)
    .bind(&change.bio)
    .bind(&change.place)
    .bind(&change.website)
    .bind(search_key.trim_end())
    .bind(&user.id)
    .execute(app.db.write())
    .await?;
    events::user(&app, &user.id, Kind::Account);
    ok(change)
}

/// Changes the e-mail address, at once: the backend sends no mail.
///
/// A wrong password counts as a failed sign-in.
#[utoipa::path(
    put, path = routes::OWN_EMAIL, security(("token" = [])),
    request_body = EmailChange,
    responses((status = 200, description = "changed", body = Answered<Nothing>))
)]
async fn change_email(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Address(address): Address,
    Body(change): Body<EmailChange>,
) -> Answer<()> {
    name::check_email(&change.email).map_err(|r| ApiError::field("email", r))?;
    let stored = sign_in::confirm(&app, &user.id, change.password, address).await?;
    let done = sqlx::query(
        "UPDATE users SET email = $1, email_key = $2 WHERE id = $3 AND password_hash = $4",
    )
    .bind(&change.email)
    .bind(change.email.to_lowercase())
    .bind(&user.id)
    .bind(stored)
    .execute(app.db.write())
    .await?;
    changed(done.rows_affected())?;
    tracing::info!(user = %user.name, "changed the e-mail address");
    events::user(&app, &user.id, Kind::Account);
    ok(())
}

/// Changes the password. All sign-ins end; the answer is a token to go on with.
///
/// A wrong password counts as a failed sign-in. Named tokens go on unless `revoke_tokens` says otherwise.
#[utoipa::path(
    put, path = routes::OWN_PASSWORD, security(("token" = [])),
    request_body = PasswordChange,
    responses((status = 200, description = "a new token", body = Answered<Token>))
)]
async fn change_password(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Address(address): Address,
    headers: HeaderMap,
    Body(change): Body<PasswordChange>,
) -> Answer<Token> {
    let new = change.new_password;
    name::check_password(&new).map_err(|r| ApiError::field("new_password", r))?;
    let stored = sign_in::confirm(&app, &user.id, change.password, address).await?;
    let hash = app.accounts.passwords.hash(new).await?;
    let mut tx = app.db.begin().await?;
    let done =
        sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3")
            .bind(hash)
            .bind(&user.id)
            .bind(stored)
            .execute(&mut *tx)
            .await?;
    changed(done.rows_affected())?;
    sqlx::query("DELETE FROM tokens WHERE user_id = $1 AND (name IS NULL OR $2 = 1)")
        .bind(&user.id)
        .bind(i64::from(change.revoke_tokens))
        .execute(&mut *tx)
        .await?;
    let purpose = Purpose::SignIn(tokens::agent_of(&headers));
    let token = tokens::insert(&app, &mut *tx, &user.id, &purpose).await?;
    tx.commit().await?;
    tracing::info!(user = %user.name, "changed the password");
    events::user(&app, &user.id, Kind::Account);
    ok(Token {
        token,
        duration: app.config.token_seconds,
    })
}

/// Somebody else may have changed the password after this request had confirmed it.
fn changed(rows: u64) -> Result<(), ApiError> {
    if rows > 0 {
        return Ok(());
    }
    let message = "the password was changed meanwhile";
    Err(ApiError::bad(Reason::WrongPassword, message).at("password"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_found_no_row_is_a_wrong_password() {
        assert!(changed(1).is_ok());
        let error = changed(0).unwrap_err();
        assert_eq!(error.problem.reason, Reason::WrongPassword);
        assert_eq!(error.problem.field.as_deref(), Some("password"));
    }
}
