//! The app's log stream: see [`api::log`].

use super::tail::{Piece, Tail};
use crate::accounts::tickets::Holder;
use crate::error::{ApiError, TransferError};
use crate::http::socket::{self, MESSAGE_MAX, Stop, may_stay, say, send};
use crate::http::{Caller, Path, Query, Transfer};
use crate::openapi::answers::{Failure, Upgraded};
use crate::state::Shared;
use crate::tasks::rows;
use api::log::{LogEvent, PROTOCOL};
use api::routes::TASK_LOG_STREAM;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use tokio::time::{Instant, sleep_until};
use utoipa::IntoParams;

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
    let opener = socket::opener(&app, &headers, PROTOCOL)?;
    Ok(upgrade
        .protocols([PROTOCOL])
        .max_message_size(MESSAGE_MAX)
        .max_frame_size(MESSAGE_MAX)
        .on_upgrade(async move |mut socket| {
            let end = match opener.holder() {
                Ok(holder) => follow(&app, &id, from, holder, &mut socket).await,
                Err(error) => Err(error.into()),
            };
            let refusal = |ApiError { code, problem }| LogEvent::Error { code, problem };
            socket::finish(socket, end, refusal).await;
        }))
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
    may_stay(app, holder.as_ref()).await?;
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
                may_stay(app, holder.as_ref()).await?;
                rows::visible(app, &caller, id).await?;
                check = Instant::now() + heartbeat;
            }
            () = app.closing.cancelled() => return Err(Stop::Closing),
        }
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
