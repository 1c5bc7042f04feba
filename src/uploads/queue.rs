//! The uploads of this tab: above the pages, so that they go on while the user moves through the app.

use super::browser::Browser;
use super::compare::Comparison;
use super::kept::{Again, Memory};
use super::outbox::Outbox;
use super::pick::Picked;
use super::rate::Rate;
use super::run::{Event, Job, Made, Trouble, Work};
use super::selection::Selection;
use crate::client::ClientError;
use crate::session::{self, Session, SessionHandle, use_session};
use api::module::ModuleType;
use api::upload::UploadFile;
use engine::plan::Plan;
use futures::future::{AbortHandle, abortable};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::rc::Rc;

/// Uploads that send at the same time; more only share the same line.
const AT_ONCE: usize = 2;

/// What an upload makes a version of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Code of a project or data of a dataset.
    pub kind: ModuleType,
    /// Id of the project or dataset.
    pub id: String,
    /// Name of the owner.
    pub owner: String,
    /// Name of the project or dataset.
    pub name: String,
}

/// How an upload stands.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Waits for others.
    Queued,
    /// The server is asked to take it.
    Starting,
    /// Bytes are leaving.
    Sending,
    /// All bytes have left, the server writes and checks.
    Finishing,
    /// Something failed that may pass.
    Waiting {
        /// Seconds until it is tried again.
        seconds: u32,
        /// What failed.
        error: ClientError,
    },
    /// The user paused it.
    Paused,
    /// Another page has begun it: its files have to be chosen again.
    Lost,
    /// The version is there.
    Done(Made),
    /// It cannot go on by itself.
    Failed(Trouble),
}

impl State {
    /// Whether it takes one of the places.
    fn is_running(&self) -> bool {
        matches!(
            self,
            Self::Starting | Self::Sending | Self::Finishing | Self::Waiting { .. }
        )
    }

    /// Whether bytes would be lost with the page.
    fn is_open(&self) -> bool {
        !matches!(self, Self::Lost | Self::Done(_) | Self::Failed(_))
    }

    /// Whether it can be paused.
    pub fn can_pause(&self) -> bool {
        matches!(self, Self::Queued) || (self.is_running() && *self != Self::Finishing)
    }

    /// Whether it can be given up.
    pub fn can_cancel(&self) -> bool {
        (self.is_open() && *self != Self::Finishing) || *self == Self::Lost
    }
}

/// How an upload that another page has begun was found.
pub struct Found {
    /// What it makes a version of.
    pub target: Target,
    /// Files in it.
    pub files: usize,
    /// Bytes that are sent.
    pub bytes: u64,
    /// How it stands.
    pub state: State,
    /// Bytes that the server has.
    pub sent: u64,
}

/// An upload.
#[derive(Clone)]
pub struct Upload {
    /// Tells it from the others of this tab.
    pub key: u32,
    /// What it makes a version of.
    pub target: Target,
    /// Files in it.
    pub files: usize,
    /// Bytes that are sent: of all files but those that are kept.
    pub bytes: ArcRwSignal<u64>,
    /// How it stands.
    pub state: ArcRwSignal<State>,
    /// Bytes that have left.
    pub sent: ArcRwSignal<u64>,
    /// How fast it is.
    pub rate: ArcRwSignal<Rate>,
    inner: SendWrapper<Rc<Inner>>,
}

struct Inner {
    /// What is sent; gone once it is done, with up to 200,000 files.
    work: RefCell<Option<Rc<dyn Job>>>,
    running: RefCell<Option<AbortHandle>>,
}

/// All uploads of this tab; in context.
#[derive(Clone, Copy)]
pub struct Uploads {
    session: SessionHandle,
    list: RwSignal<Vec<Upload>>,
    next: StoredValue<u32>,
    shown: RwSignal<bool>,
}

/// Makes the queue, once, at the app's root, below the session. It warns before a page with open uploads is left, and
/// ends with its user.
pub fn provide_uploads() {
    let session = use_session();
    let uploads = Uploads {
        session,
        list: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
        shown: RwSignal::new(false),
    };
    provide_context(uploads);
    let warning = window_event_listener(ev::beforeunload, move |event| {
        let open = uploads.list.with_untracked(|list| {
            list.iter()
                .any(|upload| upload.state.with_untracked(State::is_open))
        });
        if open {
            event.prevent_default();
        }
    });
    on_cleanup(move || warning.remove());
    let online = window_event_listener(ev::online, move |_| {
        for upload in uploads.list.get_untracked() {
            uploads.retry_now(&upload);
        }
    });
    on_cleanup(move || online.remove());
    Effect::watch(
        move || session.get(),
        move |now, before, _| {
            let uid = |session: &Session| session.user().map(|user| user.uid.clone());
            if session::is_another(before.and_then(uid).as_deref(), uid(now).as_deref()) {
                uploads.clear();
            } else if now.account().is_some() {
                uploads.resume_refused();
            }
        },
        false,
    );
}

/// The queue.
///
/// # Panics
/// Outside the app's root.
pub fn use_uploads() -> Uploads {
    expect_context()
}

impl Uploads {
    /// Makes the shell show the uploads from now on. Nothing of what shows them is part of the first load.
    pub fn show(self) {
        if !self.shown.get_untracked() {
            self.shown.set(true);
        }
    }

    /// Whether there can be any to show.
    pub fn is_shown(self) -> bool {
        self.shown.get()
    }

    /// All uploads, oldest first.
    pub fn list(self) -> Signal<Vec<Upload>> {
        self.list.into()
    }

    /// How many uploads to this project or dataset have ended well; a page that tracks it loads anew with each.
    pub fn finished(self, entity_id: &str) -> usize {
        self.list.with(|list| {
            let done = |upload: &&Upload| {
                upload.target.id == entity_id
                    && upload.state.with(|state| matches!(state, State::Done(_)))
            };
            list.iter().filter(done).count()
        })
    }

    /// Adds an upload, which begins as soon as there is a place. What `comparison` knows to be in an older version
    /// already is not sent. `None` when the sizes are beyond all bounds.
    pub fn add(
        self,
        target: Target,
        picked: &Picked,
        selection: &Selection,
        comparison: Option<&Comparison>,
        remark: &str,
    ) -> Option<Upload> {
        let mut new = selection.request(&picked.chosen, &target.id, target.kind, remark);
        if let Some(comparison) = comparison {
            comparison.keep(&mut new);
        }
        let sizes: Vec<u64> = new.files.iter().map(UploadFile::sent_bytes).collect();
        let plan = Plan::new(&sizes)?;
        let files = selection
            .files
            .iter()
            .map(|(at, _)| Some(picked.files[*at].clone()))
            .collect();
        let user = self
            .session
            .get_untracked()
            .user()
            .map(|user| user.uid.clone());
        let folder = picked.chosen.iter().any(|file| file.path.contains('/'));
        let archives = selection.unpacked(&picked.chosen);
        let memory = Memory::new(
            user.unwrap_or_default(),
            target.clone(),
            folder,
            archives,
            picked.roots.clone(),
        );
        // Otherwise it is announced at once, and remembered with that.
        if self.running() >= AT_ONCE {
            memory.remember(&new);
        }
        let found = Found {
            target,
            files: sizes.len(),
            bytes: plan.bytes(),
            state: State::Queued,
            sent: 0,
        };
        let world = Browser {
            outbox: Rc::new(Outbox::new(Rc::new(RefCell::new(files)))),
            memory,
            again: None,
        };
        let upload = self.upload(found, Rc::new(Work::new(new, plan, world)));
        self.list.update(|list| list.push(upload.clone()));
        self.start_next();
        Some(upload)
    }

    /// Adds an upload that another page has begun.
    pub fn put_back(self, found: Found, work: Rc<dyn Job>) -> Upload {
        let upload = self.upload(found, work);
        self.list.update(|list| list.push(upload.clone()));
        self.start_next();
        upload
    }

    fn upload(self, found: Found, work: Rc<dyn Job>) -> Upload {
        let key = self.next.get_value();
        self.next.set_value(key.wrapping_add(1));
        // Nothing can be done about one that is done.
        let work = Some(work).filter(|_| !matches!(found.state, State::Done(_)));
        Upload {
            key,
            target: found.target,
            files: found.files,
            bytes: ArcRwSignal::new(found.bytes),
            state: ArcRwSignal::new(found.state),
            sent: ArcRwSignal::new(found.sent),
            rate: ArcRwSignal::new(Rate::default()),
            inner: SendWrapper::new(Rc::new(Inner {
                work: RefCell::new(work),
                running: RefCell::new(None),
            })),
        }
    }

    /// Whether this tab has an open upload of this id.
    pub fn has(self, id: &str) -> bool {
        let is = |upload: &Upload| {
            let work = upload.inner.work.borrow();
            work.as_ref().is_some_and(|work| work.id() == id)
        };
        self.list.with_untracked(|list| list.iter().any(is))
    }

    /// Whether the user of this tab has this id.
    pub fn is_of(self, uid: &str) -> bool {
        let session = self.session.get_untracked();
        session.user().is_some_and(|user| user.uid == uid)
    }

    /// Stops sending; the server keeps what it has.
    pub fn pause(self, upload: &Upload) {
        if upload.state.with_untracked(State::can_pause) {
            upload.stop();
            upload.state.set(State::Paused);
            self.start_next();
        }
    }

    /// Goes on with one that is paused or has failed, or whose files are there again.
    pub fn resume(self, upload: &Upload) {
        let stands = upload.state.with_untracked(|state| {
            matches!(state, State::Paused | State::Lost | State::Failed(_))
        });
        if stands {
            upload.state.set(State::Queued);
            self.start_next();
        }
    }

    /// Tries again at once what waits for its next try.
    pub fn retry_now(self, upload: &Upload) {
        let waits = upload
            .state
            .with_untracked(|state| matches!(state, State::Waiting { .. }));
        if waits {
            upload.stop();
            self.start(upload.clone());
        }
    }

    /// Goes on with what a dead token has stopped, once there is another one.
    fn resume_refused(self) {
        for upload in self.list.get_untracked() {
            let refused = upload.state.with_untracked(|state| {
                matches!(state, State::Failed(Trouble::Client(error)) if error.ends_session())
            });
            if refused {
                self.resume(&upload);
            }
        }
    }

    /// Stops and forgets all uploads. Without their user's token they cannot be given up on the server: it drops them
    /// after a day.
    fn clear(self) {
        for upload in self.list.get_untracked() {
            upload.stop();
            if let Some(work) = upload.inner.work.take() {
                work.drop_record();
            }
        }
        self.list.update(Vec::clear);
    }

    /// Gives an upload up, on the server too, and takes it off the list.
    pub fn cancel(self, upload: &Upload) {
        upload.stop();
        let done = upload
            .state
            .with_untracked(|state| matches!(state, State::Done(_)));
        if let Some(work) = upload.inner.work.take().filter(|_| !done) {
            spawn_local(work.give_up());
        }
        self.list
            .update(|list| list.retain(|other| other.key != upload.key));
        self.start_next();
    }

    /// How many take a place.
    fn running(self) -> usize {
        self.list.with_untracked(|list| {
            let running = |upload: &&Upload| upload.state.with_untracked(State::is_running);
            list.iter().filter(running).count()
        })
    }

    fn start_next(self) {
        let list = self.list.get_untracked();
        let running = self.running();
        let waiting = list
            .iter()
            .filter(|upload| upload.state.with_untracked(|state| *state == State::Queued));
        for upload in waiting.take(AT_ONCE.saturating_sub(running)) {
            self.start(upload.clone());
        }
    }

    fn start(self, upload: Upload) {
        let Some(work) = upload.inner.work.borrow().clone() else {
            return;
        };
        upload.state.set(State::Starting);
        upload.rate.update(Rate::clear);
        let teller = upload.clone();
        let tell = move |event| {
            let made = matches!(event, Event::Made(_));
            teller.note(event);
            // Its place is free while what is stored is compared with what was read.
            if made {
                self.start_next();
            }
        };
        let (run, handle) = abortable(work.run(Rc::new(tell)));
        *upload.inner.running.borrow_mut() = Some(handle);
        spawn_local(async move {
            // Ended from outside: whoever did that has set the state.
            let Ok(result) = run.await else {
                return;
            };
            upload.inner.running.take();
            if result.is_ok() {
                upload.inner.work.take();
            }
            upload.state.set(match result {
                Ok(made) => State::Done(made),
                Err(trouble) => State::Failed(trouble),
            });
            self.start_next();
        });
    }
}

impl Upload {
    /// Seconds until all bytes have left, as far as that can be told.
    pub fn seconds_left(&self) -> Option<u64> {
        let left = self.bytes.get().saturating_sub(self.sent.get());
        self.rate.with(|rate| rate.seconds_left(left))
    }

    /// The files that are to be chosen again, of one that another page has begun.
    pub fn again(&self) -> Option<Again> {
        self.inner.work.borrow().as_ref()?.again()
    }

    fn stop(&self) {
        if let Some(handle) = self.inner.running.take() {
            handle.abort();
        }
    }

    fn note(&self, event: Event) {
        let state = match event {
            Event::Starting => State::Starting,
            Event::Waiting { seconds, error } => State::Waiting { seconds, error },
            Event::Made(made) => State::Done(made),
            Event::Whole(bytes) => {
                self.bytes.set(bytes);
                State::Starting
            }
            Event::Sent(sent) => {
                self.sent.set(sent);
                self.rate
                    .update(|rate| rate.note(js_sys::Date::now(), sent));
                if sent >= self.bytes.get_untracked() {
                    State::Finishing
                } else {
                    State::Sending
                }
            }
        };
        if self.state.with_untracked(|before| *before != state) {
            self.state.set(state);
        }
    }
}
