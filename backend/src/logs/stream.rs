//! The app's log stream: see [`api::log`].

use super::MESSAGE_MAX;
use super::tail::{Piece, Tail};
use crate::accounts::tickets::Holder;
use crate::accounts::tokens;
use crate::error::{ApiError, TransferError};
use crate::http::{Caller, Path, Query, Transfer};
use crate::openapi::answers::{Failure, Upgraded};
use crate::state::Shared;
use crate::tasks::rows;
use api::log::{LogEvent, PROTOCOL};
use api::routes::TASK_LOG_STREAM;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};
use utoipa::IntoParams;

/// How long a client may take for one message before it counts as gone.
const PATIENCE: Duration = Duration::from_secs(60);

/// The query of a stream.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Resume {
    /// Bytes the client has.
    #[serde(default)]
    from: u64,
}

/// Upgrades to a WebSocket on which the log is followed.
///
/// Who asks is told by the ticket, the second subprotocol; without one it is a stranger. The service sends the log's bytes as
/// binary messages and `LogEvent`s as text.
#[utoipa::path(
    get, path = TASK_LOG_STREAM, operation_id = "follow_log", security(()),
    params(
        ("id" = String, Path, description = "The task"),
        Resume,
        ("Sec-WebSocket-Protocol" = Option<String>, Header, description = "`russell.log.v1, <ticket>`")
    ),
    responses(Upgraded, (status = 403, description = "the page belongs to another site", body = Failure))
)]
pub(super) async fn stream(
    State(app): State<Shared>,
    Transfer(Path(id)): Transfer<Path<String>>,
    Transfer(Query(Resume { from })): Transfer<Query<Resume>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, TransferError> {
    if !is_own_origin(&headers) {
        return Err(ApiError::not_allowed("the page belongs to another site").into());
    }
    let ticket = offered(&headers)
        .into_iter()
        .find(|protocol| protocol != PROTOCOL);
    let holder = ticket
        .as_deref()
        .map(|ticket| app.accounts.tickets.take(ticket, app.clock.now()));
    Ok(upgrade
        .protocols([PROTOCOL])
        .max_message_size(MESSAGE_MAX)
        .max_frame_size(MESSAGE_MAX)
        .on_upgrade(async move |mut socket| {
            let end = match holder {
                // A browser cannot read the status of a refused upgrade, so the refusal is a message.
                Some(None) => Err(Stop::Refused(ApiError::not_signed_in())),
                holder => follow(&app, &id, from, holder.flatten(), &mut socket).await,
            };
            finish(socket, end).await;
        }))
}

/// Why a stream stops before the task's end.
enum Stop {
    /// The caller may not have it, or not any more.
    Refused(ApiError),
    /// The backend is going down: the client comes again.
    Closing,
    /// Nobody is there any more.
    Gone,
}

impl<E: Into<ApiError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

async fn follow(
    app: &Shared,
    id: &str,
    from: u64,
    holder: Option<Holder>,
    socket: &mut WebSocket,
) -> Result<(), Stop> {
    let caller = holder.as_ref().map_or(Caller::Anonymous, |holder| {
        Caller::User(holder.user.clone())
    });
    may_follow(app, holder.as_ref()).await?;
    let mut tail = open(app, &caller, id, from).await?;
    say(
        socket,
        &LogEvent::Start {
            offset: tail.offset(),
            size: tail.size(),
            state: tail.state(),
        },
    )
    .await?;
    let heartbeat = app.config.heartbeat;
    let mut check = Instant::now() + heartbeat;
    let mut silent_until = check;
    loop {
        tokio::select! {
            piece = tail.next() => {
                match piece? {
                    Piece::Bytes(bytes) => send(socket, Message::Binary(bytes)).await?,
                    Piece::State(state) => say(socket, &LogEvent::State { state }).await?,
                    Piece::End(state) => return say(socket, &LogEvent::End { state }).await,
                }
                silent_until = Instant::now() + heartbeat;
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Stop::Gone),
                Some(Ok(_)) => {}
            },
            () = sleep_until(silent_until) => {
                say(socket, &LogEvent::Alive).await?;
                silent_until = Instant::now() + heartbeat;
            }
            // A connection must not outlive the right to it.
            () = sleep_until(check) => {
                may_follow(app, holder.as_ref()).await?;
                rows::visible(app, &caller, id).await?;
                check = Instant::now() + heartbeat;
            }
            () = app.closing.cancelled() => return Err(Stop::Closing),
        }
    }
}

/// A ticket outlives the token it was traded for by nothing.
async fn may_follow(app: &Shared, holder: Option<&Holder>) -> Result<(), ApiError> {
    match holder {
        Some(holder) if !tokens::is_alive(app, &holder.token_hash).await? => {
            Err(ApiError::token_expired())
        }
        _ => Ok(()),
    }
}

/// The log of a task that `caller` may see, from byte `from` on.
///
/// # Errors
/// When there is no such task for the caller.
pub(super) async fn open(
    app: &Shared,
    caller: &Caller,
    id: &str,
    from: u64,
) -> Result<Tail, ApiError> {
    // Between the row and the hub the task may end: then the hub has nothing, and the row must be read again.
    let mut task = rows::visible(app, caller, id).await?;
    let live = app.logs.follow(&task.id);
    if live.is_none() {
        task = rows::visible(app, caller, id).await?;
    }
    let (path, state) = (app.store.log(&task.id), task.state());
    let tail = tokio::task::spawn_blocking(move || Tail::open(&path, from, state, live));
    Ok(tail.await.map_err(ApiError::internal)??)
}

async fn finish(mut socket: WebSocket, end: Result<(), Stop>) {
    let frame = |code, reason: &'static str| CloseFrame {
        code,
        reason: reason.into(),
    };
    let close = match end {
        Ok(()) => frame(close_code::NORMAL, ""),
        Err(Stop::Gone) => return,
        Err(Stop::Closing) => frame(close_code::RESTART, "the backend is going down"),
        Err(Stop::Refused(error)) => {
            let event = LogEvent::Error {
                code: error.code,
                problem: error.problem,
            };
            if say(&mut socket, &event).await.is_err() {
                return;
            }
            frame(close_code::POLICY, "")
        }
    };
    // The client may be gone; then there is nobody to tell.
    send(&mut socket, Message::Close(Some(close))).await.ok();
}

async fn say(socket: &mut WebSocket, event: &LogEvent) -> Result<(), Stop> {
    let text = serde_json::to_string(event).map_err(ApiError::internal)?;
    send(socket, Message::Text(text.into())).await
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Stop> {
    match timeout(PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Stop::Gone),
    }
}

fn offered(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL);
    let texts = values.iter().filter_map(|value| value.to_str().ok());
    texts
        .flat_map(|text| text.split(','))
        .map(|word| word.trim().to_owned())
        .collect()
}

/// Whether the page that opens the socket comes from the host it asks, so that another site cannot use a visitor's
/// network. Ports are not compared: a proxy may listen on another one and not say so. No `Origin`, no browser.
fn is_own_origin(headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    let Some((_, authority)) = origin.split_once("://") else {
        return false;
    };
    let own = text(header::HOST).unwrap_or("");
    let (theirs, own) = (host_name(authority), host_name(own));
    let local = |name: &str| matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    theirs.eq_ignore_ascii_case(own) || (local(theirs) && local(own))
}

fn host_name(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_same_host_are_served() {
        let own = |origin: Option<&str>, host: &str| {
            let mut headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            is_own_origin(&headers)
        };
        assert!(own(Some("https://ml.example.org"), "ml.example.org"));
        assert!(own(
            Some("http://ml.example.org:8081"),
            "ML.example.org:8080"
        ));
        assert!(own(Some("http://localhost:8081"), "127.0.0.1:8080"));
        assert!(own(Some("http://[::1]:8081"), "[::1]"));
        assert!(own(None, "ml.example.org"));
        for foreign in [
            "https://evil.example",
            "https://ml.example.org.evil.example",
            "null",
            "http://localhost",
        ] {
            assert!(!own(Some(foreign), "ml.example.org"), "{foreign}");
        }
    }

    #[test]
    fn the_ticket_is_among_the_protocols() {
        let headers = HeaderMap::from_iter([(
            header::SEC_WEBSOCKET_PROTOCOL,
            "russell.log.v1, ab12".parse().unwrap(),
        )]);
        assert_eq!(offered(&headers), [PROTOCOL, "ab12"]);
    }
}
