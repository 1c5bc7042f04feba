//! The stream: see [`api::event`].

use super::hub::From;
use super::{Batch, Subscription};
use crate::accounts::tickets::Holder;
use crate::error::{ApiError, TransferError};
use crate::http::socket::{self, MESSAGE_MAX, Stop, may_stay, say};
use crate::http::{Query, Transfer};
use crate::openapi::answers::{Failure, Upgraded};
use crate::state::Shared;
use api::event::{PROTOCOL, StreamEvent, StreamQuery};
use api::routes::EVENTS;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long ago the right to listen may have been looked at when something is told.
const TRUSTED: Duration = Duration::from_secs(1);

/// The route of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(stream))
}

/// Upgrades to a WebSocket on which changes are told.
///
/// Who asks is told by the ticket, the second subprotocol; without one it is a stranger, who hears of what is public. The
/// service sends `StreamEvent`s as text.
#[utoipa::path(
    get, path = EVENTS, operation_id = "events", security(()),
    params(
        StreamQuery,
        ("Sec-WebSocket-Protocol" = Option<String>, Header, description = "`russell.events.v1, <ticket>`")
    ),
    responses(Upgraded, (status = 403, description = "the page belongs to another site", body = Failure))
)]
async fn stream(
    State(app): State<Shared>,
    Transfer(Query(query)): Transfer<Query<StreamQuery>>,
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
                Ok(holder) => listen(&app, query, holder, &mut socket).await,
                Err(error) => Err(error.into()),
            };
            let refusal = |ApiError { code, problem }| StreamEvent::Error { code, problem };
            socket::finish(socket, end, refusal).await;
        }))
}

fn from(query: StreamQuery) -> From {
    match (query.epoch, query.after, query.since) {
        (Some(epoch), Some(seq), _) => From::After(epoch, seq),
        (_, _, Some(seconds)) => From::Ago(Duration::from_secs(u64::from(seconds))),
        _ => From::Now,
    }
}

async fn listen(
    app: &Shared,
    query: StreamQuery,
    holder: Option<Holder>,
    socket: &mut WebSocket,
) -> Result<(), Stop> {
    may_stay(app, holder.as_ref()).await?;
    let user = holder.as_ref().map(|holder| holder.user.id.clone());
    let (mut changes, whole) = app.events.subscribe(user, &from(query));
    let mut service = app.service.subscribe();
    let start = StreamEvent::Start {
        epoch: app.events.epoch().to_owned(),
        seq: changes.seq(),
        whole,
    };
    say(socket, &start).await?;
    let status = service.borrow_and_update().clone();
    say(socket, &StreamEvent::Service(status)).await?;

    let heartbeat = app.config.heartbeat;
    let mut checked = Instant::now();
    let mut silent_until = checked + heartbeat;
    loop {
        let message = tokio::select! {
            batch = changes.next() => {
                // Nobody hears of anything much longer than they may.
                if checked.elapsed() >= TRUSTED {
                    may_stay(app, holder.as_ref()).await?;
                    checked = Instant::now();
                }
                told(batch)
            }
            _ = service.changed() => {
                let status = service.borrow_and_update().clone();
                StreamEvent::Service(status)
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Stop::Gone),
                Some(Ok(_)) => continue,
            },
            () = sleep_until(silent_until) => alive(&changes),
            // Also where there is always something to tell.
            () = sleep_until(checked + heartbeat) => {
                may_stay(app, holder.as_ref()).await?;
                checked = Instant::now();
                continue;
            }
            () = app.closing.cancelled() => return Err(Stop::Closing),
        };
        say(socket, &message).await?;
        silent_until = Instant::now() + heartbeat;
    }
}

fn alive(changes: &Subscription) -> StreamEvent {
    StreamEvent::Alive { seq: changes.seq() }
}

fn told(batch: Batch) -> StreamEvent {
    match batch {
        Batch::Changes(list, seq) => StreamEvent::Changes {
            seq,
            list: list.iter().map(|change| (**change).clone()).collect(),
        },
        Batch::Missed(seq) => StreamEvent::Missed { seq },
    }
}
