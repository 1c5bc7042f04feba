//! Checking a user name or e-mail address and a password.

use super::delay::{self, Subject};
use super::turns::Turn;
use super::users;
use crate::error::ApiError;
use crate::state::App;
use api::{Code, Reason, limits};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::net::IpAddr;

/// A user name or e-mail address with its password.
#[derive(Clone, PartialEq, Eq)]
struct Credentials {
    login: String,
    password: String,
}

/// What `base64(U:P)` can mean. The CLI encodes in Latin-1, browsers and curl in UTF-8; bytes that are UTF-8 are
/// most probably meant so, but Latin-1 is tried after it.
fn candidates(basic: &str) -> Vec<Credentials> {
    let Ok(bytes) = STANDARD.decode(basic) else {
        return Vec::new();
    };
    let utf8 = String::from_utf8(bytes.clone()).ok();
    let latin1: String = bytes.iter().copied().map(char::from).collect();
    let mut found = Vec::new();
    for text in utf8.into_iter().chain([latin1]) {
        if let Some((login, password)) = text.split_once(':') {
            let credentials = Credentials {
                login: login.to_owned(),
                password: password.to_owned(),
            };
            if !found.contains(&credentials) {
                found.push(credentials);
            }
        }
    }
    found
}

/// The id of the user whose name (or e-mail address) and password `basic` carries.
///
/// # Errors
/// 512 when they are wrong, 503 with a time to wait after failures.
pub async fn check(app: &App, basic: &str, address: Option<IpAddr>) -> Result<String, ApiError> {
    let candidates = candidates(basic);
    let wrong = || {
        let message = "user name or password is wrong";
        ApiError::new(Code::Authentication, Reason::WrongCredentials, message)
    };
    let fits = |c: &Credentials| {
        c.login.len() <= limits::EMAIL_MAX && c.password.len() <= 2 * limits::PASSWORD_MAX
    };
    let Some(first) = candidates.first().filter(|first| fits(first)) else {
        return Err(wrong());
    };
    let mut users = Vec::with_capacity(candidates.len());
    for candidate in &candidates {
        users.push(users::by_login(app, &candidate.login).await?);
    }
    let known = users.iter().flatten().next();
    let account = known.map_or_else(|| first.login.to_lowercase(), |user| user.id.clone());
    let attempt = Attempt::begin(app, account, address).await?;
    for (candidate, user) in candidates.into_iter().zip(users) {
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let right = app
            .accounts
            .passwords
            .verify(candidate.password, stored)
            .await?;
        if let (true, Some(user)) = (right, user) {
            attempt.succeeded().await?;
            return Ok(user.id);
        }
    }
    attempt.failed().await?;
    Err(wrong())
}

/// Whether `password` is that of the user of this id, who is signed in already: asked for once more before a change
/// that somebody at an unlocked screen must not make. A wrong one counts as a failed sign-in. Answers the hash that it
/// fits, for changes that count on it.
///
/// # Errors
/// 518 or 519 at the field `password`, 503 with a time to wait after failures.
pub async fn confirm(
    app: &App,
    user: &str,
    password: String,
    address: Option<IpAddr>,
) -> Result<String, ApiError> {
    let wrong = || {
        let message = "the current password is wrong";
        ApiError::bad(Reason::WrongPassword, message).at("password")
    };
    if password.is_empty() {
        return Err(ApiError::missing("password"));
    }
    if password.len() > limits::PASSWORD_MAX {
        return Err(wrong());
    }
    let attempt = Attempt::begin(app, user.to_owned(), address).await?;
    let row = users::by_id(app, user).await?;
    let stored = row
        .ok_or_else(|| ApiError::not_found("user"))?
        .password_hash;
    let passwords = &app.accounts.passwords;
    if passwords.verify(password, Some(stored.clone())).await? {
        attempt.succeeded().await?;
        return Ok(stored);
    }
    attempt.failed().await?;
    Err(wrong())
}

/// The right to try one password for an account: nobody else tries one for it, or from the same address, meanwhile.
struct Attempt<'a> {
    app: &'a App,
    account: Subject,
    address: Option<Subject>,
    _turns: (Turn<'a>, Turn<'a>),
}

impl<'a> Attempt<'a> {
    async fn begin(
        app: &'a App,
        account: String,
        address: Option<IpAddr>,
    ) -> Result<Self, ApiError> {
        let account = Subject::Account(account);
        let of_address = app.accounts.turns.of_address(address).await?;
        let of_account = app.accounts.turns.of_account(&account).await?;
        let attempt = Self {
            app,
            account,
            address: address.map(Subject::Address),
            _turns: (of_address, of_account),
        };
        delay::check(app, &attempt.subjects()).await?;
        Ok(attempt)
    }

    fn subjects(&self) -> Vec<Subject> {
        let mut subjects = vec![self.account.clone()];
        subjects.extend(self.address.clone());
        subjects
    }

    async fn succeeded(self) -> Result<(), ApiError> {
        delay::clear(self.app, &self.account).await
    }

    async fn failed(self) -> Result<(), ApiError> {
        delay::count(self.app, &self.subjects()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Vec<(String, String)> {
        candidates(&STANDARD.encode(bytes))
            .into_iter()
            .map(|c| (c.login, c.password))
            .collect()
    }

    #[test]
    fn plain_letters_have_one_meaning() {
        assert_eq!(decoded(b"a:b:c"), [("a".into(), "b:c".into())]);
        assert!(decoded(b"no colon").is_empty());
        assert!(candidates("None").is_empty() && candidates("***").is_empty());
    }

    #[test]
    fn bytes_are_read_as_utf8_and_then_as_latin1() {
        assert_eq!(
            decoded("a:\u{e4}".as_bytes()),
            [
                ("a".into(), "\u{e4}".into()),
                ("a".into(), "\u{c3}\u{a4}".into())
            ]
        );
        assert_eq!(decoded(b"a:\xe4"), [("a".into(), "\u{e4}".into())]);
    }
}
