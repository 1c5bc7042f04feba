mod world;

use super::*;
use api::Code;
use engine::plan::BIG_BYTES;
use futures::executor::block_on;
use futures::future::select;
use std::pin::pin;
use std::rc::Rc;

use world::*;

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
    assert_eq!(world.asked(), ["begin", "append u 0+30", "append u 30+0"]);
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
        [
            "begin",
            "append u 0+30",
            "offset u",
            "append u 13+17",
            "append u 30+0"
        ]
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
    assert_eq!(
        world.asked(),
        ["offset u", "append u 0+30", "append u 30+0"]
    );
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
    assert_eq!(
        world.asked(),
        ["offset u", "append u 13+17", "append u 30+0"]
    );
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
    assert_eq!(world.asked().last().expect("asked"), "append v 30+0");
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
    assert_eq!(asked[2..4], ["offset u", "append u 5+5"]);
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
fn a_big_file_that_changed_while_it_was_sent_makes_no_version() {
    let world = World::default();
    world.begins(Ok(created("u")));
    let work = world.work();
    work.plan.replace(Plan::new(&[BIG_BYTES]).expect("small"));
    world.appends([Ok(BIG_BYTES)]);
    world.0.unreadable.set(Some(0));
    let outcome = run(&work).0;
    assert_eq!(outcome, Err(Trouble::FileChanged("a".to_owned())));
    assert_eq!(world.asked().len(), 2, "nothing after its bytes");
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
    assert_eq!(world.asked()[2..], ["append u 10+0", "version 34"]);
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
        assert_eq!(world.asked()[..3], ["begin", "begin", "append u 0+30"]);
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
