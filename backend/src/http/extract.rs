//! Extractors whose failures are [`ApiError`]s.

use crate::error::ApiError;
use api::Reason;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// A JSON body. `Content-Type` is not looked at: the CLI sends none. Nothing at all is an empty object.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|error| {
            if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::bad(Reason::TooLarge, "the request's body is too large")
            } else {
                ApiError::bad(Reason::Malformed, "the request's body broke off")
            }
        })?;
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(text)
            .map(Self)
            .map_err(|error| malformed(&error.to_string()))
    }
}

/// The query as a type; unknown keys are ignored.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|error| {
                use std::error::Error as _;
                let mut cause = error.source();
                let mut text = error.to_string();
                while let Some(error) = cause {
                    text = error.to_string();
                    cause = error.source();
                }
                malformed(&text)
            })
    }
}

/// The variable parts of the address.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| ApiError::not_found("address"))
    }
}

/// 518 at the field that serde misses, else 519 with serde's words.
fn malformed(error: &str) -> ApiError {
    let missing = error
        .split_once("missing field `")
        .and_then(|(_, rest)| rest.split_once('`'));
    match missing {
        Some((field, _)) => ApiError::missing(field),
        None => ApiError::bad(
            Reason::Malformed,
            format!("the request cannot be read: {error}"),
        ),
    }
}
