//! Which tab has an upload: a lock of the browser, which goes with its tab however that ends. Where there are none (pages
//! without TLS), tabs do not know of each other, and the server lets only one of them send.

use crate::untyped::{call, get, set};
use futures::channel::oneshot;
use js_sys::{Object, Promise};
use leptos::prelude::window;
use leptos::wasm_bindgen::JsValue;
use std::cell::RefCell;
use wasm_bindgen::closure::Closure;

/// Takes an upload that is new. Nobody else can know of it.
pub fn hold(id: &str) {
    drop(ask(id));
}

/// Takes an upload for as long as this page lives; false when another tab has it, or this one.
pub async fn take(id: &str) -> bool {
    match ask(id) {
        Some(answer) => answer.await.unwrap_or(true),
        None => true,
    }
}

/// Whether the lock could be had, soon.
fn ask(id: &str) -> Option<oneshot::Receiver<bool>> {
    let options = Object::new();
    set(&options, "ifAvailable", &JsValue::TRUE);
    let (tell, answer) = oneshot::channel();
    let tell = RefCell::new(Some(tell));
    let granted = Closure::<dyn Fn(JsValue) -> JsValue>::new(move |lock: JsValue| {
        let has = !lock.is_null();
        if let Some(tell) = tell.take() {
            // Whoever holds a new one does not listen.
            let _ = tell.send(has);
        }
        match has {
            // The lock is held until this promise ends, which it does with the page.
            true => Promise::new(&mut |_, _| {}).into(),
            false => JsValue::UNDEFINED,
        }
    });
    let name = format!("russell.upload.{id}");
    let locks = get(&window().navigator(), "locks");
    let with = [name.into(), options.into(), granted.as_ref().clone()];
    call(&locks, "request", &with)?;
    // Called when the lock is there, once.
    granted.forget();
    Some(answer)
}
