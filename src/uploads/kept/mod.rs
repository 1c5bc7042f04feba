//! What is remembered of uploads beyond their page, so that they go on after a reload or a closed browser: what they
//! make, which files, and what the server called them. The files themselves stay on the disk: where the browser has handles of
//! them these are kept too, elsewhere the files are chosen again.

mod again;
mod lock;
mod restore;
mod store;

pub use again::{Again, Files, Missing};
pub use restore::restore;

use super::browser::random;
use super::queue::Target;
use api::upload::{NewUpload, UploadCreated};
use futures::lock::Mutex;
use js_sys::Promise;
use leptos::prelude::window;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// What is remembered of an upload, but for its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Tells it from all others of this browser.
    pub id: String,
    /// Id of the user whose it is.
    pub uid: String,
    /// What it makes a version of.
    pub target: Target,
    /// Whether a folder was chosen, not single files.
    pub folder: bool,
    /// Files that the server unpacks: their places in the announcement, which does not tell their names, and these.
    pub archives: Vec<(usize, String)>,
    /// The server's answer, once it was asked to take it.
    pub created: Option<UploadCreated>,
}

/// What is remembered of an open upload. A browser that keeps nothing costs the memory, not the upload.
#[derive(Debug)]
pub struct Memory {
    head: RefCell<Head>,
    /// Handles of what was chosen.
    roots: Vec<JsValue>,
    over: Cell<bool>,
    /// One after the other, so that what is written last is what stays.
    turn: Mutex<()>,
}

impl Memory {
    /// Of an upload of this tab, which other tabs leave alone from now on.
    pub fn new(
        uid: String,
        target: Target,
        folder: bool,
        archives: Vec<(usize, String)>,
        roots: Vec<JsValue>,
    ) -> Rc<Self> {
        let random = [(); 4].map(|()| format!("{:08x}", random()));
        let id = random.concat();
        lock::hold(&id);
        let head = Head {
            id,
            uid,
            target,
            folder,
            archives,
            created: None,
        };
        Self::held(head, roots)
    }

    /// Of one that this tab holds already.
    fn held(head: Head, roots: Vec<JsValue>) -> Rc<Self> {
        Rc::new(Self {
            head: RefCell::new(head),
            roots,
            over: Cell::new(false),
            turn: Mutex::new(()),
        })
    }

    /// Which upload it is of.
    pub fn id(&self) -> String {
        self.head.borrow().id.clone()
    }

    /// Remembers what is announced, or is to be.
    pub fn remember(self: &Rc<Self>, new: &NewUpload) {
        self.head.borrow_mut().created = None;
        // The wire types have neither maps with odd keys nor failing serializers.
        let request = serde_json::to_string(new).unwrap_or_default();
        self.write(Some(request));
    }

    /// Remembers the server's answer.
    pub fn created(self: &Rc<Self>, created: &UploadCreated) {
        self.head.borrow_mut().created = Some(created.clone());
        self.write(None);
    }

    /// Remembers nothing of it any more.
    pub fn drop_record(self: &Rc<Self>) {
        self.over.set(true);
        let this = Rc::clone(self);
        spawn_local(async move {
            let _turn = this.turn.lock().await;
            store::remove(&this.id()).await;
        });
    }

    fn write(self: &Rc<Self>, request: Option<String>) {
        let this = Rc::clone(self);
        spawn_local(async move {
            let _turn = this.turn.lock().await;
            if !this.over.get() {
                let head = this.head.borrow().clone();
                // Without it the upload does not outlive its page, as in a browser that keeps nothing.
                let _ = store::put(&head, request.as_deref(), &this.roots).await;
            }
        });
    }
}

/// Whether there may be uploads that another page has begun: `public/boot.js` has looked.
pub async fn is_any() -> bool {
    let asked = Promise::resolve(&crate::untyped::get(&window(), "russellUploads"));
    JsFuture::from(asked).await.is_ok_and(|any| any.is_truthy())
}
