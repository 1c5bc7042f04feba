//! The client in a real browser, against a `fetch` of the test's own.

#![cfg(target_arch = "wasm32")]

use api::Reason;
use api::project::{EntityQuery, Project};
use js_sys::{Array, Function, Reflect};
use leptos::prelude::Owner;
use leptos::reactive::computed::ScopedFuture;

use russell_cloud_web::client::files::{self, Part};
use russell_cloud_web::client::{self, ClientError, Hooks, projects};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Replaces `fetch`: it notes each request in `seen` and answers with what the expression `answer` makes of it.
fn serve(answer: &str) {
    let window = js_sys::global();
    let set = |name: &str, value: &JsValue| Reflect::set(&window, &name.into(), value).unwrap();
    set("seen", &Array::new());
    let body = format!(
        "globalThis.seen.push({{ method: request.method, url: request.url, credentials: request.credentials, \
           authorization: request.headers.get('Authorization'), range: request.headers.get('Range'), \
           signal: request.signal }}); \
         const json = (body, status = 200) => Promise.resolve(new Response(JSON.stringify(body), {{ status }})); \
         return {answer};"
    );
    set("fetch", &Function::new_with_args("request", &body));
}

fn seen(index: u32, name: &str) -> JsValue {
    let list = Reflect::get(&js_sys::global(), &"seen".into()).unwrap();
    let request = Reflect::get_u32(&list, index).unwrap();
    Reflect::get(&request, &name.into()).unwrap()
}

fn seen_text(name: &str) -> Option<String> {
    seen(0, name).as_string()
}

/// What the client told of.
#[derive(Default)]
struct Told {
    refused: Vec<ClientError>,
    reachable: Vec<bool>,
}

fn listen() -> Rc<RefCell<Told>> {
    let told = Rc::new(RefCell::new(Told::default()));
    let (refused, reachable) = (told.clone(), told.clone());
    client::install(Hooks {
        refused: Rc::new(move |error| refused.borrow_mut().refused.push(error.clone())),
        reachable: Rc::new(move |yes| reachable.borrow_mut().reachable.push(yes)),
    });
    told
}

const NO_SUCH: &str = "json({ code: 517, data: { reason: 'not_found', message: 'm' } })";

#[wasm_bindgen_test]
async fn a_request_carries_the_token_and_nothing_of_the_browser_s() {
    let told = listen();
    client::set_token(Some("abc"));
    serve("json({ code: 200, data: { list: [], total: 7 } })");
    let query = EntityQuery {
        q: Some("a b".into()),
        ..EntityQuery::default()
    };
    assert_eq!(projects::list(&query).await.unwrap().total, 7);
    assert_eq!(seen_text("method").as_deref(), Some("GET"));
    assert_eq!(seen_text("credentials").as_deref(), Some("omit"));
    assert_eq!(
        seen_text("authorization").as_deref(),
        Some("Basic YWJjOg==")
    );
    assert!(
        seen_text("url")
            .unwrap()
            .ends_with("/api/v1/projects?q=a%20b")
    );
    assert_eq!(told.borrow().reachable, [true]);

    client::set_token(None);
    serve(NO_SUCH);
    assert!(
        projects::get("alice", "x")
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert_eq!(seen_text("authorization"), None);
}

#[wasm_bindgen_test]
async fn a_refused_token_is_told_once_and_a_wrong_password_is_none() {
    let told = listen();
    client::set_token(Some("abc"));
    serve("json({ code: 512, data: { reason: 'token_expired', message: 'm' } })");
    let error = projects::get("alice", "x").await.unwrap_err();
    assert_eq!(error.reason(), Some(Reason::TokenExpired));
    assert_eq!(told.borrow().refused, [error]);

    serve("json({ code: 512, data: { reason: 'wrong_credentials', message: 'm' } })");
    assert!(client::auth::sign_in("alice", "no").await.is_err());
    assert_eq!(
        seen_text("authorization").as_deref(),
        Some("Basic YWxpY2U6bm8=")
    );
    assert_eq!(told.borrow().refused.len(), 1);
    client::set_token(None);
}

#[wasm_bindgen_test]
async fn a_server_that_is_gone_is_told_from_one_that_fails() {
    let told = listen();
    serve("Promise.reject(new TypeError('Failed to fetch'))");
    let gone = projects::get("alice", "x").await;
    assert_eq!(gone, Err::<Project, _>(ClientError::Offline));
    serve("Promise.resolve(new Response('<html>', { status: 502 }))");
    let proxy = projects::get("alice", "x").await;
    assert_eq!(proxy, Err::<Project, _>(ClientError::Http { status: 502 }));
    serve("json({ code: 500, data: { reason: 'internal', message: 'm' } }, 500)");
    let failed = projects::get("alice", "x").await.unwrap_err();
    assert_eq!(failed.reason(), Some(Reason::Internal));
    serve("Promise.resolve(new Response('hello'))");
    let other = projects::get("alice", "x").await.unwrap_err();
    assert!(matches!(other, ClientError::Malformed(_)));
    assert_eq!(told.borrow().reachable, [false, false, true, true]);
}

#[wasm_bindgen_test]
async fn a_read_is_given_up_with_what_asked_for_it() {
    let told = listen();
    // As the browser does: the promise fails when the signal fires.
    serve(
        "new Promise((_, reject) => request.signal.addEventListener('abort', \
         () => reject(request.signal.reason)))",
    );
    let owner = Owner::new();
    let asked = owner.with(|| ScopedFuture::new(projects::get("alice", "x")));
    let answer = Rc::new(RefCell::new(None));
    let into = answer.clone();
    spawn_local(async move { *into.borrow_mut() = Some(asked.await) });
    gloo_timers::future::TimeoutFuture::new(20).await;
    assert!(answer.borrow().is_none());
    owner.cleanup();
    gloo_timers::future::TimeoutFuture::new(20).await;
    assert!(matches!(*answer.borrow(), Some(Err(ClientError::Offline))));
    // Giving up says nothing about the server.
    assert!(told.borrow().reachable.is_empty());
}

#[wasm_bindgen_test]
async fn parts_of_files_say_where_they_stand() {
    listen();
    serve(
        "Promise.resolve(new Response('llo', { status: 206, headers: { 'Content-Range': 'bytes 2-4/5' } }))",
    );
    let part = Part::Range {
        start: 2,
        length: 10,
    };
    let bytes = files::read("1c", "a b/ü.txt", part).await.unwrap();
    assert_eq!(
        (bytes.bytes.as_slice(), bytes.start, bytes.total),
        (&b"llo"[..], 2, 5)
    );
    assert_eq!(seen_text("range").as_deref(), Some("bytes=2-11"));
    assert!(
        seen_text("url")
            .unwrap()
            .ends_with("/api/v1/files/1c/raw?path=a%20b%2F%C3%BC.txt")
    );
    serve("json({ code: 517, data: { reason: 'not_found', message: 'm' } }, 404)");
    assert!(
        files::read("1c", "x", Part::Whole)
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[wasm_bindgen_test]
async fn a_dead_token_ends_the_session_also_where_the_answer_has_no_body() {
    let told = listen();
    serve("Promise.resolve(new Response(null, { status: 401 }))");
    client::set_token(Some("t"));
    let error = client::uploads::offset("8e").await.unwrap_err();
    client::set_token(None);
    assert_eq!(error.reason(), Some(Reason::NotSignedIn));
    assert_eq!(told.borrow().refused, [error]);
}
