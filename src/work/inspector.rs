//! The worker that looks into a file, in a browser. The page reads the bytes, because the page knows the session.

use super::inspect::{Desk, ToInspector};
use super::side::Page;
use js_sys::{Array, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;

/// What a worker that looks into a file is called.
pub const INSPECTOR: &str = "inspect";

/// In the worker's program: begins to look into a file if that is what this worker is for.
pub fn serve_inspection() -> bool {
    let Some(page) = Page::of(INSPECTOR) else {
        return false;
    };
    let desk = RefCell::new(Desk::default());
    let answers = Rc::clone(&page);
    page.hear(move |message: Option<ToInspector>, beside| {
        let bytes = match message {
            Some(ToInspector::Bytes) => Uint8Array::new(&beside.get(0)).to_vec(),
            _ => Vec::new(),
        };
        let reply = message.and_then(|message| desk.borrow_mut().hear(message, bytes));
        if let Some(reply) = reply {
            answers.say(&reply, &Array::new());
        }
    });
    true
}
