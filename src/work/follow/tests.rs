use super::*;
use crate::line::{OPEN_MS, SILENCE_MS};
use api::Reason;

const START: &str = r#"{"event":"start","offset":0,"size":9,"state":"running"}"#;

fn text(follower: &mut Follower) -> String {
    follower.store().text(1..=u64::MAX, 1 << 20).unwrap()
}

/// A follower that is connected and was told where bytes begin.
fn live(from: u64) -> Follower {
    let mut follower = Follower::new(7);
    connect(&mut follower, 0.0, 0);
    follower.text(
        0.0,
        &format!(r#"{{"event":"start","offset":{from},"size":9,"state":"running"}}"#),
    );
    follower
}

fn connect(follower: &mut Follower, now: f64, held: u64) {
    assert_eq!(follower.poll(now), Step::Ask);
    assert_eq!(follower.poll(now), Step::Wait);
    follower.ticket(now, Ok(Some("t".into())));
    let wanted = Step::Connect {
        ticket: Some("t".into()),
        known: held,
    };
    assert_eq!(follower.poll(now), wanted);
    assert_eq!(follower.poll(now), Step::Wait);
}

fn waiting(follower: &Follower, now: f64) -> u32 {
    match follower.link(now) {
        Link::Waiting { seconds, .. } => seconds,
        other => panic!("{other:?}"),
    }
}

fn later() -> TicketError {
    TicketError::Later {
        why: None,
        after: None,
    }
}

#[test]
fn a_log_is_followed_to_its_end() {
    let mut follower = live(0);
    assert_eq!(follower.link(0.0), Link::Live);
    follower.bytes(1.0, b"one\ntw");
    follower.text(2.0, r#"{"event":"state","state":"stopped"}"#);
    assert_eq!(follower.task(), Some(TaskState::Stopped));
    follower.bytes(3.0, b"o\n");
    follower.text(4.0, r#"{"event":"end","state":"success"}"#);
    assert_eq!(follower.poll(5.0), Step::Disconnect);
    assert_eq!(follower.poll(5.0), Step::Wait);
    follower.closed(6.0);
    assert_eq!(
        (follower.link(6.0), follower.task()),
        (Link::Ended, Some(TaskState::Success))
    );
    assert_eq!(follower.poll(1e9), Step::Wait);
    assert_eq!(text(&mut follower), "one\ntwo\n");
}

#[test]
fn a_lost_connection_goes_on_where_it_was_with_a_new_ticket() {
    let mut follower = live(0);
    follower.bytes(0.0, b"one\n");
    follower.closed(0.0);
    assert!((1..=2).contains(&waiting(&follower, 0.0)));
    assert_eq!(follower.poll(100.0), Step::Wait);
    connect(&mut follower, 2_000.0, 4);
    follower.text(
        2_000.0,
        r#"{"event":"start","offset":4,"size":8,"state":"running"}"#,
    );
    follower.bytes(2_000.0, b"two\n");
    assert_eq!(text(&mut follower), "one\ntwo\n");
}

#[test]
fn bytes_that_come_twice_are_taken_once() {
    let mut follower = live(0);
    follower.bytes(0.0, b"one\ntwo\n");
    follower.closed(0.0);
    connect(&mut follower, 2_000.0, 8);
    follower.text(
        2_000.0,
        r#"{"event":"start","offset":2,"size":12,"state":"running"}"#,
    );
    follower.bytes(2_000.0, b"e\nt");
    follower.bytes(2_000.0, b"wo\nsix\n");
    assert_eq!(text(&mut follower), "one\ntwo\nsix\n");
    assert_eq!(follower.store().bytes(), 12);
}

#[test]
fn another_log_replaces_what_is_here() {
    let mut follower = live(0);
    follower.bytes(0.0, b"one\ntwo\n");
    follower.closed(0.0);
    connect(&mut follower, 2_000.0, 8);
    follower.text(
        2_000.0,
        r#"{"event":"start","offset":0,"size":4,"state":"running"}"#,
    );
    follower.bytes(2_000.0, b"new\n");
    assert_eq!(text(&mut follower), "new\n");
    let mut gap = live(5);
    assert_eq!(gap.poll(0.0), Step::Disconnect);
    connect(&mut gap, 2_000.0, 0);
}

#[test]
fn waits_grow_to_half_a_minute_and_begin_again_after_a_success() {
    let mut follower = Follower::new(99);
    let mut now = 0.0;
    let mut waits = Vec::new();
    for _ in 0..9 {
        assert_eq!(follower.poll(now), Step::Ask);
        follower.ticket(now, Err(later()));
        let wait = waiting(&follower, now);
        waits.push(wait);
        now += f64::from(wait) * 1000.0;
    }
    for (try_, wait) in waits.iter().enumerate() {
        let usual = f64::from(1 << try_.min(5)).min(30.0);
        let bounds = (0.75 * usual)..=(1.25 * usual + 1.0);
        assert!(bounds.contains(&f64::from(*wait)), "{waits:?}");
    }
    connect(&mut follower, now, 0);
    follower.text(now, START);
    follower.bytes(now, b"x");
    follower.closed(now);
    assert!(waiting(&follower, now) <= 2);
}

#[test]
fn silence_is_a_lost_connection() {
    let mut follower = live(0);
    assert_eq!(follower.poll(SILENCE_MS - 1.0), Step::Wait);
    follower.text(SILENCE_MS - 1.0, r#"{"event":"alive"}"#);
    assert_eq!(follower.poll(SILENCE_MS + 1.0), Step::Wait);
    assert_eq!(follower.poll(2.0 * SILENCE_MS), Step::Disconnect);
    waiting(&follower, 2.0 * SILENCE_MS);
    // What the closed socket still had to say changes nothing.
    follower.closed(2.0 * SILENCE_MS);
    follower.bytes(2.0 * SILENCE_MS, b"late");
    assert_eq!(follower.store().bytes(), 0);
}

#[test]
fn a_ticket_or_a_handshake_that_never_comes_is_tried_again() {
    let mut follower = Follower::new(1);
    assert_eq!(follower.poll(0.0), Step::Ask);
    assert_eq!(follower.poll(OPEN_MS), Step::Wait);
    connect(&mut follower, OPEN_MS + 2_000.0, 0);
    assert_eq!(follower.poll(2.0 * OPEN_MS + 2_000.0), Step::Disconnect);
    waiting(&follower, 2.0 * OPEN_MS + 2_000.0);
}

#[test]
fn refusals_are_final_unless_they_pass() {
    let error = |code: u16, more: &str| {
        format!(
            r#"{{"event":"error","code":{code},"problem":{{"reason":"not_found","message":"m"{more}}}}}"#
        )
    };
    let mut follower = Follower::new(1);
    connect(&mut follower, 0.0, 0);
    follower.text(0.0, &error(517, ""));
    let refusal = Refusal {
        code: Code::NotFound,
        reason: Reason::NotFound,
        message: "m".into(),
    };
    assert_eq!(follower.poll(0.0), Step::Disconnect);
    assert_eq!(follower.link(0.0), Link::Refused(refusal));
    assert_eq!(follower.poll(1e9), Step::Wait);

    let mut busy = Follower::new(1);
    connect(&mut busy, 0.0, 0);
    busy.text(0.0, &error(503, r#","retry_after":60"#));
    assert!(waiting(&busy, 0.0) >= 45);
    busy.retry();
    assert_eq!(busy.poll(1.0), Step::Disconnect);
    assert_eq!(busy.poll(1.0), Step::Ask);

    follower.retry();
    connect(&mut follower, 1e9, 0);

    let mut unknown = Follower::new(1);
    for round in 0..3 {
        let now = f64::from(round) * 60_000.0;
        connect(&mut unknown, now, 0);
        unknown.text(now, &error(512, ""));
        assert_eq!(unknown.poll(now), Step::Disconnect);
    }
    assert!(matches!(unknown.link(1e9), Link::Refused(_)));
}

#[test]
fn nonsense_on_the_wire_is_a_lost_connection_and_no_panic() {
    for nonsense in [
        "",
        "{}",
        "null",
        r#"{"event":"party"}"#,
        r#"{"event":"start","offset":-1,"size":0,"state":"running"}"#,
    ] {
        let mut follower = live(0);
        follower.text(0.0, nonsense);
        assert_eq!(follower.poll(0.0), Step::Disconnect, "{nonsense}");
        waiting(&follower, 0.0);
        follower.text(0.0, nonsense);
        follower.text(0.0, START);
        assert_eq!(follower.poll(0.0), Step::Wait);
    }
}

#[test]
fn how_the_task_stands_is_known_from_the_start_and_not_before() {
    let mut follower = Follower::new(7);
    connect(&mut follower, 0.0, 0);
    assert_eq!(follower.task(), None);
    follower.text(0.0, START);
    assert_eq!(
        (follower.task(), follower.caught_up()),
        (Some(TaskState::Running), false)
    );
    follower.bytes(0.0, b"123456789");
    assert!(follower.caught_up());
}

#[test]
fn a_stranger_connects_without_a_ticket() {
    let mut follower = Follower::new(7);
    assert_eq!(follower.poll(0.0), Step::Ask);
    follower.ticket(0.0, Ok(None));
    let wanted = Step::Connect {
        ticket: None,
        known: 0,
    };
    assert_eq!(follower.poll(0.0), wanted);
}

#[test]
fn without_a_sign_in_it_waits_for_one() {
    let mut follower = Follower::new(7);
    assert_eq!(follower.poll(0.0), Step::Ask);
    follower.ticket(0.0, Err(TicketError::SignIn));
    assert_eq!(follower.link(0.0), Link::SignIn);
    assert_eq!(follower.poll(1e9), Step::Wait);
    follower.retry();
    connect(&mut follower, 1e9, 0);
}
