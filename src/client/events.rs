//! Listening to the service over connections that break: what its messages mean, decided without a socket or a clock.
//!
//! The caller hands in what happened and when (milliseconds of any clock that never goes back), asks
//! [`Listener::poll`] what to do and does it. What comes out of the messages is [`News`].

use crate::json;
use crate::line::{Line, Stage};
use api::Code;
use api::account::ServiceStatus;
use api::event::{Change, StreamEvent, StreamQuery};

/// Seconds that are asked for beyond those that are needed: clocks and requests are not exact.
const SPARE_SECONDS: f64 = 2.0;

/// What is to be done; to [`Step::Ask`] the answer goes to [`Listener::answered`].
pub type Step = crate::line::Step<StreamQuery>;

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

/// Nobody may connect.
#[derive(Debug)]
struct Off;

/// Where the stream of changes is known to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    epoch: String,
    seq: u64,
}

/// A listener, and how its connection stands.
#[derive(Debug)]
pub struct Listener {
    line: Line<(), Off>,
    known: Option<Known>,
    /// Since when this reader has been asking for things.
    since: f64,
    reader: Option<Reader>,
}

/// Who listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The user's id; strangers have none.
    pub uid: Option<String>,
    /// With this token.
    pub token: Option<String>,
}

impl Listener {
    /// Nobody is there yet. `seed` spreads the tries of many pages over time.
    pub fn new(seed: u32) -> Self {
        Self {
            line: Line::new(seed, Stage::Still(Off)),
            known: None,
            since: 0.0,
            reader: None,
        }
    }

    /// How the connection stands.
    pub fn link(&self) -> Link {
        match *self.line.stage() {
            Stage::Still(Off) => Link::Off,
            Stage::Idle | Stage::Asked { .. } | Stage::Ready { .. } | Stage::Opening { .. } => {
                Link::Connecting
            }
            Stage::Live { .. } => Link::Live,
            Stage::Waiting { until, .. } => Link::Waiting {
                until,
                tries: self.line.tries(),
            },
        }
    }

    /// When [`Listener::poll`] has to be asked again although nothing happened; none waits for something to happen.
    pub fn due(&self) -> Option<f64> {
        self.line.due()
    }

    /// What is to be done now. Ask again until it says [`Step::Wait`].
    pub fn poll(&mut self, now: f64) -> Step {
        let (known, since) = (&self.known, self.since);
        self.line.poll(now, || match known {
            Some(known) => StreamQuery {
                epoch: Some(known.epoch.clone()),
                after: Some(known.seq),
                since: None,
            },
            // What was asked for before the stream was there may have changed since.
            None => StreamQuery {
                since: Some(((now - since) / 1000.0 + SPARE_SECONDS).ceil() as u32),
                ..StreamQuery::default()
            },
        })
    }

    /// Somebody may connect. To somebody else, what the one before knew is nothing; one of whom only something changed, a
    /// name or the plan, keeps the connection. The clock of `now` began with the page, and so did what the first one asked for.
    pub fn begin(&mut self, now: f64, reader: Reader) {
        let before = self.reader.replace(reader.clone());
        if before.as_ref() == Some(&reader) && self.line.connected() {
            return;
        }
        if before.as_ref().map(|before| &before.uid) != Some(&reader.uid) {
            self.known = None;
            self.since = if before.is_none() { 0.0 } else { now };
        }
        self.line.useful();
        self.line.restart();
    }

    /// Nobody may connect for now.
    pub fn pause(&mut self) {
        self.line.stop(Off);
    }

    /// The service answered, with a ticket or for a stranger; or it did not, and wants to be left alone for so many
    /// seconds.
    pub fn answered(&mut self, now: f64, answer: Result<Option<String>, Option<u32>>) {
        if !self.line.is_asked() {
            return;
        }
        match answer {
            Ok(ticket) => self.line.ready(ticket),
            Err(after) => self.line.lost(now, (), after),
        }
    }

    /// A message arrived.
    pub fn text(&mut self, now: f64, text: &str) -> Option<News> {
        let Ok(event) = json::read::<StreamEvent>(text) else {
            if self.line.connected() {
                self.line.lost(now, (), None);
            }
            return None;
        };
        match &event {
            StreamEvent::Start { epoch, seq, whole } if self.line.is_opening() => {
                self.known = Some(Known {
                    epoch: epoch.clone(),
                    seq: *seq,
                });
                self.line.begun(now);
                return (!whole).then_some(News::Everything);
            }
            StreamEvent::Error { code, problem } if self.line.connected() => {
                let after = match code {
                    // The session hears of it by its own requests; until it has renewed itself, all tries are in vain.
                    Code::Authentication | Code::TokenInvalid | Code::TokenExpired => None,
                    _ => problem.retry_after,
                };
                self.line.lost(now, (), after);
                return None;
            }
            _ => {}
        }
        if !self.line.heard(now) {
            return None;
        }
        self.line.useful();
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
            // A second start, or an error without a connection, means nothing.
            StreamEvent::Start { .. } | StreamEvent::Error { .. } => None,
        }
    }

    /// The connection ended, whoever ended it.
    pub fn closed(&mut self, now: f64) {
        self.line.closed(now);
    }

    /// The service may be there again: do not wait any longer.
    pub fn retry(&mut self) {
        if matches!(self.line.stage(), Stage::Waiting { .. }) {
            self.line.restart();
        }
    }

    /// A request went unanswered: whether the connection lives is to be seen.
    pub fn doubt(&mut self) {
        if matches!(self.line.stage(), Stage::Live { .. }) {
            self.line.restart();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::SILENCE_MS;
    use serde_json::json;

    fn reader(name: &str, token: &str) -> Reader {
        Reader {
            uid: Some(name.into()),
            token: Some(token.into()),
        }
    }

    /// Somebody who has connected at the time 1000.
    fn live() -> Listener {
        let mut listener = Listener::new(1);
        assert_eq!(
            (listener.poll(0.0), listener.link()),
            (Step::Wait, Link::Off)
        );
        listener.begin(0.0, reader("alice", "1"));
        assert_eq!(listener.poll(0.0), Step::Ask);
        assert_eq!(listener.poll(1.0), Step::Wait);
        listener.answered(900.0, Ok(Some("t".into())));
        let Step::Connect { ticket, known } = listener.poll(1000.0) else {
            panic!("it does not connect");
        };
        assert_eq!(ticket.as_deref(), Some("t"));
        // One second since the page began, and some to spare.
        assert_eq!((known.after, known.since), (None, Some(3)));
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
            Step::Connect { known, .. } => known,
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
        listener.begin(now, reader("alice", "1"));
        let query = again(&mut listener, now);
        assert_eq!(query.after, Some(7), "the same reader goes on");
        listener.answered(now, Err(Some(90)));
        assert_eq!(listener.link(), Link::Connecting, "an answer too late");
    }

    #[test]
    fn whoever_has_changed_only_in_something_keeps_the_connection() {
        let mut listener = live();
        listener.begin(2000.0, reader("alice", "1"));
        assert_eq!(listener.poll(2000.0), Step::Wait);
        assert_eq!(listener.link(), Link::Live);
        // With another token it is made anew, and while it is being made it stays.
        listener.begin(2000.0, reader("alice", "2"));
        assert_eq!(listener.poll(2000.0), Step::Disconnect);
        assert_eq!(again(&mut listener, 2000.0).after, Some(7));
        listener.begin(2100.0, reader("alice", "2"));
        assert_eq!(listener.poll(2100.0), Step::Wait);
        assert_eq!(listener.link(), Link::Connecting);
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
        listener.begin(9000.0, reader("bob", "2"));
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
