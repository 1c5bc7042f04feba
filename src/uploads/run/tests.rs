use super::*;
use api::module::{Module, ModuleType};
use api::upload::{KeptFile, UploadFile};
use api::{Code, Problem};
use engine::plan::Request;
use futures::channel::oneshot;
use futures::executor::block_on;
use futures::future::select;
use std::collections::VecDeque;
use std::pin::pin;
use std::rc::Rc;

/// Bytes of the upload in these tests: two files in one request.
const BYTES: u64 = 30;

const CHANGES: VersionChanges = VersionChanges {
    base: 2,
    added: 0,
    changed: 1,
    removed: 3,
    unchanged: 1,
};

/// A server that answers as it is told, and notes what it was asked.
#[derive(Clone, Default)]
struct World(Rc<State>);

#[derive(Default)]
struct State {
    begins: RefCell<VecDeque<oneshot::Receiver<Result<UploadCreated, ClientError>>>>,
    offsets: RefCell<VecDeque<Result<u64, ClientError>>>,
    appends: RefCell<VecDeque<Result<u64, ClientError>>>,
    versions: RefCell<VecDeque<Result<ModuleState, ClientError>>>,
    unreadable: Cell<Option<usize>>,
    keys: RefCell<Vec<String>>,
    /// The base of each announcement.
    bases: RefCell<Vec<Option<String>>>,
    asked: RefCell<Vec<String>>,
    /// What a version says that it changed.
    changes: Cell<Option<VersionChanges>>,
    slept: Cell<u32>,
    /// Nothing is remembered of it any more.
    dropped: Cell<bool>,
    randoms: Cell<u32>,
}

impl World {
    fn note(&self, what: String) {
        self.0.asked.borrow_mut().push(what);
    }

    fn asked(&self) -> Vec<String> {
        self.0.asked.take()
    }

    fn takes(&self) -> oneshot::Sender<Result<UploadCreated, ClientError>> {
        let (answer, asked) = oneshot::channel();
        self.0.begins.borrow_mut().push_back(asked);
        answer
    }

    fn begins(&self, answer: Result<UploadCreated, ClientError>) {
        self.takes().send(answer).expect("it listens");
    }

    fn offsets(&self, answers: impl IntoIterator<Item = Result<u64, ClientError>>) {
        self.0.offsets.borrow_mut().extend(answers);
    }

    fn appends(&self, answers: impl IntoIterator<Item = Result<u64, ClientError>>) {
        self.0.appends.borrow_mut().extend(answers);
    }

    fn versions(&self, answers: impl IntoIterator<Item = Result<ModuleState, ClientError>>) {
        self.0.versions.borrow_mut().extend(answers);
    }

    /// The same upload, of which the second file is in version `8f` already.
    fn increment(&self) -> Work<Self> {
        let work = self.work();
        let mut new = work.new.borrow_mut();
        new.base = Some("8f".to_owned());
        new.files[1].kept = Some(KeptFile {
            path: None,
            hash: "0a".repeat(16),
        });
        drop(new);
        work.plan.replace(Plan::new(&[10, 0]).expect("small"));
        work
    }

    fn work(&self) -> Work<Self> {
        let (new, plan) = Self::upload();
        Work::new(new, plan, self.clone())
    }

    fn upload() -> (NewUpload, Plan) {
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
        ready(self.0.appends.borrow_mut().pop_front().expect("an answer"))
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

fn module(state: ModuleState) -> Module {
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

fn created(id: &str) -> UploadCreated {
    UploadCreated {
        id: id.to_owned(),
        module_id: "34".to_owned(),
        version: 3,
    }
}

fn problem(code: Code, reason: Reason) -> ClientError {
    ClientError::Api {
        code,
        problem: Problem::new(reason, ""),
    }
}

fn gone() -> ClientError {
    problem(Code::NotFound, Reason::UploadGone)
}

/// Runs to the end; the outcome, and what was told meanwhile.
fn run(work: &Work<World>) -> (Result<UploadCreated, Trouble>, Vec<Event>) {
    let (outcome, told) = made(work);
    (outcome.map(|made| made.created), told)
}

/// [`run`] with all that is known of the version.
fn made(work: &Work<World>) -> (Result<Made, Trouble>, Vec<Event>) {
    let told = Rc::new(RefCell::new(Vec::new()));
    let note = Rc::clone(&told);
    let outcome = block_on(work.run(move |event| note.borrow_mut().push(event)));
    (outcome, told.take())
}

#[test]
fn all_bytes_leave_in_one_go() {
    let world = World::default();
    world.begins(Ok(created("u")));
    world.appends([Ok(BYTES)]);
    let (outcome, told) = run(&world.work());
    assert_eq!(outcome, Ok(created("u")));
    assert_eq!(world.asked(), ["begin", "append u 0+30"]);
    assert_eq!(told.first(), Some(&Event::Starting));
    let [.., Event::Sent(BYTES), Event::Made(made)] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(made.created, created("u"));
}

#[test]
fn after_a_reset_it_goes_on_at_the_server_s_offset() {
    let world = World::default();
    world.begins(Ok(created("u")));
    world.appends([Err(ClientError::Offline), Ok(BYTES)]);
    world.offsets([Ok(13)]);
    let (outcome, told) = run(&world.work());
    assert_eq!(outcome, Ok(created("u")));
    assert_eq!(
        world.asked(),
        ["begin", "append u 0+30", "offset u", "append u 13+17"]
    );
    assert!(told.iter().any(|event| matches!(
        event,
        Event::Waiting {
            error: ClientError::Offline,
            seconds: 1..
        }
    )));
}

#[test]
fn a_lost_answer_to_the_announcement_is_asked_for_with_the_same_key() {
    let world = World::default();
    world.begins(Err(ClientError::Timeout));
    world.begins(Ok(created("u")));
    world.appends([Ok(BYTES)]);
    assert_eq!(run(&world.work()).0, Ok(created("u")));
    let keys = world.0.keys.borrow();
    assert_eq!((keys.len(), &keys[0]), (2, &keys[1]));
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    assert!(keys[0].bytes().all(fits) && (1..=64).contains(&keys[0].len()));
}

#[test]
fn a_pause_during_the_announcement_announces_nothing_else() {
    let world = World::default();
    let answer = world.takes();
    let work = world.work();
    block_on(select(pin!(work.run(|_| ())), ready(())));
    assert_eq!(world.asked(), ["begin"]);
    answer.send(Ok(created("u"))).expect("it listens");
    world.offsets([Ok(0)]);
    world.appends([Ok(BYTES)]);
    assert_eq!(run(&work).0, Ok(created("u")));
    assert_eq!(world.asked(), ["offset u", "append u 0+30"]);
}

#[test]
fn what_another_page_has_begun_goes_on_where_it_was() {
    let world = World::default();
    let (mut new, plan) = World::upload();
    new.key = Some("k".to_owned());
    let work = Work::begun(new, plan, world.clone(), Some(created("u")));
    world.offsets([Ok(13)]);
    world.appends([Ok(BYTES)]);
    assert!(!world.0.dropped.get());
    assert_eq!(run(&work).0, Ok(created("u")));
    assert_eq!(world.asked(), ["offset u", "append u 13+17"]);
    assert!(
        world.0.dropped.get(),
        "nothing is remembered of what is done"
    );
}

#[test]
fn what_another_page_was_announcing_is_announced_with_its_key() {
    let world = World::default();
    let (mut new, plan) = World::upload();
    new.key = Some("k".to_owned());
    let work = Work::begun(new, plan, world.clone(), None);
    world.begins(Ok(created("u")));
    world.offsets([Ok(BYTES)]);
    world.appends([Ok(BYTES)]);
    assert_eq!(run(&work).0, Ok(created("u")));
    assert_eq!(world.asked(), ["begin", "offset u", "append u 30+0"]);
    assert_eq!(*world.0.keys.borrow(), ["k"]);
}

#[test]
fn what_is_given_up_during_the_announcement_is_given_up_at_the_server() {
    let world = World::default();
    let answer = world.takes();
    let work = world.work();
    block_on(select(pin!(work.run(|_| ())), ready(())));
    answer.send(Ok(created("u"))).expect("it listens");
    block_on(work.give_up());
    assert_eq!(world.asked(), ["begin", "give up u"]);
    assert!(world.0.dropped.get());
    block_on(work.give_up());
    assert_eq!(world.asked(), [""; 0]);
}

#[test]
fn an_upload_that_is_gone_may_be_done() {
    for by_append in [true, false] {
        let world = World::default();
        world.begins(Ok(created("u")));
        if by_append {
            world.appends([Err(gone())]);
        } else {
            world.appends([Err(ClientError::Offline)]);
            world.offsets([Err(gone())]);
        }
        world.versions([Ok(ModuleState::Valid)]);
        assert_eq!(run(&world.work()).0, Ok(created("u")));
        assert_eq!(world.asked().last().expect("asked"), "version 34");
    }
}

#[test]
fn after_an_upload_that_is_gone_for_good_the_next_try_is_another_one() {
    let world = World::default();
    world.begins(Ok(created("u")));
    world.appends([Err(gone()), Ok(BYTES)]);
    let states = [Err(ClientError::Offline), Ok(ModuleState::Failed)];
    world.versions(states);
    world.offsets([Err(gone())]);
    let work = world.work();
    let why = Trouble::Failed(Some("no room".to_owned()));
    assert_eq!(run(&work).0, Err(why));
    world.begins(Ok(created("v")));
    assert_eq!(run(&work).0, Ok(created("v")));
    assert_eq!(world.asked().last().expect("asked"), "append v 0+30");
    let keys = world.0.keys.borrow();
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn a_lock_is_waited_for() {
    let world = World::default();
    world.begins(Ok(created("u")));
    let locked = problem(Code::Busy, Reason::UploadLocked);
    world.appends([Err(locked.clone()), Ok(BYTES)]);
    world.offsets([Ok(30)]);
    let (outcome, told) = run(&world.work());
    assert_eq!(outcome, Ok(created("u")));
    assert_eq!(world.asked().last().expect("asked"), "append u 30+0");
    assert!(told.contains(&Event::Waiting {
        seconds: 1,
        error: locked
    }));
}

#[test]
fn with_a_dead_token_it_stops_and_goes_on_with_the_next_one() {
    let world = World::default();
    world.begins(Ok(created("u")));
    let expired = problem(Code::Authentication, Reason::TokenExpired);
    world.appends([Err(expired.clone()), Ok(BYTES)]);
    let work = world.work();
    assert_eq!(run(&work).0, Err(Trouble::Client(expired)));
    world.offsets([Ok(5)]);
    assert_eq!(run(&work).0, Ok(created("u")));
    let asked = world.asked();
    assert_eq!(asked[2..], ["offset u", "append u 5+25"]);
}

#[test]
fn a_server_that_takes_nothing_is_not_asked_for_ever() {
    let world = World::default();
    world.begins(Ok(created("u")));
    world.appends((0..=IDLE_TRIES).map(|_| Ok(7)));
    world.offsets((0..IDLE_TRIES).map(|_| Ok(7)));
    let (outcome, _) = run(&world.work());
    let error = ClientError::Malformed("no byte was taken".to_owned());
    assert_eq!(outcome, Err(Trouble::Client(error)));
    assert!(world.0.slept.get() >= 1_000 * (IDLE_TRIES - 1), "it waits");
}

#[test]
fn a_file_that_changed_is_named() {
    let world = World::default();
    world.begins(Ok(created("u")));
    world.appends([Err(ClientError::Offline)]);
    world.0.unreadable.set(Some(1));
    let outcome = run(&world.work()).0;
    assert_eq!(outcome, Err(Trouble::FileChanged("b".to_owned())));
}

#[test]
fn what_an_older_version_has_is_not_sent_and_the_changes_are_told() {
    let world = World::default();
    world.begins(Ok(created("u")));
    world.appends([Ok(10)]);
    world.versions([Ok(ModuleState::Valid)]);
    world.0.changes.set(Some(CHANGES));
    let (outcome, told) = made(&world.increment());
    let made = outcome.expect("a version");
    assert_eq!(made.changes, Some(CHANGES));
    assert_eq!(world.asked(), ["begin", "append u 0+10", "version 34"]);
    assert_eq!(told[told.len() - 2..], [Event::Sent(10), Event::Made(made)]);
}

#[test]
fn a_version_that_does_not_say_what_changed_is_there_all_the_same() {
    let world = World::default();
    world.begins(Ok(created("u")));
    world.appends([Ok(10)]);
    world.versions([Err(ClientError::Offline)]);
    let outcome = made(&world.increment()).0.expect("a version");
    assert_eq!((outcome.created, outcome.changes), (created("u"), None));
}

#[test]
fn without_the_older_version_all_is_sent_and_nothing_is_lost() {
    let refused = |field: &str, reason| {
        let mut error = problem(Code::BadRequest, reason);
        if let ClientError::Api { problem, .. } = &mut error {
            problem.field = Some(field.to_owned());
        }
        error
    };
    for error in [
        refused("base", Reason::NotFound),
        refused("files", Reason::NotFound),
        refused("files", Reason::ChecksumMismatch),
    ] {
        let world = World::default();
        world.begins(Err(error));
        world.begins(Ok(created("u")));
        world.appends([Ok(BYTES)]);
        let (outcome, told) = run(&world.increment());
        assert_eq!(outcome, Ok(created("u")));
        assert_eq!(world.asked(), ["begin", "begin", "append u 0+30"]);
        assert_eq!(world.0.bases.take(), [Some("8f".to_owned()), None]);
        let keys = world.0.keys.borrow();
        assert_ne!(keys[0], keys[1]);
        assert!(told.contains(&Event::Whole(BYTES)));
        assert_eq!(world.0.slept.get(), 0, "at once");
    }
    // A path that cannot be taken is not the older version's fault, and without one nothing is.
    let path = refused("files", Reason::IllegalPath);
    let world = World::default();
    world.begins(Err(path.clone()));
    assert_eq!(run(&world.increment()).0, Err(Trouble::Client(path)));
    let base = refused("base", Reason::NotFound);
    world.begins(Err(base.clone()));
    assert_eq!(run(&world.work()).0, Err(Trouble::Client(base)));
}
