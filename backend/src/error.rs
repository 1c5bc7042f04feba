//! How a request fails.
//!
//! [`ApiError`] is the only error a handler returns. It becomes the envelope here and nowhere else: HTTP 200 with a
//! code of the contract, HTTP 500 for [`Code::Internal`]. Transfers of files and logs answer by HTTP status
//! instead: their handlers return [`TransferError`], which is made of the same. Below the handlers, functions return
//! `ApiError` where they know what to tell the caller, `sqlx::Error` and `io::Error` where they do not.

use api::{Code, Envelope, Problem, Reason};
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::io;

/// Seconds after which a caller may come again when the service is busy.
const BUSY_SECONDS: u32 = 5;
// Primary result codes of SQLite.
const SQLITE_BUSY: i32 = 5;
const SQLITE_FULL: i32 = 13;

/// A failure as the caller is told.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// The kind of failure.
    pub code: Code,
    /// The cause.
    pub problem: Problem,
}

/// What a handler of the JSON API returns.
pub type Answer<T> = Result<Json<Envelope<T>>, ApiError>;

/// A success with `data`.
///
/// # Errors
/// Never: the type is that of a handler.
pub fn ok<T>(data: T) -> Answer<T> {
    Ok(Json(Envelope::ok(data)))
}

impl ApiError {
    /// A failure of this kind and cause; `message` is one English sentence without secrets.
    pub fn new(code: Code, reason: Reason, message: impl Into<String>) -> Self {
        Self {
            code,
            problem: Problem::new(reason, message),
        }
    }

    /// The same, at a field of the request.
    pub fn at(mut self, field: &str) -> Self {
        self.problem = self.problem.at(field);
        self
    }

    /// The same, with the seconds to wait before the next try.
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.problem.retry_after = Some(seconds);
        self
    }

    /// 517: there is no such `thing`, or the caller may not know of it.
    pub fn not_found(thing: &str) -> Self {
        let message = format!("there is no such {thing}, or it is private");
        Self::new(Code::NotFound, Reason::NotFound, message)
    }

    /// 522: the caller sees the thing, but it belongs to somebody else.
    pub fn not_allowed(message: &str) -> Self {
        Self::new(Code::OverPermission, Reason::NotAllowed, message)
    }

    /// 512: nobody is signed in.
    pub fn not_signed_in() -> Self {
        let message = "sign in first";
        Self::new(Code::Authentication, Reason::NotSignedIn, message)
    }

    /// 512: the token was valid once.
    pub fn token_expired() -> Self {
        let message = "the sign-in has expired, sign in again";
        Self::new(Code::Authentication, Reason::TokenExpired, message)
    }

    /// 519: a parameter breaks a rule.
    pub fn bad(reason: Reason, message: impl Into<String>) -> Self {
        Self::new(Code::BadRequest, reason, message)
    }

    /// 518: the parameter `field` is needed and missing.
    pub fn missing(field: &str) -> Self {
        let message = format!("{field} is missing");
        Self::new(Code::NoRequest, Reason::Missing, message).at(field)
    }

    /// 518 or 519 for a field that a rule of [`api::name`] refused.
    pub fn field(field: &str, reason: Reason) -> Self {
        match reason {
            Reason::Missing => Self::missing(field),
            reason => Self::bad(reason, format!("{field} breaks its rule: {reason:?}")).at(field),
        }
    }

    /// 503: others are served first; the caller comes again in some seconds.
    pub fn busy(message: &str) -> Self {
        Self::new(Code::Busy, Reason::Busy, message).retry_after(BUSY_SECONDS)
    }

    /// 500: ours to mend. The cause goes to the log, the caller learns only that it happened.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal failure");
        let message = "the backend failed; its log says why";
        Self::new(Code::Internal, Reason::Internal, message)
    }

    /// The HTTP status that says the same, for transfers.
    pub fn status(&self) -> StatusCode {
        match (self.code, self.problem.reason) {
            (_, Reason::UploadLocked) => StatusCode::LOCKED,
            (_, Reason::UploadGone) => StatusCode::GONE,
            (_, Reason::OffsetMismatch) => StatusCode::CONFLICT,
            (Code::UploadFailed, Reason::ChecksumMismatch) => checksum_mismatch(),
            (_, Reason::TooLarge | Reason::TooManyFiles) => StatusCode::PAYLOAD_TOO_LARGE,
            (_, Reason::DiskFull | Reason::StorageFull) => StatusCode::INSUFFICIENT_STORAGE,
            (_, Reason::TooManyAttempts) => StatusCode::TOO_MANY_REQUESTS,
            (Code::Authentication | Code::TokenInvalid | Code::TokenExpired, _) => {
                StatusCode::UNAUTHORIZED
            }
            (Code::NotFound | Code::ModuleNotFound, _) => StatusCode::NOT_FOUND,
            (Code::NoRequest | Code::BadRequest, _) => StatusCode::BAD_REQUEST,
            (Code::OverPermission, _) => StatusCode::FORBIDDEN,
            (Code::Busy, _) => StatusCode::SERVICE_UNAVAILABLE,
            (Code::Internal, _) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::CONFLICT,
        }
    }

    fn envelope(self) -> Json<Envelope<Problem>> {
        Json(Envelope {
            code: self.code,
            data: self.problem,
        })
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({:?})", self.problem.message, self.problem.reason)
    }
}

impl std::error::Error for ApiError {}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = match self.code {
            Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::OK,
        };
        (status, self.envelope()).into_response()
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(cause) = &error {
            if cause.is_unique_violation() {
                return taken(cause.message()).unwrap_or_else(|| Self::internal(&error));
            }
            // The low byte is the primary code, the rest says more.
            let code = cause.code().and_then(|code| code.parse::<i32>().ok());
            match code.map(|code| code & 0xff) {
                Some(SQLITE_FULL) => return disk_full(),
                Some(SQLITE_BUSY) => return database_busy(&error),
                _ => {}
            }
        }
        match error {
            sqlx::Error::PoolTimedOut => database_busy(&error),
            error => Self::internal(error),
        }
    }
}

impl From<io::Error> for ApiError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => disk_full(),
            _ => Self::internal(error),
        }
    }
}

/// 460, which tus 1.0 made up.
fn checksum_mismatch() -> StatusCode {
    StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST)
}

fn database_busy(cause: &sqlx::Error) -> ApiError {
    tracing::warn!(%cause, "the database is busy");
    ApiError::busy("the database is busy, try again")
}

fn disk_full() -> ApiError {
    tracing::error!("the disk is full");
    let message = "the disk of the service is full";
    ApiError::new(Code::ResourceUnavailable, Reason::DiskFull, message)
}

/// The field behind a unique constraint, by the columns that SQLite or PostgreSQL name.
fn taken(message: &str) -> Option<ApiError> {
    let (field, reason, words) = if message.contains("username_key") {
        ("username", Reason::NameTaken, "the user name is taken")
    } else if message.contains("email_key") {
        ("email", Reason::EmailTaken, "the e-mail address is taken")
    } else if message.contains("entities.name") || message.contains("entities_by_name") {
        ("name", Reason::NameTaken, "the owner has one of this name")
    } else {
        return None;
    };
    Some(ApiError::new(Code::Duplicate, reason, words).at(field))
}

/// [`ApiError`] for transfers: answers by HTTP status, the envelope is the body.
#[derive(Clone, Debug)]
pub struct TransferError(pub ApiError);

impl<E: Into<ApiError>> From<E> for TransferError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for TransferError {
    fn into_response(self) -> Response {
        let status = self.0.status();
        let retry = self.0.problem.retry_after;
        let mut response = (status, self.0.envelope()).into_response();
        if let Some(seconds) = retry {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, u64::from(seconds).into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_become_errors_at_their_fields() {
        let field = |message| taken(message).and_then(|error| error.problem.field);
        assert_eq!(
            field("UNIQUE constraint failed: users.username_key").as_deref(),
            Some("username")
        );
        assert_eq!(
            field("UNIQUE constraint failed: entities.owner_id, entities.kind, entities.name")
                .as_deref(),
            Some("name")
        );
        assert!(taken("UNIQUE constraint failed: modules.id").is_none());
    }

    #[test]
    fn the_same_failure_speaks_both_manners() {
        let error = ApiError::not_found("file");
        assert_eq!(
            error.clone().into_response().status(),
            StatusCode::OK,
            "the JSON API"
        );
        let response = TransferError(error).into_response();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()["content-type"], "application/json");
    }

    #[test]
    fn a_full_disk_is_told_as_such() {
        let error = ApiError::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(error.problem.reason, Reason::DiskFull);
    }
}
