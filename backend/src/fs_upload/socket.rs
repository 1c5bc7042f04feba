//! The conversation of an upload.
//!
//! We never send a ping: the CLI answers pings from another thread than the one that sends the archive, and the pong
//! lands in the middle of a frame. A dead connection is noticed by its silence instead.

use super::admit::{Admitted, admit, touch};
use super::handshake::Handshake;
use super::receive::Writer;
use super::{archive, finish};
use crate::error::ApiError;
use crate::state::Shared;
use crate::uploads;
use api::module::ModuleType;
use api::{Code, Envelope, Reason};
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket};
use axum::http::HeaderMap;
use serde::Serialize;
use std::time::{Duration, Instant};

/// A sender that says nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(120);
/// How often a running upload is noted as alive.
const ALIVE: Duration = Duration::from_secs(300);
/// How long the other side may take to close.
const FAREWELL: Duration = Duration::from_secs(5);

/// How receiving ended.
enum End {
    /// Every byte is here.
    Whole,
    /// The connection broke, a newer one took over, or the backend goes down. What is here stays for a resume.
    Broken,
}

/// Serves one upload until its socket is closed.
pub(super) async fn serve(
    app: Shared,
    kind: ModuleType,
    module: String,
    headers: HeaderMap,
    mut socket: WebSocket,
) {
    match converse(&app, kind, &module, &headers, &mut socket).await {
        Ok(End::Broken) => return,
        Ok(End::Whole) => say(&mut socket, Code::Ok, "finished").await,
        Err(error) => {
            tracing::info!(%module, %error, "upload refused");
            say(&mut socket, error.code, &error.problem).await;
        }
    }
    close(&mut socket).await;
}

async fn converse(
    app: &Shared,
    kind: ModuleType,
    module: &str,
    headers: &HeaderMap,
    socket: &mut WebSocket,
) -> Result<End, ApiError> {
    let handshake = Handshake::read(kind, headers)?;
    let admitted = admit(app, kind, module, &handshake).await?;
    if handshake.resume {
        say(socket, Code::Offset, admitted.offset).await;
    }
    say(socket, Code::Ok, "send").await;
    let writer = Writer::start(archive(app, module), admitted.offset);
    let received = receive(app, socket, &handshake, &admitted, &writer).await;
    // Also when receiving failed: nobody may come to resume while bytes are still being written.
    let written = writer.end().await;
    let end = received?;
    let md5 = written?;
    if let End::Broken = end {
        return Ok(end);
    }
    if md5 != handshake.md5 {
        let message = "the bytes that arrived do not have the announced checksum";
        uploads::give_up(app, &admitted.module.id, message).await?;
        return Err(ApiError::new(
            Code::UploadFailed,
            Reason::ChecksumMismatch,
            message,
        ));
    }
    finish::finish(app, &admitted.module, &handshake).await?;
    Ok(End::Whole)
}

/// Takes the archive's messages until all is here or nothing more comes.
async fn receive(
    app: &Shared,
    socket: &mut WebSocket,
    handshake: &Handshake,
    admitted: &Admitted,
    writer: &Writer,
) -> Result<End, ApiError> {
    let mut received = admitted.offset;
    let mut noted = Instant::now();
    while received < handshake.size {
        let message = tokio::select! {
            () = admitted.lock.wanted() => return Ok(End::Broken),
            () = app.closing.cancelled() => return Ok(End::Broken),
            message = tokio::time::timeout(SILENCE, next(socket)) => message,
        };
        let Ok(Some(bytes)) = message else {
            return Ok(End::Broken);
        };
        received += bytes.len() as u64;
        if received > handshake.size {
            let message = "more bytes came than were announced";
            uploads::give_up(app, &admitted.module.id, message).await?;
            return Err(ApiError::new(
                Code::UploadFailed,
                Reason::Malformed,
                message,
            ));
        }
        if !writer.push(bytes).await {
            return Ok(End::Broken);
        }
        if noted.elapsed() > ALIVE {
            touch(app, &admitted.module.id).await?;
            noted = Instant::now();
        }
    }
    Ok(End::Whole)
}

/// The next binary message; none when the connection has ended.
async fn next(socket: &mut WebSocket) -> Option<Bytes> {
    loop {
        match socket.recv().await {
            Some(Ok(Message::Binary(bytes))) => return Some(bytes),
            Some(Ok(Message::Text(_) | Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
        }
    }
}

/// Sends a message. That the other side is gone is noticed by whoever reads next.
async fn say<T: Serialize>(socket: &mut WebSocket, code: Code, data: T) {
    let message = Envelope { code, data };
    match serde_json::to_string(&message) {
        Ok(text) => {
            let _ = socket.send(Message::Text(text.into())).await;
        }
        Err(error) => tracing::error!(%error, "a message cannot be written"),
    }
}

/// Closes, and reads what is still on its way: unread bytes would reset the connection, and the reset would overtake
/// the last message.
async fn close(socket: &mut WebSocket) {
    let _ = socket.send(Message::Close(None)).await;
    let rest = async { while let Some(Ok(_)) = socket.recv().await {} };
    let _ = tokio::time::timeout(FAREWELL, rest).await;
}
