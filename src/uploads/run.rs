//! One upload from its announcement to its last byte.

mod world;

pub use world::Transport;

use super::kept::Again;
use crate::backoff::Backoff;
use crate::client::ClientError;
use crate::work::Check;
use api::Reason;
use api::module::{ModuleState, VersionChanges};
use api::upload::{NewUpload, UploadCreated};
use engine::plan::{Plan, Request};
use futures::future::{Either, FutureExt, LocalBoxFuture, Shared, ready, select};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;

/// How often a server may take nothing of what is sent before it is given up.
const IDLE_TRIES: u32 = 5;
/// How long a version that is there is asked what changed with it, in milliseconds.
const CHANGES_MS: u32 = 5_000;

/// Why an upload stands still for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A request failed.
    Client(ClientError),
    /// This file changed or vanished after it was chosen.
    FileChanged(String),
    /// The version did not become valid; the reason in English, if there is one.
    Failed(Option<String>),
}

/// A version that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What the server said when it took the upload.
    pub created: UploadCreated,
    /// What changed against the version it builds on, as far as that is known.
    pub changes: Option<VersionChanges>,
    /// How what the server stored stands to what was read here, as far as that is known.
    pub check: Option<Check>,
}

/// What the outside learns while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The server is asked to take it, or how far it is.
    Starting,
    /// So many bytes are sent in all: the older version cannot be built on, and nothing of it is kept.
    Whole(u64),
    /// So many bytes of all have left.
    Sent(u64),
    /// Something failed that may pass.
    Waiting {
        /// Seconds until it is tried again.
        seconds: u32,
        /// What failed.
        error: ClientError,
    },
    /// The version is there; what is stored is being compared with what was read.
    Made(Made),
}

/// The announcement and its answer, which outlive a pause.
type Asked = Shared<LocalBoxFuture<'static, Result<UploadCreated, ClientError>>>;

/// An upload, whatever it is sent through. The queue stands in the first load and knows only this, so that what sends
/// comes with the page that chooses files.
pub trait Job {
    /// See [`Work::run`].
    fn run(
        self: Rc<Self>,
        tell: Rc<dyn Fn(Event)>,
    ) -> LocalBoxFuture<'static, Result<Made, Trouble>>;

    /// See [`Work::give_up`].
    fn give_up(self: Rc<Self>) -> LocalBoxFuture<'static, ()>;

    /// See [`Transport::drop_record`].
    fn drop_record(&self);

    /// See [`Transport::id`].
    fn id(&self) -> String;

    /// See [`Transport::again`].
    fn again(&self) -> Option<Again>;
}

impl<T: Transport + 'static> Job for Work<T> {
    fn run(
        self: Rc<Self>,
        tell: Rc<dyn Fn(Event)>,
    ) -> LocalBoxFuture<'static, Result<Made, Trouble>> {
        async move { Work::run(&self, move |event| tell(event)).await }.boxed_local()
    }

    fn give_up(self: Rc<Self>) -> LocalBoxFuture<'static, ()> {
        async move { Work::give_up(&self).await }.boxed_local()
    }

    fn drop_record(&self) {
        self.world.drop_record();
    }

    fn id(&self) -> String {
        self.world.id()
    }

    fn again(&self) -> Option<Again> {
        self.world.again()
    }
}

/// What is sent.
pub struct Work<T> {
    /// Shared, as it may list a hundred thousand files.
    new: RefCell<Rc<NewUpload>>,
    /// What goes into one request.
    plan: RefCell<Plan>,
    world: T,
    asked: RefCell<Option<Asked>>,
    /// The server may have bytes of it already.
    begun: Cell<bool>,
}

impl<T: Transport> Work<T> {
    /// An upload that has not been announced.
    pub fn new(new: NewUpload, plan: Plan, world: T) -> Self {
        Self::begun(new, plan, world, None)
    }

    /// An upload that another page has begun, with what the server answered it if that is known.
    pub fn begun(new: NewUpload, plan: Plan, world: T, created: Option<UploadCreated>) -> Self {
        let asked = created.map(|created| ready(Ok(created)).boxed_local().shared());
        let work = Self {
            new: RefCell::new(Rc::new(new)),
            plan: RefCell::new(plan),
            world,
            asked: RefCell::new(asked),
            begun: Cell::new(true),
        };
        // It was never announced.
        if work.asked.borrow().is_none() && work.new.borrow().key.is_none() {
            work.forget();
        }
        work
    }

    /// Sends everything that the server does not have yet. Dropping the future pauses: the next run goes on there.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn run(&self, tell: impl Fn(Event) + Clone + 'static) -> Result<Made, Trouble> {
        let mut backoff = Backoff::new(self.world.random());
        tell(Event::Starting);
        let fresh = !self.begun.replace(true);
        let created = self.announce(&mut backoff, &tell).await?;
        self.begun.set(true);
        let mut known = fresh.then_some(0);
        let (mut idle, mut reached) = (0, 0);
        loop {
            let offset = match known.take() {
                Some(offset) => Ok(offset),
                None => self.world.offset(&created.id).await,
            };
            let (offset, request, answer) = match offset {
                Ok(offset) => {
                    tell(Event::Sent(offset));
                    if offset > reached {
                        backoff.success();
                        reached = offset;
                    }
                    // None: the server has all bytes, and makes the version.
                    let request = self.plan.borrow().next(offset);
                    let answer = self
                        .send(&created.id, offset, request.as_ref(), &tell)
                        .await;
                    (offset, request, answer)
                }
                // No bytes, and so no file, were at fault.
                Err(error) => (self.bytes(), None, Err(error)),
            };
            match answer {
                Ok(_) if request.is_none() => break,
                Ok(next) if next > offset => {
                    self.check_big(request.as_ref()).await?;
                    idle = 0;
                    known = Some(next);
                }
                Ok(_) => {
                    let error = ClientError::Malformed("no byte was taken".to_owned());
                    idle += 1;
                    if idle == IDLE_TRIES {
                        return Err(Trouble::Client(error));
                    }
                    self.wait(error, &mut backoff, &tell).await;
                }
                Err(error) if error.reason() == Some(Reason::UploadGone) => {
                    match self.was_finished(&created, error).await {
                        Ok(()) => break,
                        Err(Trouble::Client(error)) if error.is_passing() => {
                            self.wait(error, &mut backoff, &tell).await;
                        }
                        Err(Trouble::Client(error)) if error.ends_session() => {
                            return Err(Trouble::Client(error));
                        }
                        Err(trouble) => {
                            // The next try begins anew.
                            self.forget();
                            return Err(trouble);
                        }
                    }
                }
                Err(error) => {
                    // Dropped as if nothing had been sent.
                    let dropped = error.reason() == Some(Reason::ChecksumMismatch);
                    idle += u32::from(dropped);
                    if idle == IDLE_TRIES {
                        return Err(Trouble::Client(error));
                    }
                    self.check_files(&error, request.as_ref()).await?;
                    self.pause(error, &mut backoff, &tell).await?;
                }
            }
        }
        tell(Event::Sent(self.bytes()));
        self.world.drop_record();
        let changes = self.changes(&created).await;
        let mut made = Made {
            created,
            changes,
            check: None,
        };
        tell(Event::Made(made.clone()));
        let new = Rc::clone(&self.new.borrow());
        made.check = self.world.check(&new, &made.created).await;
        Ok(made)
    }

    /// Bytes that are sent.
    fn bytes(&self) -> u64 {
        self.plan.borrow().bytes()
    }

    /// What the new version says of itself. It is there: nobody waits long to hear more of it.
    async fn changes(&self, created: &UploadCreated) -> Option<VersionChanges> {
        self.new.borrow().base.as_ref()?;
        let asked = pin!(self.world.version(&created.module_id));
        match select(asked, pin!(self.world.sleep(CHANGES_MS))).await {
            Either::Left((version, _)) => version.ok()?.changes,
            Either::Right(_) => None,
        }
    }

    /// Ends it on the server too, also when that is still being asked to take it.
    pub async fn give_up(&self) {
        self.world.drop_record();
        let asked = self.asked.take();
        if let Some(asked) = asked
            && let Ok(created) = asked.await
        {
            // Should this fail, the server drops it after a day.
            let _ = self.world.give_up(&created.id).await;
        }
    }

    /// The server's answer to the announcement. A lost answer is asked for again with the same key, so that there is
    /// one upload whatever happens.
    async fn announce(
        &self,
        backoff: &mut Backoff,
        tell: &impl Fn(Event),
    ) -> Result<UploadCreated, Trouble> {
        loop {
            let asked = self
                .asked
                .borrow_mut()
                .get_or_insert_with(|| self.world.begin(&self.new.borrow()).shared())
                .clone();
            match asked.await {
                Ok(created) => return Ok(created),
                Err(error) if self.is_of_base(&error) => {
                    self.send_all();
                    tell(Event::Whole(self.bytes()));
                }
                Err(error) => {
                    self.asked.take();
                    self.pause(error, backoff, tell).await?;
                }
            }
        }
    }

    /// Whether the announcement was refused because the older version is not what it was thought to be.
    fn is_of_base(&self, error: &ClientError) -> bool {
        let refused = match error.field() {
            Some("base") => true,
            Some("files") => matches!(
                error.reason(),
                Some(Reason::NotFound | Reason::ChecksumMismatch)
            ),
            _ => false,
        };
        refused && self.new.borrow().base.is_some()
    }

    /// Keeps nothing of an older version, and makes the next announcement that of another upload.
    fn send_all(&self) {
        let mut shared = self.new.borrow_mut();
        let new = Rc::make_mut(&mut shared);
        new.base = None;
        for file in &mut new.files {
            file.kept = None;
        }
        let sizes: Vec<u64> = new.files.iter().map(|file| file.size).collect();
        drop(shared);
        // Their sum was checked against the limits when they were chosen.
        if let Some(plan) = Plan::new(&sizes) {
            self.plan.replace(plan);
        }
        self.forget();
    }

    /// Makes the next run begin another upload.
    fn forget(&self) {
        self.asked.take();
        self.begun.set(false);
        let random = [(); 4].map(|()| format!("{:08x}", self.world.random()));
        Rc::make_mut(&mut self.new.borrow_mut()).key = Some(random.concat());
    }

    fn send(
        &self,
        id: &str,
        offset: u64,
        request: Option<&Request>,
        tell: &(impl Fn(Event) + Clone + 'static),
    ) -> impl Future<Output = Result<u64, ClientError>> {
        let tell = tell.clone();
        let progress = move |sent| tell(Event::Sent(offset + sent));
        self.world.append(id, offset, request, progress)
    }

    /// A request that broke without an answer may be a file's fault: a browser reads it only while it sends.
    async fn check_files(
        &self,
        error: &ClientError,
        request: Option<&Request>,
    ) -> Result<(), Trouble> {
        match error {
            ClientError::Offline | ClientError::Timeout => self.check(request).await,
            _ => Ok(()),
        }
    }

    /// Browsers look whether a file is what it was when they begin to send it: a big one may be written to meanwhile.
    async fn check_big(&self, request: Option<&Request>) -> Result<(), Trouble> {
        self.check(request.filter(|request| !request.is_pack)).await
    }

    async fn check(&self, request: Option<&Request>) -> Result<(), Trouble> {
        for part in request.iter().flat_map(|request| &request.parts) {
            if !self.world.is_readable(part.file).await {
                let path = self.new.borrow().files[part.file].path.clone();
                return Err(Trouble::FileChanged(path));
            }
        }
        Ok(())
    }

    /// Waits if the failure may pass.
    async fn pause(
        &self,
        error: ClientError,
        backoff: &mut Backoff,
        tell: &impl Fn(Event),
    ) -> Result<(), Trouble> {
        let out_of_step = matches!(
            error.reason(),
            Some(Reason::OffsetMismatch | Reason::UploadLocked | Reason::ChecksumMismatch)
        );
        if !out_of_step && !error.is_passing() {
            return Err(Trouble::Client(error));
        }
        self.wait(error, backoff, tell).await;
        Ok(())
    }

    async fn wait(&self, error: ClientError, backoff: &mut Backoff, tell: &impl Fn(Event)) {
        let least = match &error {
            ClientError::Api { problem, .. } => problem.retry_after,
            _ => None,
        };
        let seconds = (backoff.failure(least) / 1000.0).ceil() as u32;
        for seconds in (1..=seconds).rev() {
            let error = error.clone();
            tell(Event::Waiting { seconds, error });
            self.world.sleep(1_000).await;
        }
    }

    /// The upload is gone: because it was finished and only the answer was lost, or because it expired.
    async fn was_finished(
        &self,
        created: &UploadCreated,
        error: ClientError,
    ) -> Result<(), Trouble> {
        match self.world.version(&created.module_id).await {
            Ok(module) if module.state == ModuleState::Valid => Ok(()),
            Ok(module) if module.state == ModuleState::Failed => {
                Err(Trouble::Failed(module.reason))
            }
            Err(other) if other.is_passing() || other.ends_session() => Err(Trouble::Client(other)),
            _ => Err(Trouble::Client(error)),
        }
    }
}

#[cfg(test)]
mod tests;
