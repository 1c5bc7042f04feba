//! What a change of the session does to what is on screen.

use api::Time;
use api::account::User;
use api::module::ModuleType;
use engine::ignore::Ignore;
use gloo_timers::future::TimeoutFuture;
use js_sys::Array;
use leptos::prelude::*;
use leptos::web_sys::{BroadcastChannel, Element, File, HtmlDialogElement};
use leptos_i18n::context::init_i18n_subcontext;
use russell_cloud_web::client::ClientError;
use russell_cloud_web::components::load::{Async, load};
use russell_cloud_web::i18n::Locale;
use russell_cloud_web::paths;
use russell_cloud_web::session::{Account, provide_session};
use russell_cloud_web::ui::Dialog;
use russell_cloud_web::uploads::pick::Picked;
use russell_cloud_web::uploads::selection::{Chosen, Wishes, select};
use russell_cloud_web::uploads::{Target, Uploads, provide_uploads, use_uploads};
use serde_json::json;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

/// Milliseconds between two looks, and how many looks there are before a test fails.
const LOOK: (u32, u32) = (20, 250);

/// Waits until `done`.
async fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..LOOK.1 {
        if done() {
            return;
        }
        TimeoutFuture::new(LOOK.0).await;
    }
    panic!("{what}");
}

/// A place on the page.
fn place() -> Element {
    let root = document().create_element("div").expect("an element");
    let body = document().body().expect("a body");
    body.append_child(&root).expect("a place");
    root
}

fn user(name: &str) -> User {
    User {
        uid: name.to_owned(),
        username: name.to_owned(),
        email: String::new(),
        kind: None,
        avatar: None,
    }
}

/// What another tab says.
fn another_tab(message: &serde_json::Value) {
    let channel = BroadcastChannel::new(&format!("russell.session{}", paths::base()));
    let channel = channel.expect("a channel");
    channel
        .post_message(&message.to_string().into())
        .expect("a message");
    channel.close();
}

/// Adds an upload of one file.
fn upload(uploads: Uploads) {
    let text = Array::of1(&"x".into());
    let picked = Picked {
        chosen: vec![Chosen {
            path: "a".to_owned(),
            size: 1,
            modified: 0,
        }],
        files: vec![File::new_with_str_sequence(&text, "a").expect("a file")],
        ..Picked::default()
    };
    let selection = select(
        &picked.chosen,
        &picked.folders,
        &Ignore::parse(""),
        Wishes::default(),
    );
    let target = Target {
        kind: ModuleType::Code,
        id: "8e".to_owned(),
        owner: "alice".to_owned(),
        name: "iris".to_owned(),
    };
    uploads
        .add(target, &picked, &selection, None, "")
        .expect("an upload");
}

#[wasm_bindgen_test]
async fn after_signing_out_nothing_private_stays() {
    let root = place();
    let asked = Rc::new(Cell::new(0));
    let queue = Rc::new(Cell::new(None));
    let mounted = mount_to(root.clone().unchecked_into(), {
        let (asked, queue) = (Rc::clone(&asked), Rc::clone(&queue));
        move || {
            provide_context(init_i18n_subcontext::<Locale>(None));
            let session = provide_session();
            provide_uploads();
            queue.set(Some(use_uploads()));
            let shown = load(move || {
                asked.set(asked.get() + 1);
                let name = session
                    .get_untracked()
                    .account()
                    .map(|a| a.user.uid.clone());
                async move { name.ok_or(ClientError::Http { status: 404 }) }
            });
            view! { <Async load=shown view=|name| view! { <p>"secret of "{name}</p> }.into_any()/> }
        }
    });
    let text = || root.text_content().unwrap_or_default();
    let account = Account {
        token: "t".to_owned(),
        user: user("alice"),
        until: Time::from_millis(js_sys::Date::now() as i64 + 60_000),
        from_link: false,
    };
    another_tab(&json!({ "grant": account }));
    until("a secret", || text().contains("secret of alice")).await;
    let uploads = queue.get().expect("a queue");
    upload(uploads);
    let sent = move || uploads.list().with_untracked(Vec::len);
    assert_eq!(sent(), 1);
    another_tab(&json!("signed_out"));
    until("no upload", || sent() == 0).await;
    until("no secret", || !text().contains("secret")).await;
    until("another question", || asked.get() == 2).await;
    drop(mounted);
    root.remove();
}

#[wasm_bindgen_test]
async fn a_dialog_that_must_be_answered_comes_back() {
    let root = place();
    let open = ArcRwSignal::new(true);
    let mounted = mount_to(root.clone().unchecked_into(), {
        let open = RwSignal::from(open.clone());
        move || {
            provide_context(init_i18n_subcontext::<Locale>(None));
            view! { <Dialog open title="?" must_answer=true>"!"</Dialog> }
        }
    });
    let found = root.query_selector("dialog").expect("a query");
    let dialog: HtmlDialogElement = found.expect("a dialog").unchecked_into();
    until("open", || dialog.open()).await;
    // What a second Esc does, whatever the page says to the first.
    dialog.close();
    until("open again", || dialog.open()).await;
    open.set(false);
    until("answered", || !dialog.open()).await;
    drop(mounted);
    root.remove();
}
