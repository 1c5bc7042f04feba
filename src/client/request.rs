//! The one request function.

use super::error::{ClientError, open, read, without_body};
use super::memory::{self, Way};
use super::{credentials, query};
use crate::site;
use futures::future::{Either, select};
use gloo_net::http::{Headers, Method, Response};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::on_cleanup;
use leptos::reactive::owner::Owner;
use leptos::wasm_bindgen::JsValue;
use leptos::web_sys::{AbortController, Blob, RequestCredentials, RequestInit};
use send_wrapper::SendWrapper;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::pin::pin;
use std::rc::Rc;

/// Milliseconds until a request is given up that has no answer.
const TIME_ALLOWED: u32 = 30_000;
/// The same for a request whose body may be many megabytes.
const PATIENT: u32 = 10 * 60_000;
/// Milliseconds the body of an answer may take, once it has begun.
const BODY_ALLOWED: u32 = 60_000;

/// A request to be made.
pub struct Request {
    method: Method,
    address: String,
    query: String,
    headers: Vec<(&'static str, String)>,
    body: Option<JsValue>,
    aborts: bool,
    allowed: u32,
    changes: bool,
}

impl Request {
    /// Reads `address`, one of `api::routes`, filled. Given up when what asked for it is gone.
    pub fn get(address: impl Into<String>) -> Self {
        Self::new(Method::GET, address.into(), true)
    }

    /// Asks for the headers of `address` alone. Not given up when what asked for it is gone.
    pub fn head(address: impl Into<String>) -> Self {
        Self::new(Method::HEAD, address.into(), false)
    }

    /// Changes something with POST. Goes on when what asked for it is gone, as do PUT and DELETE.
    pub fn post(address: impl Into<String>) -> Self {
        Self::new(Method::POST, address.into(), false)
    }

    /// Makes something with PUT.
    pub fn put(address: impl Into<String>) -> Self {
        Self::new(Method::PUT, address.into(), false)
    }

    /// Deletes something.
    pub fn delete(address: impl Into<String>) -> Self {
        Self::new(Method::DELETE, address.into(), false)
    }

    fn new(method: Method, address: String, aborts: bool) -> Self {
        let changes = !matches!(method, Method::GET | Method::HEAD);
        Self {
            method,
            address,
            query: String::new(),
            headers: Vec::new(),
            body: None,
            aborts,
            allowed: TIME_ALLOWED,
            changes,
        }
    }

    /// Method and address, without the query.
    fn words(&self) -> String {
        format!("{} {}", self.method, self.address)
    }

    /// Gives the answer more time: the body is large, and the line may be slow.
    pub fn patient(mut self) -> Self {
        self.allowed = PATIENT;
        self
    }

    /// Says that it changes nothing that can be read, whatever its method: what was read before is still true.
    pub fn harmless(mut self) -> Self {
        self.changes = false;
        self
    }

    /// Adds a structure of `api` to the query.
    pub fn query(mut self, query: &impl Serialize) -> Self {
        self.query = query::of(query);
        self
    }

    /// Adds a pair to the query.
    pub fn with(mut self, key: &str, value: &str) -> Self {
        query::push(&mut self.query, key, value);
        self
    }

    /// Adds a header. `Authorization` replaces the session's.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sends a JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        // The wire types have neither maps with odd keys nor failing serializers.
        self.body = serde_json::to_string(body).ok().map(JsValue::from);
        self.header("Content-Type", "application/json")
    }

    /// Sends bytes.
    pub fn bytes(mut self, body: &Blob) -> Self {
        self.body = Some(body.into());
        self.header("Content-Type", "application/octet-stream")
    }
}

/// Sends a request and reads the envelope's `data`.
///
/// # Errors
/// See [`ClientError`]. A refused token also ends the session.
pub async fn call<T: DeserializeOwned>(request: Request) -> Result<T, ClientError> {
    let what = request.words();
    let result = match answer(request).await {
        Ok(data) => read(&data),
        Err(error) => Err(error),
    };
    if let Err(error) = &result {
        report(&what, error);
    }
    result
}

/// Tells the operator of a request that failed although nobody did anything wrong.
fn report(what: &str, error: &ClientError) {
    if !error.is_fault() {
        return;
    }
    // A problem's message is for the reader: it may name what the report must not.
    let why = match error {
        ClientError::Api { code, .. } => u16::from(*code).to_string(),
        error => error.to_string(),
    };
    site::report("request", &format!("{what}: {why}"));
}

/// [`call`] up to the answer's `data`, unread.
async fn answer(request: Request) -> Result<Rc<str>, ClientError> {
    let reads = request.method == Method::GET && request.headers.is_empty();
    if !reads {
        return ask(request).await;
    }
    let address = format!("{}{}", request.address, request.query);
    match memory::way(&address) {
        Way::Known(answer) => answer,
        // A sender that is gone: all was forgotten, as something has been changed meanwhile.
        Way::Coming(answer) => match answer.await {
            Ok(answer) => answer,
            Err(_) => ask(request).await,
        },
        Way::Ask(keep) => {
            let answer = ask(request).await;
            keep.answer(&answer);
            answer
        }
    }
}

async fn ask(request: Request) -> Result<Rc<str>, ClientError> {
    let (response, sent) = transport(request).await?;
    let body = body_of(&response).await?;
    let answer = open(response.status(), &body);
    if let Err(error) = &answer
        && error.ends_session()
    {
        credentials::refused(error, sent.as_deref());
    }
    answer
}

/// Sends a request whose answer is not JSON, for example a file's bytes.
///
/// # Errors
/// As [`call`]: every HTTP status but the two hundreds is an error.
pub async fn send(request: Request) -> Result<Response, ClientError> {
    let head = request.method == Method::HEAD;
    let what = request.words();
    let (response, sent) = transport(request).await?;
    let status = response.status();
    if response.ok() {
        return Ok(response);
    }
    let error = if head {
        without_body(status)
    } else {
        let body = body_of(&response).await.unwrap_or_default();
        open(status, &body)
            .err()
            .unwrap_or(ClientError::Http { status })
    };
    if error.ends_session() {
        credentials::refused(&error, sent.as_deref());
    }
    report(&what, &error);
    Err(error)
}

/// The whole of a short body. A line that goes still in the middle of it is not waited for.
async fn body_of(response: &Response) -> Result<String, ClientError> {
    match select(pin!(response.text()), TimeoutFuture::new(BODY_ALLOWED)).await {
        Either::Left((body, _)) => body.map_err(|_| ClientError::Offline),
        Either::Right(_) => {
            credentials::reachable(false);
            Err(ClientError::Timeout)
        }
    }
}

/// The answer's head, and the `Authorization` that was sent.
async fn transport(request: Request) -> Result<(Response, Option<String>), ClientError> {
    let reads = matches!(request.method, Method::GET | Method::HEAD);
    if !memory::may_send(reads) {
        return Err(ClientError::Offline);
    }
    if !request.changes {
        return exchange(request).await;
    }
    memory::forget();
    let answer = exchange(request).await;
    // What was read while the change was made may be older than it.
    memory::forget();
    answer
}

async fn exchange(request: Request) -> Result<(Response, Option<String>), ClientError> {
    let own = request
        .headers
        .iter()
        .any(|(name, _)| *name == "Authorization");
    let session = credentials::authorization().filter(|_| !own);
    let address = format!("{}{}", site::address(&request.address), request.query);
    let headers = Headers::new();
    headers.set("Accept", "application/json, */*");
    for (name, value) in &request.headers {
        headers.set(name, value);
    }
    if let Some(value) = &session {
        headers.set("Authorization", value);
    }
    let init = RequestInit::new();
    init.set_method(request.method.as_ref());
    init.set_headers(&headers.into_raw());
    // The header is ours; the browser must neither add its own nor ask for a password.
    init.set_credentials(RequestCredentials::Omit);
    let controller = AbortController::new().ok();
    init.set_signal(controller.as_ref().map(AbortController::signal).as_ref());
    if let Some(body) = &request.body {
        init.set_body(body);
    }
    if request.aborts
        && Owner::current().is_some()
        && let Some(controller) = controller.clone()
    {
        let controller = SendWrapper::new(controller);
        on_cleanup(move || controller.abort());
    }
    // Not through gloo-net's builder: it would put a stray `&` behind every query.
    let ready = leptos::web_sys::Request::new_with_str_and_init(&address, &init)
        .map_err(|error| ClientError::Malformed(format!("{error:?}")))?;
    let ready = gloo_net::http::Request::from(ready);
    let answer = match select(pin!(ready.send()), TimeoutFuture::new(request.allowed)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => {
            if let Some(controller) = &controller {
                controller.abort();
            }
            credentials::reachable(false);
            return Err(ClientError::Timeout);
        }
    };
    match answer {
        Ok(response) => {
            // A proxy without its backend is as good as no server.
            credentials::reachable(!matches!(response.status(), 502 | 504));
            Ok((response, session))
        }
        Err(_) => {
            let given_up = controller.is_some_and(|controller| controller.signal().aborted());
            if !given_up {
                credentials::reachable(false);
            }
            Err(ClientError::Offline)
        }
    }
}

/// The address of a WebSocket of the API.
pub fn socket_url(path: &str) -> String {
    let address = site::address(path);
    let whole = match address.starts_with('/') {
        true => leptos::prelude::location().origin().unwrap_or_default() + &address,
        false => address,
    };
    // `http` becomes `ws`, `https` becomes `wss`.
    whole.replacen("http", "ws", 1)
}
