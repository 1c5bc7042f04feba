//! A server and a browser that answer as they are told.

use super::super::*;
use api::module::{Module, ModuleType};
use api::upload::{KeptFile, UploadFile};
use api::{Code, Problem};
use futures::channel::oneshot;
use std::collections::VecDeque;
use std::rc::Rc;

/// Bytes of the upload in these tests: two files in one request.
pub const BYTES: u64 = 30;

pub const CHANGES: VersionChanges = VersionChanges {
    base: 2,
    added: 0,
    changed: 1,
    removed: 3,
    unchanged: 1,
};

/// A server that answers as it is told, and notes what it was asked.
#[derive(Clone, Default)]
pub struct World(pub Rc<State>);

#[derive(Default)]
pub struct State {
    pub begins: RefCell<VecDeque<oneshot::Receiver<Result<UploadCreated, ClientError>>>>,
    pub offsets: RefCell<VecDeque<Result<u64, ClientError>>>,
    pub appends: RefCell<VecDeque<Result<u64, ClientError>>>,
    pub versions: RefCell<VecDeque<Result<ModuleState, ClientError>>>,
    pub unreadable: Cell<Option<usize>>,
    pub keys: RefCell<Vec<String>>,
    /// The base of each announcement.
    pub bases: RefCell<Vec<Option<String>>>,
    pub asked: RefCell<Vec<String>>,
    /// What a version says that it changed.
    pub changes: Cell<Option<VersionChanges>>,
    pub slept: Cell<u32>,
    /// Nothing is remembered of it any more.
    pub dropped: Cell<bool>,
    pub randoms: Cell<u32>,
}

impl World {
    pub fn note(&self, what: String) {
        self.0.asked.borrow_mut().push(what);
    }

    pub fn asked(&self) -> Vec<String> {
        self.0.asked.take()
    }

    pub fn takes(&self) -> oneshot::Sender<Result<UploadCreated, ClientError>> {
        let (answer, asked) = oneshot::channel();
        self.0.begins.borrow_mut().push_back(asked);
        answer
    }

    pub fn begins(&self, answer: Result<UploadCreated, ClientError>) {
        self.takes().send(answer).expect("it listens");
    }

    pub fn offsets(&self, answers: impl IntoIterator<Item = Result<u64, ClientError>>) {
        self.0.offsets.borrow_mut().extend(answers);
    }

    pub fn appends(&self, answers: impl IntoIterator<Item = Result<u64, ClientError>>) {
        self.0.appends.borrow_mut().extend(answers);
    }

    pub fn versions(&self, answers: impl IntoIterator<Item = Result<ModuleState, ClientError>>) {
        self.0.versions.borrow_mut().extend(answers);
    }

    /// The same upload, of which the second file is in version `8f` already.
    pub fn increment(&self) -> Work<Self> {
        let work = self.work();
        let mut shared = work.new.borrow_mut();
        let new = Rc::make_mut(&mut shared);
        new.base = Some("8f".to_owned());
        new.files[1].kept = Some(KeptFile {
            path: None,
            hash: "0a".repeat(16),
        });
        drop(shared);
        work.plan.replace(Plan::new(&[10, 0]).expect("small"));
        work
    }

    pub fn work(&self) -> Work<Self> {
        let (new, plan) = Self::upload();
        Work::new(new, plan, self.clone())
    }

    pub fn upload() -> (NewUpload, Plan) {
        let file = |path: &str, size| UploadFile {
            path: path.to_owned(),
            size,
            modified: None,
            kept: None,
            unpack: false,
        };
        let new = NewUpload {
            entity_id: "8e".to_owned(),
            module_type: ModuleType::Code,
            description: String::new(),
            files: vec![file("a", 10), file("b", 20)],
            folders: Vec::new(),
            base: None,
            key: None,
        };
        (new, Plan::new(&[10, 20]).expect("small"))
    }
}

impl Transport for World {
    fn begin(
        &self,
        new: &NewUpload,
    ) -> LocalBoxFuture<'static, Result<UploadCreated, ClientError>> {
        self.note("begin".to_owned());
        self.0.keys.borrow_mut().extend(new.key.clone());
        self.0.bases.borrow_mut().push(new.base.clone());
        assert_eq!(new.check(), Ok(()));
        let answer = self.0.begins.borrow_mut().pop_front().expect("an answer");
        async move { answer.await.expect("an answer") }.boxed_local()
    }

    fn offset(&self, id: &str) -> impl Future<Output = Result<u64, ClientError>> {
        self.note(format!("offset {id}"));
        ready(self.0.offsets.borrow_mut().pop_front().expect("an answer"))
    }

    fn append(
        &self,
        id: &str,
        offset: u64,
        request: Option<&Request>,
        progress: impl Fn(u64) + 'static,
    ) -> impl Future<Output = Result<u64, ClientError>> {
        let bytes = request.map_or(0, |request| request.bytes);
        self.note(format!("append {id} {offset}+{bytes}"));
        progress(bytes);
        let answer = self.0.appends.borrow_mut().pop_front();
        // The version is made, unless a test says otherwise.
        let made = request.is_none().then_some(Ok(offset));
        ready(answer.or(made).expect("an answer"))
    }

    fn check(&self, _: &NewUpload, _: &UploadCreated) -> impl Future<Output = Option<Check>> {
        ready(None)
    }

    fn id(&self) -> String {
        "u".to_owned()
    }

    fn again(&self) -> Option<Again> {
        None
    }

    fn drop_record(&self) {
        self.0.dropped.set(true);
    }

    fn give_up(&self, id: &str) -> impl Future<Output = Result<(), ClientError>> {
        self.note(format!("give up {id}"));
        ready(Ok(()))
    }

    fn version(&self, module_id: &str) -> impl Future<Output = Result<Module, ClientError>> {
        self.note(format!("version {module_id}"));
        let state = self.0.versions.borrow_mut().pop_front().expect("an answer");
        let changes = self.0.changes.get();
        ready(state.map(|state| Module {
            changes,
            ..module(state)
        }))
    }

    fn is_readable(&self, file: usize) -> impl Future<Output = bool> {
        ready(self.0.unreadable.get() != Some(file))
    }

    fn sleep(&self, ms: u32) -> impl Future<Output = ()> {
        self.0.slept.set(self.0.slept.get() + ms);
        ready(())
    }

    fn random(&self) -> u32 {
        self.0.randoms.set(self.0.randoms.get() + 1);
        self.0.randoms.get()
    }
}

pub fn module(state: ModuleState) -> Module {
    Module {
        id: "34".to_owned(),
        name: "iris".to_owned(),
        date_created: api::Time(0),
        size: 0,
        version: 3,
        state,
        description: String::new(),
        module_type: ModuleType::Code,
        family_id: None,
        entity_id: "8e".to_owned(),
        codehash: None,
        enable_tensorboard: false,
        size_bytes: 0,
        files: 0,
        reason: Some("no room".to_owned()),
        owner: "alice".to_owned(),
        changes: None,
    }
}

pub fn created(id: &str) -> UploadCreated {
    UploadCreated {
        id: id.to_owned(),
        module_id: "34".to_owned(),
        version: 3,
    }
}

pub fn problem(code: Code, reason: Reason) -> ClientError {
    ClientError::Api {
        code,
        problem: Problem::new(reason, ""),
    }
}

pub fn gone() -> ClientError {
    problem(Code::NotFound, Reason::UploadGone)
}
