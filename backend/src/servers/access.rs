//! Who may reach a task's servers: whoever knows its secret, first from the address, then from a cookie.

use super::Open;
use api::server::Server;
use axum::http::header::{COOKIE, HOST, HeaderName, HeaderValue, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};

/// The query's parameter that carries the secret.
pub const PARAMETER: &str = "token";
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// What a request may do.
#[derive(Debug, PartialEq, Eq)]
pub enum Access {
    /// Pass.
    Granted,
    /// It brings the secret in its address: it gets the cookie and goes on here, without it.
    Enters(String),
    /// Nothing.
    Refused,
}

/// Decides about a request to a server of `open`.
pub fn check(open: &Open, server: Server, request: &Parts) -> Access {
    let is_read = request.method == Method::GET || request.method == Method::HEAD;
    if is_read && let Some(rest) = without_secret(&request.uri, &open.secret) {
        return Access::Enters(rest);
    }
    let known = cookies(&request.headers, server).any(|value| same(value, &open.secret));
    match known && is_own(&request.headers, is_read) {
        true => Access::Granted,
        false => Access::Refused,
    }
}

/// The cookie that lets in for as long as the browser is open or the task runs.
pub fn cookie(open: &Open, server: Server, task: &str, secure: bool) -> String {
    let name = name(server);
    // Lax: a link from the app is a navigation from another site where the operator has two domains.
    let secure = if secure { "; Secure" } else { "" };
    format!(
        "{name}={}; Path=/{}/{task}/; HttpOnly; SameSite=Lax{secure}",
        open.secret,
        server.as_str()
    )
}

/// The request's cookies without ours: the task has no use for the secret.
pub fn foreign_cookies(headers: &HeaderMap, server: Server) -> Option<HeaderValue> {
    let ours = name(server);
    let rest: Vec<&str> = pairs(headers)
        .filter(|pair| pair.split('=').next() != Some(ours))
        .collect();
    match rest.is_empty() {
        true => None,
        false => HeaderValue::from_str(&rest.join("; ")).ok(),
    }
}

fn name(server: Server) -> &'static str {
    match server {
        Server::Notebook => "russell-notebook",
        Server::Serve => "russell-serve",
        Server::Tensorboard => "russell-tensorboard",
    }
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let texts = headers.get_all(COOKIE).into_iter();
    texts
        .filter_map(|text| text.to_str().ok())
        .flat_map(|text| text.split(';'))
        .map(str::trim)
}

/// All of them: pages of other tasks at this host can set one of the same name.
fn cookies(headers: &HeaderMap, server: Server) -> impl Iterator<Item = &str> {
    pairs(headers).filter_map(move |pair| pair.strip_prefix(name(server))?.strip_prefix('='))
}

/// Whether the request was not made by a page of another origin: cookies come with those too.
fn is_own(headers: &HeaderMap, is_read: bool) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(origin) = text(&ORIGIN) {
        let host = origin.split_once("://").map(|(_, host)| host);
        if host.is_none() || host != text(&HOST) {
            return false;
        }
    }
    match text(&SITE) {
        // Programs do not say, and `none` is somebody who typed the address.
        None | Some("same-origin" | "none") => true,
        // A link is followed from wherever it stands.
        Some(_) => {
            is_read && text(&MODE) == Some("navigate") && text(&DESTINATION) == Some("document")
        }
    }
}

/// Path and query without the secret; none when it is not there.
fn without_secret(uri: &Uri, secret: &str) -> Option<String> {
    let is_secret = |pair: &&str| {
        let value = pair
            .strip_prefix(PARAMETER)
            .and_then(|rest| rest.strip_prefix('='));
        value.is_some_and(|value| same(value, secret))
    };
    let query = uri.query()?;
    query.split('&').find(is_secret)?;
    let rest: Vec<&str> = query.split('&').filter(|pair| !is_secret(pair)).collect();
    Some(match rest.is_empty() {
        true => uri.path().to_owned(),
        false => format!("{}?{}", uri.path(), rest.join("&")),
    })
}

/// Compares without telling by its time how much agrees.
fn same(left: &str, right: &str) -> bool {
    left.len() == right.len()
        && left
            .bytes()
            .zip(right.bytes())
            .fold(0, |differ, (left, right)| differ | (left ^ right))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::Servers;
    use axum::http::Request;

    fn decide(method: Method, uri: &str, headers: &[(&str, &str)]) -> Access {
        let all = Servers::default();
        let opened = all.open("7a", vec![Server::Serve]);
        let fill = |text: &str| text.replace("SECRET", &opened.open.secret);
        let mut request = Request::builder().method(method).uri(fill(uri));
        for (name, value) in headers {
            request = request.header(*name, fill(value));
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        check(&opened.open, Server::Serve, &parts)
    }

    const COOKIE: (&str, &str) = ("cookie", "a=b; russell-serve=SECRET");

    #[test]
    fn the_secret_lets_in_and_leaves_the_address() {
        let enters = |rest: &str| Access::Enters(rest.to_owned());
        let get = |uri: &str| decide(Method::GET, uri, &[]);
        assert_eq!(get("/serve/7a/?token=SECRET"), enters("/serve/7a/"));
        assert_eq!(
            get("/serve/7a/x?a=1&token=SECRET&b"),
            enters("/serve/7a/x?a=1&b")
        );
        assert_eq!(get("/serve/7a/?token=SECRE"), Access::Refused);
        assert_eq!(get("/serve/7a/?token="), Access::Refused);
        assert_eq!(get("/serve/7a/"), Access::Refused);
        let post = decide(Method::POST, "/serve/7a/?token=SECRET", &[]);
        assert_eq!(post, Access::Refused);
    }

    #[test]
    fn the_cookie_lets_in_but_not_that_of_another_server() {
        assert_eq!(decide(Method::POST, "/", &[COOKIE]), Access::Granted);
        // The program behind may have a parameter of this name.
        let own = decide(Method::GET, "/serve/7a/?token=x", &[COOKIE]);
        assert_eq!(own, Access::Granted);
        let two = ("cookie", "russell-serve=; russell-serve=SECRET");
        assert_eq!(decide(Method::GET, "/", &[two]), Access::Granted);
        for wrong in [
            "russell-notebook=SECRET",
            "russell-serve=x",
            "russell-serve",
        ] {
            let answer = decide(Method::GET, "/", &[("cookie", wrong)]);
            assert_eq!(answer, Access::Refused, "{wrong}");
        }
    }

    #[test]
    fn a_page_of_another_origin_can_only_link() {
        let host = ("host", "h:81");
        let with =
            |method, more: &[(&str, &str)]| decide(method, "/", &[&[COOKIE, host], more].concat());
        let own = with(Method::POST, &[("origin", "http://h:81")]);
        assert_eq!(own, Access::Granted);
        for origin in ["http://h:80", "http://evil", "null"] {
            let answer = with(Method::GET, &[("origin", origin)]);
            assert_eq!(answer, Access::Refused, "{origin}");
        }
        let link = [
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        assert_eq!(with(Method::GET, &link), Access::Granted);
        assert_eq!(with(Method::POST, &link), Access::Refused);
        assert_eq!(with(Method::GET, &link[..2]), Access::Refused);
        let frame = [link[0], link[1], ("sec-fetch-dest", "iframe")];
        assert_eq!(with(Method::GET, &frame), Access::Refused);
    }

    #[test]
    fn the_task_does_not_see_the_cookie() {
        let headers = HeaderMap::from_iter([(
            super::COOKIE,
            HeaderValue::from_static("a=b; russell-serve=x; c=d"),
        )]);
        let rest = foreign_cookies(&headers, Server::Serve).unwrap();
        assert_eq!(rest, "a=b; c=d");
        assert_eq!(
            foreign_cookies(
                &HeaderMap::from_iter([(super::COOKIE, "russell-serve=x".parse().unwrap())]),
                Server::Serve
            ),
            None
        );
    }
}
