//! Extractors whose failures are [`ApiError`]s.

use crate::error::{ApiError, TransferError};
use api::Reason;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::timeout;

/// How long a client may be silent in the middle of a body.
const PATIENCE: Duration = Duration::from_secs(30);

/// A JSON body. `Content-Type` is not looked at: the CLI sends none. Nothing at all is an empty object.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        parse(&read(request).await?).map(Self)
    }
}

/// The whole body, for those who look at the request first.
///
/// # Errors
/// 519 when it is larger than its route allows, breaks off or does not come.
pub async fn read(request: Request) -> Result<Bytes, ApiError> {
    collect(request.map(|body| patient(body, PATIENCE))).await
}

async fn collect(request: Request) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, &()).await.map_err(|error| {
        if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            ApiError::bad(Reason::TooLarge, "the request's body is too large")
        } else {
            ApiError::bad(Reason::Malformed, "the request's body broke off")
        }
    })
}

/// The same body, which fails when nothing comes for as long as `patience`.
fn patient(body: axum::body::Body, patience: Duration) -> axum::body::Body {
    let stream = futures::stream::unfold(body.into_data_stream(), move |mut pieces| async move {
        let piece = match timeout(patience, pieces.next()).await {
            Ok(piece) => piece?,
            Err(silence) => Err(axum::Error::new(silence)),
        };
        Some((piece, pieces))
    });
    axum::body::Body::from_stream(stream)
}

/// What a body says in JSON. Blocks for as long as the body is long.
///
/// # Errors
/// 518 or 519 when it cannot be read.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(text).map_err(|error| malformed(&error.to_string()))
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

/// What a transfer takes from a request: the failure to take it answers by HTTP status, like all of its failures.
#[derive(Debug)]
pub struct Transfer<T>(pub T);

impl<T, S> FromRequestParts<S> for Transfer<T>
where
    T: FromRequestParts<S, Rejection = ApiError>,
    S: Send + Sync,
{
    type Rejection = TransferError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, TransferError> {
        Ok(Self(T::from_request_parts(parts, state).await?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_that_stops_coming_is_given_up() {
        let first = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
        let body = axum::body::Body::from_stream(first.chain(futures::stream::pending()));
        let patient = patient(body, Duration::from_millis(20));
        let error = collect(Request::new(patient)).await.unwrap_err();
        assert_eq!(error.problem.reason, Reason::Malformed);
    }

    #[tokio::test]
    async fn a_body_is_whole_however_it_comes() {
        let pieces = ["[1,", "2", ",3]"].map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece)));
        let body = axum::body::Body::from_stream(futures::stream::iter(pieces));
        let Body(numbers) = Body::<Vec<u8>>::from_request(Request::new(body), &())
            .await
            .unwrap();
        assert_eq!(numbers, [1, 2, 3]);
    }
}
