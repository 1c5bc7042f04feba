//! A request on its way to a server inside of a task, and the answer on its way back.

use super::notebook::TOKEN_VARIABLE;
use super::proxy::plain;
use super::{Open, access};
use crate::state::App;
use api::server::Server;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode, Uri, Version};
use axum::response::Response;
use hyper::client::conn::http1;
use hyper::upgrade::{OnUpgrade, on};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::UnixStream;

/// Most bytes of an answer's head.
const HEAD_BYTES: usize = 64 * 1024;

/// Headers about one connection, which end at the proxy.
const HOP: [HeaderName; 9] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    // The server on this side has answered it.
    header::EXPECT,
    HeaderName::from_static("keep-alive"),
];

/// Where a request goes.
pub struct To {
    /// The task's servers.
    pub open: Arc<Open>,
    /// The one that is meant.
    pub server: Server,
    /// `/{server}/{task id}`.
    pub prefix: String,
}

/// Asks the server; answers in words where it cannot be asked.
pub async fn forward(app: &App, to: To, mut request: Request) -> Response {
    let stream = match to.open.door.get() {
        Some(door) => door.connect(to.server).await,
        None => Ok(None),
    };
    let stream = match stream {
        Ok(Some(stream)) => stream,
        Ok(None) => return not_yet(to.server),
        Err(error) => {
            tracing::error!(%error, "no connection to a task's server can be made");
            return plain(
                StatusCode::BAD_GATEWAY,
                "The service has no connections left.\n",
            );
        }
    };
    let upgrade = upgrade_of(request.headers());
    let client = upgrade.is_some().then(|| on(&mut request));
    rewrite(&to, &mut request, upgrade);
    let answered = tokio::select! {
        answered = send(stream, request) => answered,
        () = to.open.ended.cancelled() => {
            return plain(StatusCode::BAD_GATEWAY, "The task has ended.\n");
        }
    };
    let mut response = match answered {
        Ok(response) => response,
        Err(error) => {
            tracing::debug!(%error, "a task's server gave no answer");
            let words = format!("The task's server did not answer properly: {error}.\n");
            return plain(StatusCode::BAD_GATEWAY, words);
        }
    };
    let switches = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    match (switches, client) {
        (true, Some(client)) => {
            let protocol = response.headers().get(header::UPGRADE).cloned();
            let server = on(&mut response);
            let (closing, ended) = (app.closing.clone(), to.open.ended.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = join(client, server) => {}
                    () = ended.cancelled() => {}
                    () = closing.cancelled() => {}
                }
            });
            drop_hop(response.headers_mut());
            set_upgrade(response.headers_mut(), protocol);
        }
        (true, None) => {
            let words = "The task's server changes the protocol without being asked.\n";
            return plain(StatusCode::BAD_GATEWAY, words);
        }
        (false, _) => drop_hop(response.headers_mut()),
    }
    if to.server == Server::Serve {
        put_below(&to.prefix, response.headers_mut());
    }
    response
}

fn not_yet(server: Server) -> Response {
    let words = match server {
        Server::Notebook => "The notebook is being started. Try again in a few seconds.\n".to_owned(),
        Server::Tensorboard => {
            "TensorBoard is being started, or it has ended: /tmp/servers.log of the task has its words. Try again in a \
             few seconds.\n"
                .to_owned()
        }
        Server::Serve => format!(
            "The task's command does not listen on a port yet. It is asked to use the one in its variable PORT, {}. Try \
             again in a few seconds.\n",
            crate::relay::SERVE_PORT
        ),
    };
    let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, words);
    let wait = HeaderValue::from_static("2");
    response.headers_mut().insert(header::RETRY_AFTER, wait);
    response
}

async fn send(stream: UnixStream, request: Request) -> hyper::Result<Response> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_BYTES)
        .handshake(TokioIo::new(stream))
        .await?;
    tokio::spawn(async move {
        // Whoever waits for the answer is told too.
        connection.with_upgrades().await.ok();
    });
    Ok(sender.send_request(request).await?.map(Body::new))
}

async fn join(client: OnUpgrade, server: OnUpgrade) {
    if let (Ok(client), Ok(server)) = tokio::join!(client, server) {
        // Either end may break off at any time.
        copy_bidirectional(&mut TokioIo::new(client), &mut TokioIo::new(server))
            .await
            .ok();
    }
}

/// The protocol that a request wants to change to.
fn upgrade_of(headers: &HeaderMap) -> Option<HeaderValue> {
    let wants = connection_words(headers).any(|word| word.eq_ignore_ascii_case("upgrade"));
    headers.get(header::UPGRADE).filter(|_| wants).cloned()
}

fn connection_words(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header::CONNECTION).into_iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
}

fn drop_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = connection_words(headers)
        .filter_map(|word| word.parse().ok())
        .collect();
    for name in HOP.iter().chain(&named) {
        headers.remove(name);
    }
}

fn set_upgrade(headers: &mut HeaderMap, protocol: Option<HeaderValue>) {
    if let Some(protocol) = protocol {
        headers.insert(header::UPGRADE, protocol);
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    }
}

/// Makes of a request to us one to the server.
fn rewrite(to: &To, request: &mut Request, upgrade: Option<HeaderValue>) {
    if to.server == Server::Serve {
        let all = request.uri().path_and_query();
        let all = all.map_or("/", |all| all.as_str());
        let inside = all.strip_prefix(&to.prefix).unwrap_or(all);
        *request.uri_mut() = inside.parse().unwrap_or(Uri::from_static("/"));
    }
    *request.version_mut() = Version::HTTP_11;
    let headers = request.headers_mut();
    drop_hop(headers);
    set_upgrade(headers, upgrade);
    let rest = access::foreign_cookies(headers, to.server);
    headers.remove(header::COOKIE);
    if let Some(rest) = rest {
        headers.insert(header::COOKIE, rest);
    }
    if let Ok(prefix) = HeaderValue::from_str(&to.prefix) {
        headers.insert(HeaderName::from_static("x-forwarded-prefix"), prefix);
    }
    if to.server == Server::Notebook {
        let token = format!("token {}", to.open.notebook_token);
        match HeaderValue::from_str(&token) {
            Ok(token) => drop(headers.insert(header::AUTHORIZATION, token)),
            Err(_) => unreachable!("{TOKEN_VARIABLE} is of letters and digits"),
        }
    }
}

/// A redirect within the server stays below its address.
fn put_below(prefix: &str, headers: &mut HeaderMap) {
    let target = headers.get(header::LOCATION);
    let Some(path) = target.and_then(|value| value.to_str().ok()) else {
        return;
    };
    let inside = path.starts_with('/') && !path.starts_with("//");
    let knows = path
        .strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    if inside
        && !knows
        && let Ok(value) = HeaderValue::from_str(&format!("{prefix}{path}"))
    {
        headers.insert(header::LOCATION, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::Servers;

    fn to(server: Server) -> To {
        let all = Servers::default();
        To {
            open: all.open("7a", vec![server]).open.clone(),
            server,
            prefix: format!("/{}/7a", server.as_str()),
        }
    }

    fn request(uri: &str, headers: &[(&str, &str)]) -> Request {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::empty()).unwrap()
    }

    #[test]
    fn a_service_does_not_know_its_prefix_but_is_told() {
        let to = to(Server::Serve);
        for (uri, inside) in [
            ("/serve/7a/", "/"),
            ("/serve/7a/a%2Fb?c=/serve/7a/", "/a%2Fb?c=/serve/7a/"),
        ] {
            let mut request = request(uri, &[]);
            rewrite(&to, &mut request, None);
            assert_eq!(request.uri(), inside);
            assert_eq!(request.headers()["x-forwarded-prefix"], "/serve/7a");
        }
    }

    #[test]
    fn a_notebook_keeps_its_prefix_and_gets_its_token() {
        let to = to(Server::Notebook);
        let forged = [
            ("authorization", "token x"),
            ("cookie", "russell-notebook=s"),
        ];
        let mut request = request("/notebook/7a/lab", &forged);
        rewrite(&to, &mut request, None);
        assert_eq!(request.uri(), "/notebook/7a/lab");
        let token = format!("token {}", to.open.notebook_token);
        assert_eq!(request.headers()["authorization"], token);
        assert!(!request.headers().contains_key("cookie"));
    }

    #[test]
    fn headers_about_the_connection_end_here() {
        let headers = [
            ("connection", "keep-alive, X-Mine"),
            ("x-mine", "1"),
            ("keep-alive", "5"),
            ("upgrade", "h2c"),
            ("te", "trailers"),
            ("x-kept", "1"),
        ];
        let mut request = request("/serve/7a/", &headers);
        let upgrade = upgrade_of(request.headers());
        assert_eq!(upgrade, None, "it is not in Connection");
        rewrite(&to(Server::Serve), &mut request, upgrade);
        let mut names: Vec<_> = request.headers().keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["x-forwarded-prefix", "x-kept"]);
    }

    #[test]
    fn a_change_of_protocol_passes() {
        let headers = [("connection", "Upgrade"), ("upgrade", "websocket")];
        let mut request = request("/serve/7a/ws", &headers);
        let upgrade = upgrade_of(request.headers());
        rewrite(&to(Server::Serve), &mut request, upgrade);
        assert_eq!(request.headers()["upgrade"], "websocket");
        assert_eq!(request.headers()["connection"], "upgrade");
    }

    #[test]
    fn redirects_within_stay_within() {
        let moved = |path: &str| {
            let mut headers = HeaderMap::from_iter([(header::LOCATION, path.parse().unwrap())]);
            put_below("/serve/7a", &mut headers);
            headers[header::LOCATION].to_str().unwrap().to_owned()
        };
        assert_eq!(moved("/login"), "/serve/7a/login");
        assert_eq!(moved("/serve/7ab"), "/serve/7a/serve/7ab");
        for same in ["/serve/7a/x", "x/", "//host/x", "https://host/x"] {
            assert_eq!(moved(same), same);
        }
    }
}
