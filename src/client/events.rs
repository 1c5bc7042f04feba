//! Listening to the service over connections that break: what to do next, decided without a socket or a clock.
//!
//! The caller hands in what happened and when (milliseconds of any clock that never goes back), asks
//! [`Listener::poll`] what to do and does it. What comes out of the messages is [`News`].

use crate::backoff::Backoff;
use api::Code;
use api::account::ServiceStatus;
use api::event::{Change, StreamEvent, StreamQuery};
use api::log::HEARTBEAT_SECONDS;

/// Longest time that asking for a ticket, or a connection, may take, in milliseconds.
const OPEN_MS: f64 = 20_000.0;
/// Longest silence of a living connection, in milliseconds.
const SILENCE_MS: f64 = 2_000.0 * HEARTBEAT_SECONDS as f64;
/// Seconds that are asked for beyond those that are needed: clocks and requests are not exact.
const SPARE_SECONDS: f64 = 2.0;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing before something happens or time passes.
    Wait,
    /// See whether the service answers, and get a ticket if somebody is signed in; then call [`Listener::answered`].
    Ask,
    /// Connect with this ticket.
    Connect {
        /// The ticket; strangers have none.
        ticket: Option<String>,
        /// What is known already.
        query: StreamQuery,
    },
    /// Close the connection.
    Disconnect,
}

/// What was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// These have changed.
    Changes(Vec<Change>),
    /// Anything may have changed: some changes are lost.
    Everything,
    /// How the service stands.
    Service(ServiceStatus),
}

/// How the connection stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Link {
    /// Nobody may connect: a sign-in is being renewed, or it is not known who is there.
    Off,
    /// It is being made.
    Connecting,
    /// It lives.
    Live,
    /// It was lost, or cannot be made.
    Waiting {
        /// When it is tried again, by the caller's clock.
        until: f64,
        /// How often it was tried.
        tries: u32,
    },
}

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Off,
    Idle,
    Asked { until: f64 },
    Ready { ticket: Option<String> },
    Opening { until: f64 },
    Live { until: f64 },
    Waiting { until: f64 },
}

/// Where the stream of changes is known to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    epoch: String,
    seq: u64,
}

/// A listener, and how its connection stands.
#[derive(Debug)]
pub struct Listener {
    phase: Phase,
    /// A connection is open that should not be.
    stale: bool,
    backoff: Backoff,
    known: Option<Known>,
    /// Since when this reader has been asking for things.
    since: f64,
}

impl Listener {
    /// Nobody is there yet. `seed` spreads the tries of many pages over time.
    pub fn new(seed: u32) -> Self {
        Self {
            phase: Phase::Off,
            stale: false,
            backoff: Backoff::new(seed),
            known: None,
            since: 0.0,
        }
    }

    /// How the connection stands.
    pub fn link(&self) -> Link {
        match self.phase {
            Phase::Off => Link::Off,
            Phase::Idle | Phase::Asked { .. } | Phase::Ready { .. } | Phase::Opening { .. } => {
                Link::Connecting
            }
            Phase::Live { .. } => Link::Live,
            Phase::Waiting { until } => Link::Waiting {
                until,
                tries: self.backoff.tries(),
            },
        }
    }

    /// When [`Listener::poll`] has to be asked again although nothing happened; none waits for something to happen.
    pub fn due(&self) -> Option<f64> {
        match self.phase {
            Phase::Asked { until }
            | Phase::Opening { until }
            | Phase::Live { until }
            | Phase::Waiting { until } => Some(until),
            Phase::Off | Phase::Idle | Phase::Ready { .. } => None,
        }
    }

    /// What is to be done now. Ask again until it says [`Step::Wait`].
    pub fn poll(&mut self, now: f64) -> Step {
        match self.phase {
            Phase::Asked { until } | Phase::Opening { until } | Phase::Live { until }
                if now >= until =>
            {
                self.lost(now, None);
            }
            Phase::Waiting { until } if now >= until => self.phase = Phase::Idle,
            _ => {}
        }
        if std::mem::take(&mut self.stale) {
            return Step::Disconnect;
        }
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Idle => {
                self.phase = Phase::Asked {
                    until: now + OPEN_MS,
                };
                Step::Ask
            }
            Phase::Ready { ticket } => {
                self.phase = Phase::Opening {
                    until: now + OPEN_MS,
                };
                Step::Connect {
                    ticket,
                    query: self.query(now),
                }
            }
            other => {
                self.phase = other;
                Step::Wait
            }
        }
    }

    fn query(&self, now: f64) -> StreamQuery {
        match &self.known {
            Some(known) => StreamQuery {
                epoch: Some(known.epoch.clone()),
                after: Some(known.seq),
                since: None,
            },
            // What was asked for before the stream was there may have changed since.
            None => StreamQuery {
                since: Some(((now - self.since) / 1000.0 + SPARE_SECONDS).ceil() as u32),
                ..StreamQuery::default()
            },
        }
    }

    /// Somebody may connect; `another` is not who was there before: what that one knew is nothing to him.
    pub fn begin(&mut self, now: f64, another: bool) {
        if another {
            self.known = None;
            self.since = now;
        }
        self.stale |= self.connected();
        self.backoff.success();
        self.phase = Phase::Idle;
    }

    /// Nobody may connect for now.
    pub fn pause(&mut self) {
        self.stale |= self.connected();
        self.phase = Phase::Off;
    }

    /// The service answered, with a ticket or for a stranger; or it did not, and wants to be left alone for so many
    /// seconds.
    pub fn answered(&mut self, now: f64, answer: Result<Option<String>, Option<u32>>) {
        if !matches!(self.phase, Phase::Asked { .. }) {
            return;
        }
        match answer {
            Ok(ticket) => self.phase = Phase::Ready { ticket },
            Err(after) => self.lost(now, after),
        }
    }

    /// A message arrived.
    pub fn text(&mut self, now: f64, text: &str) -> Option<News> {
        let Ok(event) = serde_json::from_str::<StreamEvent>(text) else {
            if self.connected() {
                self.lost(now, None);
            }
            return None;
        };
        if let (StreamEvent::Start { epoch, seq, whole }, Phase::Opening { .. }) =
            (&event, &self.phase)
        {
            self.known = Some(Known {
                epoch: epoch.clone(),
                seq: *seq,
            });
            self.phase = Phase::Live {
                until: now + SILENCE_MS,
            };
            return (!whole).then_some(News::Everything);
        }
        if let StreamEvent::Error { code, problem } = &event {
            if self.connected() {
                match code {
                    // The session hears of it by its own requests; until it has renewed itself, all tries are in vain.
                    Code::Authentication | Code::TokenInvalid | Code::TokenExpired => {
                        self.lost(now, None);
                    }
                    _ => self.lost(now, problem.retry_after),
                }
            }
            return None;
        }
        match &mut self.phase {
            Phase::Live { until } => *until = now + SILENCE_MS,
            _ => return None,
        }
        self.backoff.success();
        let known = self.known.as_mut()?;
        match event {
            StreamEvent::Changes { seq, mut list } => {
                list.retain(|change| change.seq > known.seq);
                known.seq = known.seq.max(seq);
                (!list.is_empty()).then_some(News::Changes(list))
            }
            StreamEvent::Missed { seq } => {
                known.seq = known.seq.max(seq);
                Some(News::Everything)
            }
            StreamEvent::Alive { seq } => {
                known.seq = known.seq.max(seq);
                None
            }
            StreamEvent::Service(status) => Some(News::Service(status)),
            // A second start means nothing.
            StreamEvent::Start { .. } | StreamEvent::Error { .. } => None,
        }
    }

    /// The connection ended, whoever ended it.
    pub fn closed(&mut self, now: f64) {
        if self.connected() {
            self.lost(now, None);
            self.stale = false;
        }
    }

    /// The service may be there again: do not wait any longer.
    pub fn retry(&mut self) {
        if matches!(self.phase, Phase::Waiting { .. }) {
            self.phase = Phase::Idle;
        }
    }

    /// A request went unanswered: whether the connection lives is to be seen.
    pub fn doubt(&mut self) {
        if matches!(self.phase, Phase::Live { .. }) {
            self.stale = true;
            self.phase = Phase::Idle;
        }
    }

    fn connected(&self) -> bool {
        matches!(self.phase, Phase::Opening { .. } | Phase::Live { .. })
    }

    fn lost(&mut self, now: f64, retry_after: Option<u32>) {
        self.stale |= self.connected();
        let until = now + self.backoff.failure(retry_after);
        self.phase = Phase::Waiting { until };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Somebody who has connected at the time 1000.
    fn live() -> Listener {
        let mut listener = Listener::new(1);
        assert_eq!(
            (listener.poll(0.0), listener.link()),
            (Step::Wait, Link::Off)
        );
        listener.begin(0.0, true);
        assert_eq!(listener.poll(0.0), Step::Ask);
        assert_eq!(listener.poll(1.0), Step::Wait);
        listener.answered(900.0, Ok(Some("t".into())));
        let Step::Connect { ticket, query } = listener.poll(1000.0) else {
            panic!("it does not connect");
        };
        assert_eq!(ticket.as_deref(), Some("t"));
        // One second since the page began, and some to spare.
        assert_eq!((query.after, query.since), (None, Some(3)));
        assert_eq!(listener.link(), Link::Connecting);
        assert_eq!(listener.text(1000.0, &start("e", 7, true)), None);
        assert_eq!(listener.link(), Link::Live);
        listener
    }

    fn start(epoch: &str, seq: u64, whole: bool) -> String {
        json!({"event": "start", "epoch": epoch, "seq": seq, "whole": whole}).to_string()
    }

    fn changes(numbers: &[u64]) -> String {
        let list: Vec<_> = numbers
            .iter()
            .map(|seq| json!({"seq": seq, "kind": "task", "action": "changed", "id": seq.to_string()}))
            .collect();
        json!({"event": "changes", "seq": numbers.last(), "list": list}).to_string()
    }

    fn numbers(news: Option<News>) -> Vec<u64> {
        match news {
            Some(News::Changes(list)) => list.iter().map(|change| change.seq).collect(),
            None => Vec::new(),
            other => panic!("{other:?}"),
        }
    }

    /// Connects again and answers what is asked for.
    fn again(listener: &mut Listener, now: f64) -> StreamQuery {
        listener.retry();
        assert_eq!(listener.poll(now), Step::Ask);
        listener.answered(now, Ok(None));
        match listener.poll(now) {
            Step::Connect { query, .. } => query,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_heard_before_a_loss_is_not_heard_twice() {
        let mut listener = live();
        assert_eq!(numbers(listener.text(2000.0, &changes(&[8, 9]))), [8, 9]);
        listener.closed(3000.0);
        assert!(matches!(listener.link(), Link::Waiting { tries: 1, .. }));
        assert_eq!(
            listener.poll(3000.0),
            Step::Wait,
            "nothing is left to close"
        );
        let query = again(&mut listener, 3100.0);
        assert_eq!((query.epoch.as_deref(), query.after), (Some("e"), Some(9)));
        assert_eq!(listener.text(3200.0, &start("e", 9, true)), None);
        assert_eq!(numbers(listener.text(3300.0, &changes(&[8, 9, 10]))), [10]);
        assert_eq!(numbers(listener.text(3300.0, &changes(&[10]))), [0; 0]);
    }

    #[test]
    fn when_changes_are_lost_everything_is_asked_anew() {
        let mut listener = live();
        let missed = r#"{"event":"missed","seq":50}"#;
        assert_eq!(listener.text(2000.0, missed), Some(News::Everything));
        listener.text(2500.0, r#"{"event":"alive","seq":60}"#);
        listener.closed(3000.0);
        let query = again(&mut listener, 3100.0);
        assert_eq!(query.after, Some(60), "what was nobody's business counts");
        let begun = listener.text(3200.0, &start("other", 2, false));
        assert_eq!(begun, Some(News::Everything));
        // Numbers begin anew with the service.
        assert_eq!(numbers(listener.text(3300.0, &changes(&[3]))), [3]);
    }

    #[test]
    fn silence_and_nonsense_end_a_connection() {
        let mut listener = live();
        let service = r#"{"event":"service","service_status":0}"#;
        let status = ServiceStatus {
            service_status: 0,
            message: None,
        };
        assert_eq!(listener.text(2000.0, service), Some(News::Service(status)));
        assert_eq!(listener.due(), Some(2000.0 + SILENCE_MS));
        assert_eq!(listener.poll(2000.0 + SILENCE_MS), Step::Disconnect);
        assert_eq!(listener.poll(2000.0 + SILENCE_MS), Step::Wait);
        let mut listener = live();
        assert_eq!(listener.text(2000.0, "<html>"), None);
        assert_eq!(listener.poll(2000.0), Step::Disconnect);
        assert!(matches!(listener.link(), Link::Waiting { .. }));
        assert_eq!(listener.text(2100.0, &changes(&[9])), None, "too late");
    }

    #[test]
    fn waits_grow_until_something_is_heard() {
        let mut listener = live();
        let mut now = 2000.0;
        let mut waits = Vec::new();
        listener.closed(now);
        for _ in 0..4 {
            let until = listener.due().unwrap();
            waits.push(until - now);
            now = until;
            assert_eq!(listener.poll(now), Step::Ask);
            listener.answered(now, Err(None));
        }
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
        listener.begin(now, false);
        let query = again(&mut listener, now);
        assert_eq!(query.after, Some(7), "the same reader goes on");
        listener.answered(now, Err(Some(90)));
        assert_eq!(listener.link(), Link::Connecting, "an answer too late");
    }

    #[test]
    fn another_reader_begins_anew_and_nobody_does_not_connect() {
        let mut listener = live();
        listener.pause();
        assert_eq!(listener.poll(2000.0), Step::Disconnect);
        assert_eq!(
            (listener.poll(2000.0), listener.link()),
            (Step::Wait, Link::Off)
        );
        listener.begin(9000.0, true);
        let query = again(&mut listener, 9000.0);
        assert_eq!((query.after, query.since), (None, Some(2)));
        let begun = listener.text(9100.0, &start("e", 1, false));
        assert_eq!(begun, Some(News::Everything));
    }

    #[test]
    fn a_connection_in_doubt_is_made_anew_without_waiting() {
        let mut listener = live();
        listener.doubt();
        assert_eq!(listener.poll(2000.0), Step::Disconnect);
        assert_eq!(listener.poll(2000.0), Step::Ask);
        listener.doubt();
        assert_eq!(
            listener.poll(2000.0),
            Step::Wait,
            "it is being made already"
        );
        let error = json!({"event": "error", "code": 512, "problem": {"reason": "token_expired", "message": ""}});
        let mut listener = live();
        assert_eq!(listener.text(2000.0, &error.to_string()), None);
        assert_eq!(listener.poll(2000.0), Step::Disconnect);
        assert!(matches!(listener.link(), Link::Waiting { .. }));
    }
}
