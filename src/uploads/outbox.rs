//! Small files are sent, and everything that is sent is hashed, by a worker. The page only says which files.

use super::kept::Files;
use crate::client;
use crate::client::transfer::{Outcome, Patch};
use crate::work::{Check, FromSender, SENDER, Said, Side, ToSender};
use api::upload::{NewUpload, UploadCreated};
use engine::plan::Request;
use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures::channel::oneshot;
use futures::future::{FutureExt, LocalBoxFuture, Shared};
use futures::lock::Mutex;
use futures::stream::StreamExt;
use js_sys::{Array, ArrayBuffer};
use leptos::task::spawn_local;
use leptos::web_sys::File;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Files that are listed in one message.
const LIST_FILES: usize = 1_000;
/// Files that are hashed at the same time.
const HASH_FILES: usize = 16;

/// Hears what part of a pack has left.
type Progress = Box<dyn Fn(f64)>;
type Open = Rc<RefCell<HashMap<u32, (Progress, oneshot::Sender<Outcome>)>>>;
type Started = Shared<LocalBoxFuture<'static, Option<Rc<Sender>>>>;

/// What sends and hashes the files of one upload.
pub struct Outbox {
    files: Files,
    worker: RefCell<Option<Started>>,
    /// Files whose hashing has been asked for.
    hashed: RefCell<HashSet<u32>>,
}

impl Outbox {
    /// Of these files, in the order of the upload.
    pub fn new(files: Files) -> Self {
        Self {
            files,
            worker: RefCell::new(None),
            hashed: RefCell::new(HashSet::new()),
        }
    }

    /// The files, in the order of the upload. Those that are sent are all there.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Sends a pack; `progress` hears how many of its bytes have left. Dropping the future ends the request. None when no worker
    /// can be had.
    pub async fn send(
        &self,
        patch: &Patch,
        request: &Request,
        progress: impl Fn(u64) + 'static,
    ) -> Option<Outcome> {
        let worker = self.worker().await?;
        let files: Option<Array> = {
            let files = self.files.borrow();
            let parts = request.parts.iter();
            parts.map(|part| files[part.file].clone()).collect()
        };
        let sizes = request.parts.iter().map(|part| part.to).collect();
        let bytes = request.bytes as f64;
        let progress = Box::new(move |part: f64| progress((part * bytes) as u64));
        worker.send(patch.clone(), sizes, &files?, progress).await
    }

    /// The worker, which is started when it is needed first.
    fn worker(&self) -> Started {
        let start = || Sender::start().boxed_local().shared();
        self.worker.borrow_mut().get_or_insert_with(start).clone()
    }

    /// Hashes a file while it is sent, or after.
    pub fn hash(&self, file: usize) {
        let content = self.files.borrow()[file].clone();
        if let Some(content) = content
            && self.hashed.borrow_mut().insert(file as u32)
        {
            let worker = self.worker();
            spawn_local(async move {
                if let Some(worker) = worker.await {
                    worker.hash(file as u32, &content);
                }
            });
        }
    }

    /// Compares what the server stored with what was read here: what has not been read yet, since it was sent by reference or
    /// by another page, is read now. `None` when it cannot be told.
    pub async fn check(&self, new: &NewUpload, created: &UploadCreated) -> Option<Check> {
        let worker = self.worker().await?;
        // What is unpacked there is not what was read here, and what is kept was compared before.
        let sent = |at: &usize| {
            let file = &new.files[*at];
            file.size > 0 && file.kept.is_none() && !file.unpack
        };
        let sent: Vec<usize> = (0..new.files.len()).filter(sent).collect();
        let mut lacking = Vec::new();
        let mut open = self.hashed.borrow().clone();
        for some in sent.chunks(LIST_FILES) {
            let file = |at: &usize| {
                let file = &new.files[*at];
                (*at as u32, file.path.clone(), file.size)
            };
            worker.say(&ToSender::Sent(some.iter().map(file).collect()));
            lacking.extend(worker.lacking(&mut open).await?);
        }
        for file in lacking {
            while open.len() >= HASH_FILES {
                worker.hashed(&mut open).await?;
            }
            if self.hashed.borrow_mut().insert(file) {
                let content = self.files.borrow()[file as usize].clone()?;
                worker.hash(file, &content);
                open.insert(file);
            }
        }
        while !open.is_empty() {
            worker.hashed(&mut open).await?;
        }
        let answer = client::modules::filehash(new.module_type, &new.entity_id).await;
        worker.check(&answer.ok()?, &created.module_id).await
    }
}

/// The worker.
struct Sender {
    side: Side,
    packs: Cell<u32>,
    open: Open,
    /// What is said beside packs.
    said: Mutex<UnboundedReceiver<FromSender>>,
}

/// A request of the worker that ends with its handle.
struct Running<'a>(&'a Sender, u32);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if self.0.open.borrow_mut().remove(&self.1).is_some() {
            self.0.say(&ToSender::Stop(self.1));
        }
    }
}

impl Sender {
    async fn start() -> Option<Rc<Self>> {
        let (side, said) = Side::start(SENDER).await?;
        let (open, (say, heard)) = (Open::default(), mpsc::unbounded());
        spawn_local(hear(said, Rc::clone(&open), say));
        Some(Rc::new(Self {
            side,
            packs: Cell::new(0),
            open,
            said: Mutex::new(heard),
        }))
    }

    fn say(&self, message: &ToSender) {
        self.side.say(message, &Array::new());
    }

    async fn send(
        &self,
        patch: Patch,
        sizes: Vec<u64>,
        files: &Array,
        progress: Progress,
    ) -> Option<Outcome> {
        let pack = self.packs.get();
        self.packs.set(pack.wrapping_add(1));
        let (done, settled) = oneshot::channel();
        self.open.borrow_mut().insert(pack, (progress, done));
        let _running = Running(self, pack);
        let message = ToSender::Send { pack, patch, sizes };
        self.side.say(&message, files);
        settled.await.ok()
    }

    fn hash(&self, file: u32, content: &File) {
        self.side.say(&ToSender::Hash(file), &Array::of1(content));
    }

    async fn next(&self) -> Option<FromSender> {
        self.said.lock().await.next().await
    }

    /// Waits for one of the files that are being hashed.
    async fn hashed(&self, open: &mut HashSet<u32>) -> Option<()> {
        if let FromSender::Hashed(file) = self.next().await? {
            open.remove(&file);
        }
        Some(())
    }

    /// Waits until it is told which files have not been hashed.
    async fn lacking(&self, open: &mut HashSet<u32>) -> Option<Vec<u32>> {
        loop {
            match self.next().await? {
                FromSender::Lacking(files) => return Some(files),
                FromSender::Hashed(file) => drop(open.remove(&file)),
                _ => return None,
            }
        }
    }

    async fn check(&self, answer: &ArrayBuffer, version: &str) -> Option<Check> {
        self.side.give(&ToSender::Check, &Array::of1(answer));
        match self.next().await? {
            // Another version may have been made meanwhile.
            FromSender::Checked(check) => check.filter(|check| check.version == version),
            _ => None,
        }
    }
}

/// Hands on what the worker says. When it fails, nobody waits any more.
async fn hear(mut said: Said, open: Open, say: UnboundedSender<FromSender>) {
    while let Some((message, _)) = said.next().await {
        match message {
            FromSender::Left(pack, part) => {
                if let Some((progress, _)) = open.borrow().get(&pack) {
                    progress(part);
                }
            }
            FromSender::Settled(pack, outcome) => {
                if let Some((_, done)) = open.borrow_mut().remove(&pack) {
                    // Nobody waits any more when the request was dropped.
                    let _ = done.send(outcome);
                }
            }
            // The upload may have ended.
            other => drop(say.unbounded_send(other)),
        }
    }
    open.borrow_mut().clear();
}
