//! The CLI's `russell logs`: one text message a line, from the beginning to the task's end.

use super::lines;
use super::stream::open;
use super::tail::Piece;
use crate::error::ApiError;
use crate::http::socket::MESSAGE_MAX;
use crate::http::{Caller, Path, Transfer};
use crate::openapi::answers::Upgraded;
use crate::state::Shared;
use crate::tasks::rows;
use api::{Code, Envelope, Reason, limits};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// A line longer than this many bytes is sent in parts: it must not grow in memory without end.
const LINE_MAX: usize = 256 * 1024;
const PATIENCE: Duration = Duration::from_secs(60);

/// Upgrades to a WebSocket on which the CLI follows the log, one text message a line.
///
/// Whoever asks is upgraded: the CLI shows a refused upgrade as nothing at all, so a refusal is a message.
#[utoipa::path(
    get, path = api::routes::FS_LOG, operation_id = "follow_log_by_line", security((), ("file_server" = []), ("token" = [])),
    params(("id" = String, Path, description = "The task")),
    responses(Upgraded)
)]
pub(super) async fn follow(
    State(app): State<Shared>,
    Transfer(Path(id)): Transfer<Path<String>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let upgrade = upgrade
        .max_message_size(MESSAGE_MAX)
        .max_frame_size(MESSAGE_MAX);
    upgrade.on_upgrade(async move |mut socket| {
        if let Err(Some(error)) = send_all(&app, &id, &headers, &mut socket).await {
            let message = format!("[ERROR] {}", error.problem.message);
            say(&mut socket, file_server_code(&error), &message)
                .await
                .ok();
        }
        // The client may be gone; then there is nobody to tell.
        socket.send(Message::Close(None)).await.ok();
    })
}

/// `Err(None)`: nobody is there any more.
async fn send_all(
    app: &Shared,
    id: &str,
    headers: &HeaderMap,
    socket: &mut WebSocket,
) -> Result<(), Option<ApiError>> {
    let caller = Caller::of_file_server(app, headers)
        .await
        .map_err(|error| Some(error.into()))?;
    let mut tail = open(app, &caller, id, 0).await.map_err(Some)?;
    let mut lines = Lines::default();
    let mut sent = 0;
    let mut check = Instant::now() + app.config.heartbeat;
    loop {
        let piece = tokio::select! {
            piece = tail.next() => piece.map_err(|error| Some(error.into()))?,
            message = socket.recv() => match message {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(None),
                Some(Ok(_)) => continue,
            },
            () = sleep_until(check) => {
                may_follow(app, &caller, id, headers).await.map_err(Some)?;
                // The CLI may be answered to while it only listens; a dead connection shows by it.
                send(socket, Message::Ping(Bytes::new())).await?;
                check = Instant::now() + app.config.heartbeat;
                continue;
            }
            () = app.closing.cancelled() => {
                let busy = ApiError::new(Code::Busy, Reason::Busy, "the service is going down, try again in a moment");
                return Err(Some(busy));
            }
        };
        let (complete, ended) = match piece {
            Piece::Bytes(bytes) => (lines.push(&bytes), false),
            Piece::State(_) => continue,
            Piece::End(_) => (lines.rest().into_iter().collect(), true),
        };
        for line in complete {
            if sent == limits::CLI_LOG_LINES {
                for line in lines::notice(id) {
                    say(socket, Code::Ok, &line).await?;
                }
                return Ok(());
            }
            say(socket, Code::Ok, &line).await?;
            sent += 1;
        }
        if ended {
            return Ok(());
        }
    }
}

/// Whether the headers still say who they said: a connection must not outlive the right to it.
async fn may_follow(
    app: &Shared,
    caller: &Caller,
    id: &str,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    let now = Caller::of_file_server(app, headers).await?;
    if now != *caller {
        now.signed_in()?;
    }
    rows::visible(app, caller, id).await.map(drop)
}

async fn say(
    socket: &mut WebSocket,
    code: Code,
    data: &(impl Serialize + ?Sized),
) -> Result<(), Option<ApiError>> {
    let text = serde_json::to_string(&Envelope { code, data })
        .map_err(|error| Some(ApiError::internal(error)))?;
    send(socket, Message::Text(text.into())).await
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Option<ApiError>> {
    match timeout(PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(None),
    }
}

/// The file server has codes of its own for tokens and missing things.
fn file_server_code(error: &ApiError) -> Code {
    match (error.code, error.problem.reason) {
        (Code::Authentication, Reason::TokenExpired) => Code::TokenExpired,
        (Code::Authentication, _) => Code::TokenInvalid,
        (Code::NotFound, _) => Code::ModuleNotFound,
        (code, _) => code,
    }
}

/// Bytes put together to lines.
#[derive(Default)]
struct Lines {
    begun: Vec<u8>,
}

impl Lines {
    fn push(&mut self, mut bytes: &[u8]) -> Vec<String> {
        let mut complete = Vec::new();
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.begun.extend_from_slice(&bytes[..end]);
            complete.push(self.take());
            bytes = &bytes[end + 1..];
        }
        self.begun.extend_from_slice(bytes);
        if self.begun.len() > LINE_MAX {
            complete.push(self.take());
        }
        complete
    }

    fn rest(&mut self) -> Option<String> {
        (!self.begun.is_empty()).then(|| self.take())
    }

    fn take(&mut self) -> String {
        let mut line = std::mem::take(&mut self.begun);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        String::from_utf8_lossy(&line).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_however_the_bytes_come() {
        let text = "a\r\n\n名字\n 50%\r100%\nend".as_bytes();
        let expected = ["a", "", "名字", " 50%\r100%", "end"];
        for size in 1..text.len() {
            let mut lines = Lines::default();
            let mut seen: Vec<String> = text
                .chunks(size)
                .flat_map(|piece| lines.push(piece))
                .collect();
            seen.extend(lines.rest());
            assert_eq!(seen, expected, "in pieces of {size}");
        }
        assert_eq!(Lines::default().rest(), None);
    }

    #[test]
    fn a_line_without_end_does_not_grow_for_ever() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(&[b'x'; LINE_MAX + 1]).len(), 1);
        assert_eq!(lines.rest(), None);
    }
}
