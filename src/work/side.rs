//! Workers that read the user's files, off the page's thread, in a browser: what a message is, and both of its ends. A message is
//! a list: its text, and a list of what travels beside it.

use super::spawn::worker_address;
use crate::json;
use futures::channel::mpsc::{self, UnboundedReceiver};
use futures::stream::StreamExt;
use js_sys::Array;
use leptos::web_sys::{
    DedicatedWorkerGlobalScope, MessageEvent, Worker, WorkerOptions, WorkerType,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// A worker, from the page; it ends when this is dropped.
#[derive(Debug)]
pub struct Side {
    worker: Worker,
    _listeners: [Closure<dyn Fn(JsValue)>; 2],
}

/// What a worker says, until it fails.
#[derive(Debug)]
pub struct Said(UnboundedReceiver<(String, Array)>);

impl Side {
    /// Starts one of this name, and waits until it listens. `None` when it cannot be started.
    pub async fn start(name: &str) -> Option<(Self, Said)> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(name);
        let worker = Worker::new_with_options(&worker_address()?, &options).ok()?;
        let (say, said) = mpsc::unbounded();
        let failed = say.clone();
        let on_message = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            // Nobody listens any more when the work was given up.
            let _ = say.unbounded_send(unpacked(&event.unchecked_into()));
        });
        let on_error = Closure::<dyn Fn(JsValue)>::new(move |_| failed.close_channel());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let side = Self {
            worker,
            _listeners: [on_message, on_error],
        };
        let mut said = Said(said);
        said.next::<()>().await?;
        Some((side, said))
    }

    /// Says something, with files beside it.
    pub fn say(&self, message: &impl Serialize, beside: &Array) {
        // What cannot be sent is not answered either, and the upload does without.
        let _ = self.worker.post_message(&packed(message, beside));
    }

    /// Says something and hands over what is beside it: the page keeps nothing of that.
    pub fn give(&self, message: &impl Serialize, beside: &Array) {
        let message = packed(message, beside);
        let _ = self.worker.post_message_with_transfer(&message, beside);
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Said {
    /// The next thing, and what is beside it. `None` when the worker failed or says what nobody understands.
    pub async fn next<T: DeserializeOwned>(&mut self) -> Option<(T, Array)> {
        let (text, beside) = self.0.next().await?;
        Some((json::read(&text).ok()?, beside))
    }
}

/// The page, from a worker.
#[derive(Debug)]
pub struct Page(DedicatedWorkerGlobalScope);

impl Page {
    /// In the worker's program: the page, if this worker has that name.
    pub fn of(name: &str) -> Option<Rc<Self>> {
        let scope = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>();
        let scope = scope.ok().filter(|scope| scope.name() == name)?;
        Some(Rc::new(Self(scope)))
    }

    /// Hears what the page says until it ends this worker, and tells it so. `None`: nobody understands that.
    pub fn hear<T: DeserializeOwned>(&self, hear: impl Fn(Option<T>, Array) + 'static) {
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let (text, beside) = unpacked(&event);
            hear(json::read(&text).ok(), beside);
        });
        self.0.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
        self.say(&(), &Array::new());
    }

    /// Says something, with things beside it.
    pub fn say(&self, message: &impl Serialize, beside: &Array) {
        // A page that is gone has ended this worker.
        let _ = self.0.post_message(&packed(message, beside));
    }
}

fn packed(message: &impl Serialize, beside: &Array) -> Array {
    // The messages have neither maps with odd keys nor failing serializers.
    let text = serde_json::to_string(message).unwrap_or_default();
    Array::of2(&text.into(), beside)
}

fn unpacked(event: &MessageEvent) -> (String, Array) {
    let message: Array = event.data().unchecked_into();
    let text = message.get(0).as_string().unwrap_or_default();
    (text, message.get(1).unchecked_into())
}
