//! The yardstick for uploads: a route that reads bodies and does nothing with them.

use crate::error::{Answer, ApiError, ok};
use crate::state::Shared;
use api::Reason;
use axum::Router;
use axum::body::Body;
use axum::routing::post;
use futures::StreamExt as _;

/// Where it is, when the operator asked for it.
pub const SINK: &str = "/api/v1/bench/sink";

/// The route of this module.
pub fn router() -> Router<Shared> {
    Router::new().route(SINK, post(sink))
}

async fn sink(body: Body) -> Answer<u64> {
    let mut stream = body.into_data_stream();
    let mut bytes = 0;
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| ApiError::bad(Reason::Malformed, "the body broke off"))?;
        bytes += piece.len() as u64;
    }
    ok(bytes)
}
