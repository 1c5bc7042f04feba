//! The worker that compares, in a browser: it reads the user's files piece by piece and hashes them, off the page's
//! thread. A message is a list: its text, and a list of what travels beside it.

use super::compare::{Desk, FromComparer, ToComparer};
use super::spawn::worker_address;
use super::{Browser, Transport as _};
use crate::json;
use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures::stream::StreamExt;
use js_sys::{Array, ArrayBuffer, Promise, Uint8Array};
use leptos::web_sys::{
    DedicatedWorkerGlobalScope, File, MessageEvent, Worker, WorkerOptions, WorkerType,
};
use md5::{Digest, Md5};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// What a worker that compares is called; the other ones follow logs.
const NAME: &str = "compare";
/// How much of a file is read at once, in bytes.
const PIECE_BYTES: f64 = 1024.0 * 1024.0;
/// Files that are read at the same time: what a small one costs is waiting.
const AT_ONCE: usize = 16;
/// Longest time between two reports, in milliseconds, as long as there is something to tell.
const REPORT_MS: f64 = 100.0;
/// Most files in a report.
const REPORT_FILES: usize = 256;

/// A worker that compares; it ends when this is dropped.
pub struct Comparer {
    worker: Worker,
    said: UnboundedReceiver<FromComparer>,
    _listeners: [Closure<dyn Fn(JsValue)>; 2],
}

impl Comparer {
    /// Starts one. `None` when it cannot be started; one that fails later says nothing more.
    pub fn start() -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(NAME);
        let worker = Worker::new_with_options(&worker_address()?, &options).ok()?;
        let (say, said) = mpsc::unbounded();
        let failed = say.clone();
        let on_message = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let text = event.unchecked_into::<MessageEvent>().data().as_string();
            let message = text.and_then(|text| json::read(&text).ok());
            // Nobody listens any more when the comparison was given up.
            let _ = say.unbounded_send(message.unwrap_or(FromComparer::Failed));
        });
        let on_error = Closure::<dyn Fn(JsValue)>::new(move |_| {
            let _ = failed.unbounded_send(FromComparer::Failed);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self {
            worker,
            said,
            _listeners: [on_message, on_error],
        })
    }

    /// Hands over an answer, of which the page keeps nothing.
    pub fn base(&self, answer: &ArrayBuffer) {
        let beside = Array::of1(answer);
        let message = packed(&ToComparer::Base, &beside);
        // What cannot be sent is not answered either, and the upload does without.
        let _ = self.worker.post_message_with_transfer(&message, &beside);
    }

    /// Says something, with files beside it.
    pub fn say(&self, message: &ToComparer, files: &Array) {
        let _ = self.worker.post_message(&packed(message, files));
    }

    /// The next thing it says.
    pub async fn next(&mut self) -> FromComparer {
        self.said.next().await.unwrap_or(FromComparer::Failed)
    }
}

impl Drop for Comparer {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// In the worker's program: begins to compare if that is what this worker is for.
pub fn serve_comparison() -> bool {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return false;
    };
    if scope.name() != NAME {
        return false;
    }
    let (put, files) = mpsc::unbounded();
    let serving = Rc::new(Serving {
        scope,
        desk: RefCell::new(Desk::default()),
        report: RefCell::new(Report::default()),
        put,
    });
    spawn_local(read_all(Rc::clone(&serving), files));
    let hear = Closure::<dyn Fn(MessageEvent)>::new({
        let serving = Rc::clone(&serving);
        move |event: MessageEvent| serving.hear(event.data().unchecked_into())
    });
    serving
        .scope
        .set_onmessage(Some(hear.as_ref().unchecked_ref()));
    // It listens until the page ends it.
    hear.forget();
    serving.say(&FromComparer::Ready);
    true
}

struct Serving {
    scope: DedicatedWorkerGlobalScope,
    desk: RefCell<Desk>,
    report: RefCell<Report>,
    put: UnboundedSender<(u32, File)>,
}

/// What the page is not told yet.
#[derive(Default)]
struct Report {
    files: Vec<(u32, Option<String>)>,
    bytes: u64,
    /// Files that have not been read to their ends.
    open: usize,
    last: f64,
}

impl Serving {
    fn say(&self, message: &FromComparer) {
        if let Ok(text) = serde_json::to_string(message) {
            // A page that is gone has ended this worker.
            let _ = self.scope.post_message(&text.into());
        }
    }

    fn hear(&self, message: Array) {
        let beside: Array = message.get(1).unchecked_into();
        let text = message.get(0).as_string().unwrap_or_default();
        match json::read(&text) {
            Ok(ToComparer::Base) => {
                let bytes = Uint8Array::new(&beside.get(0)).to_vec();
                let (said, desk) = Desk::open(&String::from_utf8_lossy(&bytes));
                if let Some(desk) = desk {
                    self.desk.replace(desk);
                }
                self.say(&said);
            }
            Ok(ToComparer::List(files)) => {
                let said = self.desk.borrow_mut().list(&files);
                self.say(&said);
            }
            Ok(ToComparer::End) => self.say(&self.desk.borrow().end()),
            Ok(ToComparer::Read(numbers)) => {
                self.report.borrow_mut().open += numbers.len();
                for (number, file) in numbers.into_iter().zip(beside.iter()) {
                    // Read by the loop that lives as long as this.
                    let _ = self.put.unbounded_send((number, file.unchecked_into()));
                }
            }
            Err(_) => self.say(&FromComparer::Failed),
        }
    }

    fn note(&self, note: impl FnOnce(&mut Report)) {
        let mut report = self.report.borrow_mut();
        note(&mut report);
        let now = Browser.now();
        let due = report.open == 0
            || report.files.len() >= REPORT_FILES
            || now - report.last >= REPORT_MS;
        if due {
            report.last = now;
            let message = FromComparer::Read {
                files: std::mem::take(&mut report.files),
                bytes: std::mem::take(&mut report.bytes),
            };
            self.say(&message);
        }
    }
}

/// Reads and judges files as they come.
async fn read_all(serving: Rc<Serving>, files: UnboundedReceiver<(u32, File)>) {
    let judged = files.map(|(number, file)| {
        let serving = &serving;
        async move {
            let tell = |bytes| serving.note(|report| report.bytes += bytes);
            let md5 = md5_of(&file, tell).await.ok();
            let found = serving.desk.borrow().judge(number, md5);
            serving.note(|report| {
                report.open -= 1;
                report.files.push((number, found));
            });
        }
    });
    judged
        .buffer_unordered(AT_ONCE)
        .for_each(|()| std::future::ready(()))
        .await;
}

/// The MD5 of a file's content. The next piece is fetched while one is hashed.
async fn md5_of(file: &File, tell: impl Fn(u64)) -> Result<u128, JsValue> {
    let size = file.size();
    let piece = |from: f64| -> Result<Promise, JsValue> {
        let to = (from + PIECE_BYTES).min(size);
        Ok(file.slice_with_f64_and_f64(from, to)?.array_buffer())
    };
    let mut hash = Md5::new();
    let mut from = 0.0;
    let mut next = Some(piece(from)?);
    while let Some(asked) = next.take() {
        let bytes = Uint8Array::new(&JsFuture::from(asked).await?);
        from += PIECE_BYTES;
        if from < size {
            next = Some(piece(from)?);
        }
        hash.update(bytes.to_vec());
        tell(u64::from(bytes.length()));
    }
    Ok(u128::from_be_bytes(hash.finalize().into()))
}

fn packed(message: &impl Serialize, beside: &Array) -> Array {
    // The messages have neither maps with odd keys nor failing serializers.
    let text = serde_json::to_string(message).unwrap_or_default();
    Array::of2(&text.into(), beside)
}
