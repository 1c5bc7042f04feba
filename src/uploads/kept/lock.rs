//! Which tab has an upload: a lock of the browser, which goes with its tab however that ends. Where there are none (pages
//! without TLS), tabs do not know of each other, and the server lets only one of them send.

use futures::channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast, JsValue};
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

/// Whether the lock could be had, soon. web-sys has the interface among its unstable ones.
fn ask(id: &str) -> Option<oneshot::Receiver<bool>> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).ok()?;
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
    request
        .call3(&locks, &name.into(), &options, granted.as_ref())
        .ok()?;
    // Called when the lock is there, once.
    granted.forget();
    Some(answer)
}
