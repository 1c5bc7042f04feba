//! One's own account: what one says of oneself, picture, e-mail address, password, tokens.

use super::{ClientError, Request, call};
use crate::{paths, site};
use api::account::Token;
use api::settings::{
    EmailChange, MadeToken, NewToken, PasswordChange, Picture, ProfileChange, TokenInfo,
};
use api::{Page, routes};
use leptos::web_sys::Blob;
use serde::de::IgnoredAny;

/// The address of a user's picture, by the hash that answers carry; none when there is no picture.
pub fn picture(user: &str, avatar: Option<&str>) -> Option<String> {
    let mut address = site::address(&routes::fill(routes::AVATAR, &[user]));
    paths::push_query(&mut address, [("v", avatar?)]);
    Some(address)
}

/// Replaces what one says of oneself.
///
/// # Errors
/// The reason at one of its fields, and what every request can meet.
pub async fn change_profile(change: &ProfileChange) -> Result<ProfileChange, ClientError> {
    call(Request::put(routes::OWN_PROFILE).json(change)).await
}

/// Sets one's picture; answers its hash.
///
/// # Errors
/// `BadPicture`, `TooLarge` and what every request can meet.
pub async fn set_picture(bytes: &Blob) -> Result<String, ClientError> {
    let answer: Picture = call(Request::put(routes::OWN_AVATAR).bytes(bytes)).await?;
    Ok(answer.avatar)
}

/// Removes one's picture.
///
/// # Errors
/// What every request can meet.
pub async fn remove_picture() -> Result<(), ClientError> {
    let done = call::<IgnoredAny>(Request::delete(routes::OWN_AVATAR));
    done.await.map(drop)
}

/// Changes the e-mail address.
///
/// # Errors
/// `EmailTaken`, `IllegalEmail` or `WrongPassword` at its field, `TooManyAttempts` and what every request can meet.
pub async fn change_email(change: &EmailChange) -> Result<(), ClientError> {
    let done = call::<IgnoredAny>(Request::put(routes::OWN_EMAIL).json(change));
    done.await.map(drop)
}

/// Changes the password; answers the token to go on with, as this one has ended.
///
/// # Errors
/// `WrongPassword` or the reason at `new_password`, `TooManyAttempts` and what every request can meet.
pub async fn change_password(change: &PasswordChange) -> Result<Token, ClientError> {
    call(Request::put(routes::OWN_PASSWORD).json(change)).await
}

/// One's sign-ins and named tokens.
///
/// # Errors
/// What every request can meet.
pub async fn tokens() -> Result<Page<TokenInfo>, ClientError> {
    call(Request::get(routes::OWN_TOKENS)).await
}

/// Makes a named token.
///
/// # Errors
/// The reason at `name`, `LimitReached` and what every request can meet.
pub async fn make_token(new: &NewToken) -> Result<MadeToken, ClientError> {
    call(Request::post(routes::OWN_TOKENS).json(new)).await
}

/// Ends a sign-in or a named token.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn end_token(id: &str) -> Result<(), ClientError> {
    let done = call::<IgnoredAny>(Request::delete(routes::fill(routes::OWN_TOKEN, &[id])));
    done.await.map(drop)
}
