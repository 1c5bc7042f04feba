//! Who asks.

use crate::accounts::tokens;
use crate::error::ApiError;
use crate::state::Shared;
use api::Time;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// A user whose token is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: String,
    /// The name in addresses.
    pub name: String,
}

/// Who sent the request. As an extractor it never refuses: many things are open to everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// No token, `Basic None`, or something that was never a token of ours.
    Anonymous,
    /// A token that has expired: as good as none, but worth telling.
    Expired,
    /// Somebody known.
    User(User),
}

impl Caller {
    /// The user's id, if there is one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::User(user) => Some(&user.id),
            Self::Anonymous | Self::Expired => None,
        }
    }

    /// The id for a SQL comparison with an owner's; nobody's for strangers.
    pub fn id_or_nobody(&self) -> &str {
        self.id().unwrap_or("")
    }

    /// The failure when a `thing` is not there for this caller. Whoever's token has expired might see
    /// it after signing in again, so is told that, whether it exists or not.
    pub fn not_found(&self, thing: &str) -> ApiError {
        match self {
            Self::Expired => ApiError::token_expired(),
            Self::Anonymous | Self::User(_) => ApiError::not_found(thing),
        }
    }

    /// The user, for what only users may do.
    ///
    /// # Errors
    /// 512 when there is none.
    pub fn signed_in(self) -> Result<User, ApiError> {
        match self {
            Self::User(user) => Ok(user),
            Self::Anonymous => Err(ApiError::not_signed_in()),
            Self::Expired => Err(ApiError::token_expired()),
        }
    }

    /// The caller behind the raw token `T`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_token(app: &Shared, token: &str) -> sqlx::Result<Self> {
        let hash = token_hash(token);
        let row: Option<(String, String, i64, i64)> = sqlx::query_as(
            "SELECT users.id, users.username, tokens.expires_at, tokens.used_at
             FROM tokens JOIN users ON users.id = tokens.user_id WHERE tokens.hash = $1",
        )
        .bind(&hash)
        .fetch_optional(app.db.read())
        .await?;
        Ok(match row {
            None => Self::Anonymous,
            Some((_, _, expires, _)) if expires <= app.clock.now().0 => Self::Expired,
            Some((id, name, _, used)) => {
                tokens::note_use(app, hash, Time(used));
                Self::User(User { id, name })
            }
        })
    }

    /// The caller behind `B = base64(T + ":")`, as the header `access_token` carries it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_basic(app: &Shared, basic: &str) -> sqlx::Result<Self> {
        match token_of_basic(basic) {
            Some(token) => Self::of_token(app, &token).await,
            None => Ok(Self::Anonymous),
        }
    }

    /// The caller by the headers of a request to the file server: `access_token`, else `Authorization`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_file_server(app: &Shared, headers: &HeaderMap) -> sqlx::Result<Self> {
        match headers.get("access_token").and_then(|v| v.to_str().ok()) {
            Some(basic) => Self::of_basic(app, basic).await,
            None => Self::of_headers(app, headers).await,
        }
    }

    async fn of_headers(app: &Shared, headers: &HeaderMap) -> sqlx::Result<Self> {
        match basic_of(headers) {
            Some(basic) => Self::of_basic(app, basic).await,
            None => Ok(Self::Anonymous),
        }
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        Ok(Self::of_headers(app, &parts.headers).await?)
    }
}

/// The user, where only users may ask: everybody else gets 512.
#[derive(Clone, Debug)]
pub struct SignedIn(pub User);

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.signed_in().map(Self)
    }
}

/// What the header `Authorization: Basic ...` carries, still encoded.
pub fn basic_of(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, basic) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then(|| basic.trim())
}

/// The raw token in `B`; none for whatever else is sent, such as the word `None`.
pub fn token_of_basic(basic: &str) -> Option<String> {
    let bytes = STANDARD.decode(basic).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let token = text.strip_suffix(':')?;
    (!token.is_empty() && !token.contains(':')).then(|| token.to_owned())
}

/// How the database knows a token.
pub fn token_hash(token: &str) -> String {
    crate::ids::hex(&Sha256::digest(token.as_bytes()))
}

/// The address a request comes from, if the server knows it.
///
/// `X-Forwarded-For` counts only when the peer is one of our own proxies; then its last entry is what that proxy saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub Option<IpAddr>);

impl FromRequestParts<Shared> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            // On a socket for both families IPv4 comes mapped into IPv6.
            .map(|ConnectInfo(address)| address.ip().to_canonical());
        let forwarded = || {
            let value = parts
                .headers
                .get_all("x-forwarded-for")
                .iter()
                .next_back()?;
            let last = value.to_str().ok()?.rsplit(',').next()?.trim();
            last.parse()
                .ok()
                .map(|address: IpAddr| address.to_canonical())
        };
        let proxies = &app.config.trusted_proxies;
        let trusted = peer.is_some_and(|peer| proxies.iter().any(|p| p.to_canonical() == peer));
        Ok(Self(if trusted { forwarded().or(peer) } else { peer }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_token_with_an_empty_password_is_one() {
        let encode = |text: &str| STANDARD.encode(text);
        assert_eq!(token_of_basic(&encode("T-1_x:")).as_deref(), Some("T-1_x"));
        for wrong in [
            encode("user:password"),
            encode(":"),
            encode("T"),
            "None".into(),
            "~".into(),
        ] {
            assert_eq!(token_of_basic(&wrong), None, "{wrong}");
        }
    }
}
