//! The yardsticks for uploads: a route that reads bodies, or the messages of a WebSocket, and does nothing with them.

use crate::error::{Answer, ApiError, ok};
use crate::fs_upload::MESSAGE;
use crate::state::Shared;
use api::Reason;
use axum::Router;
use axum::body::Body;
use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{Message, WebSocket};
use axum::response::Response;
use axum::routing::post;
use futures::StreamExt as _;

/// Where it is, when the operator asked for it.
pub const SINK: &str = "/api/v1/bench/sink";

/// The route of this module.
pub fn router() -> Router<Shared> {
    Router::new().route(SINK, post(sink).get(socket))
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

async fn socket(upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(MESSAGE)
        .max_frame_size(MESSAGE)
        .on_upgrade(drain)
}

/// Takes messages like an upload does; a text asks how many bytes have come.
async fn drain(mut socket: WebSocket) {
    let mut bytes = 0;
    while let Some(Ok(message)) = socket.recv().await {
        match message {
            Message::Binary(piece) => bytes += piece.len() as u64,
            Message::Text(_) => {
                let answer = Message::Text(bytes.to_string().into());
                if socket.send(answer).await.is_err() {
                    return;
                }
            }
            _ => {}
        }
    }
}
