//! What the app's WebSockets have in common: who may open one, how long it lasts, and how it ends.

use crate::accounts::tickets::Holder;
use crate::accounts::tokens;
use crate::error::ApiError;
use crate::state::App;
use crate::web::OtherOrigin;
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use axum::http::{HeaderMap, HeaderName, header};
use serde::Serialize;
use std::time::Duration;
use tokio::time::timeout;

/// Most bytes of a message of the app: it has nothing to say.
pub const MESSAGE_MAX: usize = 4096;
/// How long a client may take for one message before it counts as gone.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a stream stops before its end.
#[derive(Debug)]
pub enum Stop {
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

/// Whoever opens a socket, by the ticket beside `protocol` among the subprotocols.
///
/// # Errors
/// 522 when the page that asks belongs to another site.
pub fn opener(app: &App, headers: &HeaderMap, protocol: &str) -> Result<Opener, ApiError> {
    if !is_own_origin(headers, &app.config.other_origins) {
        return Err(ApiError::not_allowed("the page belongs to another site"));
    }
    let ticket = offered(headers).into_iter().find(|word| word != protocol);
    Ok(match ticket {
        None => Opener::Stranger,
        Some(ticket) => match app.accounts.tickets.take(&ticket, app.clock.now()) {
            Some(holder) => Opener::Holder(holder),
            None => Opener::Refused,
        },
    })
}

/// Who opens a socket.
#[derive(Debug)]
pub enum Opener {
    /// Nobody known: without a ticket.
    Stranger,
    /// Somebody with a ticket.
    Holder(Holder),
    /// Somebody whose ticket is none.
    Refused,
}

impl Opener {
    /// The holder of the ticket, if there is one.
    ///
    /// # Errors
    /// When the ticket is none. A browser cannot read the status of a refused upgrade, so this is told in a message.
    pub fn holder(self) -> Result<Option<Holder>, ApiError> {
        match self {
            Self::Stranger => Ok(None),
            Self::Holder(holder) => Ok(Some(holder)),
            Self::Refused => Err(ApiError::not_signed_in()),
        }
    }
}

/// A ticket outlives the token it was traded for by nothing.
///
/// # Errors
/// 512 when the token has expired or was revoked.
pub async fn may_stay(app: &App, holder: Option<&Holder>) -> Result<(), ApiError> {
    match holder {
        Some(holder) if !tokens::is_alive(app, &holder.token_hash).await? => {
            Err(ApiError::token_expired())
        }
        _ => Ok(()),
    }
}

/// Ends the socket; `refusal` makes the message that tells why somebody may not have it.
pub async fn finish<T: Serialize>(
    mut socket: WebSocket,
    end: Result<(), Stop>,
    refusal: impl FnOnce(ApiError) -> T,
) {
    let frame = |code, reason: &'static str| CloseFrame {
        code,
        reason: reason.into(),
    };
    let close = match end {
        Ok(()) => frame(close_code::NORMAL, ""),
        Err(Stop::Gone) => return,
        Err(Stop::Closing) => frame(close_code::RESTART, "the backend is going down"),
        Err(Stop::Refused(error)) => {
            if say(&mut socket, &refusal(error)).await.is_err() {
                return;
            }
            frame(close_code::POLICY, "")
        }
    };
    // The client may be gone; then there is nobody to tell.
    send(&mut socket, Message::Close(Some(close))).await.ok();
}

/// Sends a text message in JSON.
///
/// # Errors
/// When nobody takes it.
pub async fn say<T: Serialize>(socket: &mut WebSocket, message: &T) -> Result<(), Stop> {
    let text = serde_json::to_string(message).map_err(ApiError::internal)?;
    send(socket, Message::Text(text.into())).await
}

/// Sends a message.
///
/// # Errors
/// When nobody takes it.
pub async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Stop> {
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
/// network, or from one that the operator has named. Ports are not compared: a proxy may listen on another one and not
/// say so. No `Origin`, no browser.
fn is_own_origin(headers: &HeaderMap, others: &[OtherOrigin]) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    if others.iter().any(|other| other.is(origin.as_bytes())) {
        return true;
    }
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
            let others = [OtherOrigin::parse("https://app.example.com").unwrap()];
            is_own_origin(&headers, &others)
        };
        assert!(own(Some("https://ml.example.org"), "ml.example.org"));
        assert!(own(
            Some("http://ml.example.org:8081"),
            "ML.example.org:8080"
        ));
        assert!(own(Some("http://localhost:8081"), "127.0.0.1:8080"));
        assert!(own(Some("http://[::1]:8081"), "[::1]"));
        assert!(own(None, "ml.example.org"));
        assert!(own(Some("https://app.example.com"), "ml.example.org"));
        assert!(!own(Some("http://app.example.com"), "ml.example.org"));
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
        assert_eq!(offered(&headers), ["russell.log.v1", "ab12"]);
    }
}
