//! The worker that sends small files and hashes what is sent, in a browser.
//!
//! A form of untouched files is what browsers send fastest by far: they hand the files to the network without reading them here.
//! Not on the page's thread: to put a file into a request takes a call that waits for the browser.

use super::digest::md5_of;
use super::outbox::{FromSender, Ledger, ToSender};
use super::side::Page;
use crate::client::transfer::{Outcome, Patch, transfer};
use futures::future::{AbortHandle, abortable};
use js_sys::{Array, Uint8Array};
use leptos::web_sys::{File, FormData};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

/// What a worker that sends is called.
pub const SENDER: &str = "send";

/// In the worker's program: begins to send if that is what this worker is for.
pub fn serve_sending() -> bool {
    let Some(page) = Page::of(SENDER) else {
        return false;
    };
    let sending = Rc::new(Sending {
        page: Rc::clone(&page),
        ledger: RefCell::new(Ledger::default()),
        open: RefCell::new(HashMap::new()),
    });
    page.hear(move |message, beside| sending.hear(message, beside));
    true
}

struct Sending {
    page: Rc<Page>,
    ledger: RefCell<Ledger>,
    /// Requests that are under way, by pack.
    open: RefCell<HashMap<u32, AbortHandle>>,
}

impl Sending {
    fn hear(self: &Rc<Self>, message: Option<ToSender>, beside: Array) {
        let this = Rc::clone(self);
        match message {
            Some(ToSender::Send { pack, patch, sizes }) => {
                let (sent, stop) = abortable(send(patch, sizes, beside, {
                    let page = Rc::clone(&self.page);
                    move |part| page.say(&FromSender::Left(pack, part), &Array::new())
                }));
                self.open.borrow_mut().insert(pack, stop);
                spawn_local(async move {
                    let outcome = sent.await;
                    this.open.borrow_mut().remove(&pack);
                    // Of one that was stopped nobody wants to hear.
                    if let Ok(outcome) = outcome {
                        this.say(&FromSender::Settled(pack, outcome));
                    }
                });
            }
            Some(ToSender::Stop(pack)) => {
                if let Some(stop) = self.open.borrow_mut().remove(&pack) {
                    stop.abort();
                }
            }
            Some(ToSender::Hash(file)) => spawn_local(async move {
                let content: File = beside.get(0).unchecked_into();
                if let Ok(md5) = md5_of(&content, |_| {}).await {
                    this.ledger.borrow_mut().note(file, md5);
                }
                this.say(&FromSender::Hashed(file));
            }),
            Some(ToSender::Sent(files)) => {
                let said = self.ledger.borrow_mut().sent(files);
                self.say(&said);
            }
            Some(ToSender::Check) => {
                let answer = Uint8Array::new(&beside.get(0)).to_vec();
                let said = self
                    .ledger
                    .borrow()
                    .check(&String::from_utf8_lossy(&answer));
                self.say(&said);
            }
            None => self.say(&FromSender::Checked(None)),
        }
    }

    fn say(&self, message: &FromSender) {
        self.page.say(message, &Array::new());
    }
}

/// Sends files as the parts of a form, each named after its length.
async fn send(
    patch: Patch,
    sizes: Vec<u64>,
    files: Array,
    left: impl Fn(f64) + 'static,
) -> Outcome {
    let form = || -> Result<FormData, JsValue> {
        let form = FormData::new()?;
        for (file, size) in files.iter().zip(&sizes) {
            // Without a short name a file's own would travel along.
            form.append_with_blob_and_filename(&size.to_string(), file.unchecked_ref(), "f")?;
        }
        Ok(form)
    };
    let Ok(form) = form() else {
        return Outcome::Impossible;
    };
    transfer(
        &patch,
        |xhr| xhr.send_with_opt_form_data(Some(&form)),
        move |sent, all| left(sent / all.max(1.0)),
    )
    .await
}
