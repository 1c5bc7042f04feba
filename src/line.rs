//! A connection that is made anew whenever it breaks: what to do next, decided without a socket or a clock. Changes and
//! logs come over one each; what is said on it is their business.
//!
//! Times are milliseconds of any clock that never goes back.

use crate::backoff::Backoff;
use api::log::HEARTBEAT_SECONDS;

/// Longest time that asking for a ticket, or a connection, may take, in milliseconds.
pub const OPEN_MS: f64 = 20_000.0;
/// Longest silence of a living connection, in milliseconds.
pub const SILENCE_MS: f64 = 2_000.0 * HEARTBEAT_SECONDS as f64;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<K> {
    /// Nothing before something happens or time passes.
    Wait,
    /// See whether the service answers, and get a ticket if somebody is signed in.
    Ask,
    /// Connect.
    Connect {
        /// The ticket; strangers have none.
        ticket: Option<String>,
        /// What is known already.
        known: K,
    },
    /// Close the connection.
    Disconnect,
}

/// How it stands. `W` tells why it waits, `S` why it stands still.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage<W, S> {
    /// It is to be made.
    Idle,
    /// A ticket is being asked for.
    Asked {
        /// When it is given up.
        until: f64,
    },
    /// It may be made.
    Ready {
        /// With this ticket.
        ticket: Option<String>,
    },
    /// It is being made.
    Opening {
        /// When it is given up.
        until: f64,
    },
    /// It lives.
    Live {
        /// When it counts as dead unless something is heard.
        until: f64,
    },
    /// It was lost, or cannot be made.
    Waiting {
        /// When it is tried again.
        until: f64,
        /// Why.
        why: W,
    },
    /// It is not to be made.
    Still(S),
}

/// The connection.
#[derive(Debug)]
pub struct Line<W, S> {
    stage: Stage<W, S>,
    /// One is open that should not be.
    stale: bool,
    /// Begins again when anything useful arrives.
    backoff: Backoff,
}

impl<W: Default, S> Line<W, S> {
    /// One at this stage. `seed` spreads the tries of many pages over time.
    pub fn new(seed: u32, stage: Stage<W, S>) -> Self {
        Self {
            stage,
            stale: false,
            backoff: Backoff::new(seed),
        }
    }

    /// How it stands.
    pub fn stage(&self) -> &Stage<W, S> {
        &self.stage
    }

    /// How often it was tried since it last was of use.
    pub fn tries(&self) -> u32 {
        self.backoff.tries()
    }

    /// When [`Line::poll`] has to be asked again although nothing happened; none waits for something to happen.
    pub fn due(&self) -> Option<f64> {
        match self.stage {
            Stage::Asked { until }
            | Stage::Opening { until }
            | Stage::Live { until }
            | Stage::Waiting { until, .. } => Some(until),
            Stage::Idle | Stage::Ready { .. } | Stage::Still(_) => None,
        }
    }

    /// What is to be done now; `known` is told to the service. Ask again until it says [`Step::Wait`].
    pub fn poll<K>(&mut self, now: f64, known: impl FnOnce() -> K) -> Step<K> {
        match self.stage {
            Stage::Asked { until } | Stage::Opening { until } | Stage::Live { until }
                if now >= until =>
            {
                self.lost(now, W::default(), None);
            }
            Stage::Waiting { until, .. } if now >= until => self.stage = Stage::Idle,
            _ => {}
        }
        if std::mem::take(&mut self.stale) {
            return Step::Disconnect;
        }
        let until = now + OPEN_MS;
        match std::mem::replace(&mut self.stage, Stage::Idle) {
            Stage::Idle => {
                self.stage = Stage::Asked { until };
                Step::Ask
            }
            Stage::Ready { ticket } => {
                self.stage = Stage::Opening { until };
                let known = known();
                Step::Connect { ticket, known }
            }
            other => {
                self.stage = other;
                Step::Wait
            }
        }
    }

    /// Whether a ticket is being asked for; an answer that comes at any other time comes too late.
    pub fn is_asked(&self) -> bool {
        matches!(self.stage, Stage::Asked { .. })
    }

    /// Whether it is being made.
    pub fn is_opening(&self) -> bool {
        matches!(self.stage, Stage::Opening { .. })
    }

    /// Whether one is open, or being made.
    pub fn connected(&self) -> bool {
        matches!(self.stage, Stage::Opening { .. } | Stage::Live { .. })
    }

    /// The service answered, with a ticket or for a stranger.
    pub fn ready(&mut self, ticket: Option<String>) {
        self.stage = Stage::Ready { ticket };
    }

    /// The service began to speak.
    pub fn begun(&mut self, now: f64) {
        let until = now + SILENCE_MS;
        self.stage = Stage::Live { until };
    }

    /// Something was said. Whether it counts: only on a living connection.
    pub fn heard(&mut self, now: f64) -> bool {
        match &mut self.stage {
            Stage::Live { until } => {
                *until = now + SILENCE_MS;
                true
            }
            _ => false,
        }
    }

    /// What was said was of use: the next wait is a short one again.
    pub fn useful(&mut self) {
        self.backoff.success();
    }

    /// It was lost, or could not be made; the service may want to be left alone for so many seconds.
    pub fn lost(&mut self, now: f64, why: W, retry_after: Option<u32>) {
        self.stale |= self.connected();
        let until = now + self.backoff.failure(retry_after);
        self.stage = Stage::Waiting { until, why };
    }

    /// It ended by itself, whoever ended it.
    pub fn closed(&mut self, now: f64) {
        if self.connected() {
            self.lost(now, W::default(), None);
            self.stale = false;
        }
    }

    /// It is not to be made, for now or for ever.
    pub fn stop(&mut self, why: S) {
        self.stale |= self.connected();
        self.stage = Stage::Still(why);
    }

    /// It is to be made anew, at once.
    pub fn restart(&mut self) {
        self.stale |= self.connected();
        self.stage = Stage::Idle;
    }
}
