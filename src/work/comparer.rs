//! The worker that compares, in a browser: it reads the user's files piece by piece and hashes them.

use super::compare::{Desk, FromComparer, ToComparer};
use super::digest::{AT_ONCE, md5_of};
use super::side::Page;
use super::{Browser, Transport as _};
use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures::stream::StreamExt;
use js_sys::{Array, Uint8Array};
use leptos::web_sys::File;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

/// What a worker that compares is called.
pub const COMPARER: &str = "compare";
/// Longest time between two reports, in milliseconds, as long as there is something to tell.
const REPORT_MS: f64 = 100.0;
/// Most files in a report.
const REPORT_FILES: usize = 256;

/// In the worker's program: begins to compare if that is what this worker is for.
pub fn serve_comparison() -> bool {
    let Some(page) = Page::of(COMPARER) else {
        return false;
    };
    let (put, files) = mpsc::unbounded();
    let serving = Rc::new(Serving {
        page: Rc::clone(&page),
        desk: RefCell::new(Desk::default()),
        report: RefCell::new(Report::default()),
        put,
    });
    spawn_local(read_all(Rc::clone(&serving), files));
    page.hear(move |message, beside| serving.hear(message, &beside));
    true
}

struct Serving {
    page: Rc<Page>,
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
        self.page.say(message, &Array::new());
    }

    fn hear(&self, message: Option<ToComparer>, beside: &Array) {
        match message {
            Some(ToComparer::Base) => {
                let bytes = Uint8Array::new(&beside.get(0)).to_vec();
                let (said, desk) = Desk::open(&String::from_utf8_lossy(&bytes));
                if let Some(desk) = desk {
                    self.desk.replace(desk);
                }
                self.say(&said);
            }
            Some(ToComparer::List(files)) => {
                let said = self.desk.borrow_mut().list(&files);
                self.say(&said);
            }
            Some(ToComparer::End) => self.say(&self.desk.borrow().end()),
            Some(ToComparer::Read(numbers)) => {
                self.report.borrow_mut().open += numbers.len();
                for (number, file) in numbers.into_iter().zip(beside.iter()) {
                    // Read by the loop that lives as long as this.
                    let _ = self.put.unbounded_send((number, file.unchecked_into()));
                }
            }
            None => self.say(&FromComparer::Failed),
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
