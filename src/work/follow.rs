//! Following a log over connections that break: what to do next, decided without a socket or a clock.
//!
//! The caller hands in what happened and when (milliseconds of any clock that never goes back), asks
//! [`Follower::poll`] what to do and does it.

use super::message::{Link, Refusal, TicketError};
use crate::backoff::Backoff;
use api::log::{HEARTBEAT_SECONDS, LogEvent};
use api::task::TaskState;
use api::{Code, Problem};
use engine::log::LogStore;

/// Longest time a ticket or a connection may take, in milliseconds.
const OPEN_MS: f64 = 20_000.0;
/// Longest silence of a living connection, in milliseconds.
const SILENCE_MS: f64 = 2_000.0 * HEARTBEAT_SECONDS as f64;
/// How often a ticket that the server does not know is replaced before it is believed.
const TICKET_TRIES: u32 = 3;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing before something happens or time passes.
    Wait,
    /// Get a ticket, then call [`Follower::ticket`].
    AskTicket,
    /// Connect with this ticket and say that so many bytes are here.
    Connect {
        /// The ticket; strangers have none.
        ticket: Option<String>,
        /// Bytes that are here.
        from: u64,
    },
    /// Close the connection.
    Disconnect,
}

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Idle,
    Asked { until: f64 },
    Ready { ticket: Option<String> },
    Opening { until: f64 },
    Live { until: f64 },
    Waiting { until: f64, why: Option<Refusal> },
    SignIn,
    Ended,
    Refused(Refusal),
}

/// A log, and how its connection stands.
#[derive(Debug)]
pub struct Follower {
    store: LogStore,
    phase: Phase,
    /// A connection is open that should not be.
    stale: bool,
    /// Begins again when anything useful arrives.
    backoff: Backoff,
    /// Bytes the server sends that are here already.
    skip: u64,
    /// Bytes the log had when the connection began.
    promised: u64,
    task: Option<TaskState>,
}

impl Follower {
    /// Nothing is here yet. `seed` spreads the tries of many pages over time.
    pub fn new(seed: u32) -> Self {
        Self {
            store: LogStore::default(),
            phase: Phase::Idle,
            stale: false,
            backoff: Backoff::new(seed),
            skip: 0,
            promised: 0,
            task: None,
        }
    }

    /// The log.
    pub fn store(&mut self) -> &mut LogStore {
        &mut self.store
    }

    /// How the task stands, as far as the log has said so.
    pub fn task(&self) -> Option<TaskState> {
        self.task
    }

    /// Whether all that was written before the connection began is here.
    pub fn caught_up(&self) -> bool {
        self.store.bytes() >= self.promised
    }

    /// How the connection stands.
    pub fn link(&self, now: f64) -> Link {
        match &self.phase {
            Phase::Idle | Phase::Asked { .. } | Phase::Ready { .. } | Phase::Opening { .. } => {
                Link::Connecting
            }
            Phase::Live { .. } => Link::Live,
            Phase::Waiting { until, why } => Link::Waiting {
                seconds: ((until - now) / 1000.0).ceil().max(0.0) as u32,
                why: why.clone(),
            },
            Phase::SignIn => Link::SignIn,
            Phase::Ended => Link::Ended,
            Phase::Refused(refusal) => Link::Refused(refusal.clone()),
        }
    }

    /// What is to be done now. Ask again until it says [`Step::Wait`].
    pub fn poll(&mut self, now: f64) -> Step {
        match self.phase {
            Phase::Asked { until } | Phase::Opening { until } | Phase::Live { until }
                if now >= until =>
            {
                self.lost(now, None, None);
            }
            Phase::Waiting { until, .. } if now >= until => self.phase = Phase::Idle,
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
                Step::AskTicket
            }
            Phase::Ready { ticket } => {
                self.phase = Phase::Opening {
                    until: now + OPEN_MS,
                };
                Step::Connect {
                    ticket,
                    from: self.store.bytes(),
                }
            }
            other => {
                self.phase = other;
                Step::Wait
            }
        }
    }

    /// A ticket came, none is needed, or it cannot be had.
    pub fn ticket(&mut self, now: f64, ticket: Result<Option<String>, TicketError>) {
        if !matches!(self.phase, Phase::Asked { .. }) {
            return;
        }
        match ticket {
            Ok(ticket) => self.phase = Phase::Ready { ticket },
            Err(TicketError::Later { why, after }) => self.lost(now, why, after),
            Err(TicketError::SignIn) => self.phase = Phase::SignIn,
            Err(TicketError::Never(refusal)) => self.phase = Phase::Refused(refusal),
        }
    }

    /// Bytes of the log arrived.
    pub fn bytes(&mut self, now: f64, bytes: &[u8]) {
        if !self.heard(now) {
            return;
        }
        let known = self.skip.min(bytes.len() as u64);
        self.skip -= known;
        self.store.append(&bytes[known as usize..]);
        self.backoff.success();
    }

    /// A text message arrived.
    pub fn text(&mut self, now: f64, text: &str) {
        match serde_json::from_str::<LogEvent>(text) {
            Ok(event) => self.event(now, event),
            Err(_) if self.connected() => self.lost(now, None, None),
            Err(_) => {}
        }
    }

    /// The connection ended, whoever ended it.
    pub fn closed(&mut self, now: f64) {
        if self.connected() {
            self.lost(now, None, None);
            self.stale = false;
        }
    }

    /// Do not wait any longer: who asks may be another now, or the log there.
    pub fn retry(&mut self) {
        match self.phase {
            Phase::Waiting { .. } => self.phase = Phase::Idle,
            Phase::SignIn | Phase::Refused(_) => {
                self.backoff.success();
                self.phase = Phase::Idle;
            }
            _ => {}
        }
    }

    fn event(&mut self, now: f64, event: LogEvent) {
        if let LogEvent::Start {
            offset,
            size,
            state,
        } = event
            && matches!(self.phase, Phase::Opening { .. })
        {
            (self.promised, self.task) = (size, Some(state));
            self.begin(now, offset, size);
            return;
        }
        if let (LogEvent::Error { code, problem }, true) = (&event, self.connected()) {
            self.error(now, *code, problem);
            return;
        }
        if !self.heard(now) {
            return;
        }
        match event {
            LogEvent::State { state } => self.task = Some(state),
            LogEvent::End { state } => {
                self.task = Some(state);
                self.phase = Phase::Ended;
                self.stale = true;
            }
            LogEvent::Alive => self.backoff.success(),
            // A second start, or one outside a connection, means nothing.
            LogEvent::Start { .. } | LogEvent::Error { .. } => {}
        }
    }

    fn begin(&mut self, now: f64, offset: u64, size: u64) {
        let held = self.store.bytes();
        if offset > held || size < held {
            // Another log than the one that is here: begin again.
            self.store = LogStore::default();
            self.skip = 0;
            if offset > 0 {
                self.lost(now, None, None);
                return;
            }
        } else {
            self.skip = held - offset;
        }
        self.phase = Phase::Live {
            until: now + SILENCE_MS,
        };
    }

    fn error(&mut self, now: f64, code: Code, problem: &Problem) {
        let again = match code {
            Code::Busy | Code::Internal => true,
            Code::Authentication | Code::TokenInvalid | Code::TokenExpired => {
                self.backoff.tries() + 1 < TICKET_TRIES
            }
            _ => false,
        };
        let refusal = Refusal {
            code,
            reason: problem.reason,
            message: problem.message.clone(),
        };
        if again {
            self.lost(now, Some(refusal), problem.retry_after);
        } else {
            self.stale = true;
            self.phase = Phase::Refused(refusal);
        }
    }

    fn connected(&self) -> bool {
        matches!(self.phase, Phase::Opening { .. } | Phase::Live { .. })
    }

    /// Something was said on a living connection.
    fn heard(&mut self, now: f64) -> bool {
        match &mut self.phase {
            Phase::Live { until } => {
                *until = now + SILENCE_MS;
                true
            }
            _ => false,
        }
    }

    fn lost(&mut self, now: f64, why: Option<Refusal>, retry_after: Option<u32>) {
        self.stale = self.connected();
        let until = now + self.backoff.failure(retry_after);
        self.phase = Phase::Waiting { until, why };
    }
}

#[cfg(test)]
mod tests;
