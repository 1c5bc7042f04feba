//! The second listener: `/{server}/{task id}/...` and nothing else.

use super::access::{self, Access};
use super::forward;
use crate::ids;
use crate::state::Shared;
use api::server::Server;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};

/// Everything that the second listener answers.
pub fn router(app: Shared) -> Router {
    Router::new()
        .fallback(answer)
        .layer(map_response(complete))
        .with_state(app)
}

/// Which server of which task a request is for.
struct Place<'a> {
    server: Server,
    task: &'a str,
    /// What comes behind the id, with its slash; empty where that is missing.
    rest: &'a str,
}

impl<'a> Place<'a> {
    fn parse(path: &'a str) -> Option<Self> {
        let (word, rest) = path.strip_prefix('/')?.split_once('/')?;
        let server = Server::parse(word)?;
        let (task, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        ids::is_id(task).then_some(Self { server, task, rest })
    }
}

async fn answer(State(app): State<Shared>, request: Request) -> Response {
    let Some(place) = Place::parse(request.uri().path()) else {
        let words = "Here are only notebooks and services of running tasks, each at an address of its own.\n";
        return plain(StatusCode::NOT_FOUND, words);
    };
    let (server, task) = (place.server, place.task.to_owned());
    let open = app.servers.get(&task);
    let Some(open) = open.filter(|open| open.servers.contains(&server)) else {
        let words = format!(
            "This task does not run yet or any more, or it has no such server. Its page in Russell Cloud, /task/{task}, tells how it stands.\n"
        );
        return plain(StatusCode::NOT_FOUND, words);
    };
    let missing_slash = place.rest.is_empty();
    let prefix = format!("/{}/{task}", server.as_str());
    let (parts, body) = request.into_parts();
    match access::check(&open, server, &parts) {
        Access::Granted if missing_slash => see(&format!("{prefix}/")),
        Access::Granted => {
            let request = Request::from_parts(parts, body);
            let to = forward::To {
                open,
                server,
                prefix,
            };
            forward::forward(&app, to, request).await
        }
        Access::Enters(rest) => {
            let cookie = access::cookie(&open, server, &task, app.config.servers.is_secure());
            let mut response = see(&rest);
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            response
        }
        Access::Refused => {
            let words = format!(
                "You have to come here from the task's page in Russell Cloud, /task/{task}: its button opens this address for you alone.\n"
            );
            plain(StatusCode::FORBIDDEN, words)
        }
    }
}

/// A page in words.
pub(super) fn plain(status: StatusCode, words: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, words.into()).into_response()
}

fn see(path: &str) -> Response {
    let headers = [
        (header::LOCATION, path),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// What a task's server must not say: it would hold for the pages of other tasks at this address, or for the app.
const NEVER: [HeaderName; 4] = [
    HeaderName::from_static("service-worker-allowed"),
    HeaderName::from_static("clear-site-data"),
    header::STRICT_TRANSPORT_SECURITY,
    header::ALT_SVC,
];

async fn complete(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for name in NEVER {
        headers.remove(name);
    }
    // No page of another origin holds on to this one, shows it in a frame or reads what it sends.
    headers.append(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("frame-ancestors 'self'"),
    );
    let rest = [
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in rest {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
