//! Following a log over connections that break: what its messages mean, decided without a socket or a clock.
//!
//! The caller hands in what happened and when (milliseconds of any clock that never goes back), asks
//! [`Follower::poll`] what to do and does it.

use super::message::{Link, Refusal, TicketError};
use crate::json;
use crate::line::{Line, Stage};
use api::log::LogEvent;
use api::task::TaskState;
use api::{Code, Problem};
use engine::log::LogStore;

/// Bytes of a log that are held: ten million lines of a hundred bytes, and room for them in a worker's 4 GiB.
pub(super) const HELD: usize = 1280 << 20;

/// How often a ticket that the server does not know is replaced before it is believed.
const TICKET_TRIES: u32 = 3;

/// What is to be done; what is known is the number of bytes that are here. To [`Step::Ask`] the answer goes to
/// [`Follower::ticket`].
pub type Step = crate::line::Step<u64>;

/// Why nothing is to be done any more.
#[derive(Debug)]
enum Still {
    /// Somebody has to sign in first.
    SignIn,
    /// The task has ended, and all of its log is here.
    Ended,
    /// The server does not give the log out.
    Refused(Refusal),
}

/// A log, and how its connection stands.
#[derive(Debug)]
pub struct Follower {
    store: LogStore,
    /// How often the log turned out to be another than the one that was here.
    log: u32,
    line: Line<Option<Refusal>, Still>,
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
            store: LogStore::with_limit(HELD),
            log: 0,
            line: Line::new(seed, Stage::Idle),
            skip: 0,
            promised: 0,
            task: None,
        }
    }

    /// The log.
    pub fn store(&mut self) -> &mut LogStore {
        &mut self.store
    }

    /// Which log it is: the number changes when it turned out to be another than the one that was here.
    pub fn log(&self) -> u32 {
        self.log
    }

    /// How the task stands, as far as the log has said so.
    pub fn task(&self) -> Option<TaskState> {
        self.task
    }

    /// Bytes that the log had when the connection began.
    pub fn promised(&self) -> u64 {
        self.promised
    }

    /// Whether all that was written before the connection began is here.
    pub fn caught_up(&self) -> bool {
        self.store.bytes() >= self.promised
    }

    /// Whether the log is known to be here: before the first connection nothing is known to be missing.
    pub fn is_whole(&self) -> bool {
        self.task.is_some() && self.caught_up()
    }

    /// How the connection stands.
    pub fn link(&self, now: f64) -> Link {
        match self.line.stage() {
            Stage::Idle | Stage::Asked { .. } | Stage::Ready { .. } | Stage::Opening { .. } => {
                Link::Connecting
            }
            Stage::Live { .. } => Link::Live,
            Stage::Waiting { until, why } => Link::Waiting {
                seconds: ((until - now) / 1000.0).ceil().max(0.0) as u32,
                why: why.clone(),
            },
            Stage::Still(Still::SignIn) => Link::SignIn,
            Stage::Still(Still::Ended) => Link::Ended,
            Stage::Still(Still::Refused(refusal)) => Link::Refused(refusal.clone()),
        }
    }

    /// What is to be done now. Ask again until it says [`Step::Wait`].
    pub fn poll(&mut self, now: f64) -> Step {
        let store = &self.store;
        self.line.poll(now, || store.bytes())
    }

    /// A ticket came, none is needed, or it cannot be had.
    pub fn ticket(&mut self, now: f64, ticket: Result<Option<String>, TicketError>) {
        if !self.line.is_asked() {
            return;
        }
        match ticket {
            Ok(ticket) => self.line.ready(ticket),
            Err(TicketError::Later { why, after }) => self.line.lost(now, why, after),
            Err(TicketError::SignIn) => self.line.stop(Still::SignIn),
            Err(TicketError::Never(refusal)) => self.line.stop(Still::Refused(refusal)),
        }
    }

    /// Bytes of the log arrived.
    pub fn bytes(&mut self, now: f64, bytes: &[u8]) {
        if !self.line.heard(now) {
            return;
        }
        let known = self.skip.min(bytes.len() as u64);
        self.skip -= known;
        self.store.append(&bytes[known as usize..]);
        self.line.useful();
    }

    /// A text message arrived.
    pub fn text(&mut self, now: f64, text: &str) {
        match json::read::<LogEvent>(text) {
            Ok(event) => self.event(now, event),
            Err(_) if self.line.connected() => self.line.lost(now, None, None),
            Err(_) => {}
        }
    }

    /// The connection ended, whoever ended it.
    pub fn closed(&mut self, now: f64) {
        self.line.closed(now);
    }

    /// Do not wait any longer: who asks may be another now, or the log there.
    pub fn retry(&mut self) {
        match self.line.stage() {
            Stage::Waiting { .. } => self.line.restart(),
            Stage::Still(Still::SignIn | Still::Refused(_)) => {
                self.line.useful();
                self.line.restart();
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
            && self.line.is_opening()
        {
            (self.promised, self.task) = (size, Some(state));
            self.begin(now, offset, size);
            return;
        }
        if let (LogEvent::Error { code, problem }, true) = (&event, self.line.connected()) {
            self.error(now, *code, problem);
            return;
        }
        if !self.line.heard(now) {
            return;
        }
        match event {
            LogEvent::State { state } => self.task = Some(state),
            LogEvent::End { state } => {
                self.task = Some(state);
                self.line.stop(Still::Ended);
            }
            LogEvent::Alive => self.line.useful(),
            // A second start, or one outside a connection, means nothing.
            LogEvent::Start { .. } | LogEvent::Error { .. } => {}
        }
    }

    fn begin(&mut self, now: f64, offset: u64, size: u64) {
        let held = self.store.bytes();
        if offset > held || size < held {
            // Another log than the one that is here: begin again.
            self.store = LogStore::with_limit(HELD);
            self.log += 1;
            self.skip = 0;
            if offset > 0 {
                self.line.lost(now, None, None);
                return;
            }
        } else {
            self.skip = held - offset;
        }
        self.store.expect(size);
        self.line.begun(now);
    }

    fn error(&mut self, now: f64, code: Code, problem: &Problem) {
        let again = match code {
            Code::Busy | Code::Internal => true,
            Code::Authentication | Code::TokenInvalid | Code::TokenExpired => {
                self.line.tries() + 1 < TICKET_TRIES
            }
            _ => false,
        };
        let refusal = Refusal {
            code,
            reason: problem.reason,
            message: problem.message.clone(),
        };
        if again {
            self.line.lost(now, Some(refusal), problem.retry_after);
        } else {
            self.line.stop(Still::Refused(refusal));
        }
    }
}

#[cfg(test)]
mod tests;
