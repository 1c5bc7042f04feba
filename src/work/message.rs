//! What page and worker say to each other. The encoding is positional: no field may be left out.

use api::task::TaskState;
use api::{Code, Problem, Reason};
use engine::log::Row;
use serde::{Deserialize, Serialize};

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Follow the log at this address (`ws:` or `wss:`, without a query). Sent once, first.
    Open(String),
    /// The answer to [`FromWorker::NeedTicket`]; strangers have none.
    Ticket(Result<Option<String>, TicketError>),
    /// What is on screen from now on.
    View(View),
    /// Send the log's text as far as it is held, at most so many bytes.
    Text(u32),
    /// Connect now instead of waiting: the user asked or signed in, or the browser is online again.
    Retry,
}

/// Why there is no ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TicketError {
    /// It may be had later.
    Later {
        /// What the server said; none when it did not answer.
        why: Option<Refusal>,
        /// Seconds it asked to wait.
        after: Option<u32>,
    },
    /// It may be had once the user has signed in again.
    SignIn,
    /// It will not be had.
    Never(Refusal),
}

/// Which rows are on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Columns lines are wrapped at; `None`: not wrapped.
    pub cols: Option<u32>,
    /// Where it is.
    pub anchor: Anchor,
    /// How many rows.
    pub rows: u32,
}

/// Where a view is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// At the end, whatever arrives.
    End,
    /// This row comes first.
    Row(u64),
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromWorker {
    /// A connection needs a new one-time ticket.
    NeedTicket,
    /// How things stand.
    Snapshot(Snapshot),
    /// The answer to [`ToWorker::Text`]; `None`: it is longer than asked for.
    Text(Option<String>),
}

/// How a log stands, and what of it is on screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Lines that came.
    pub lines: u64,
    /// Lines at the top that are no longer held.
    pub dropped: u64,
    /// Bytes that came.
    pub bytes: u64,
    /// Whether all that was written before the connection began is here.
    pub caught_up: bool,
    /// Whether the program wrote a line, not the platform alone.
    pub has_output: bool,
    /// Rows of all lines that are held, in the view's width.
    pub rows: u64,
    /// Which row is the first of `window`.
    pub from: u64,
    /// The rows on screen.
    pub window: Vec<Row>,
    /// How the connection stands.
    pub link: Link,
    /// How the task stands, as far as the log has said so.
    pub task: Option<TaskState>,
}

/// How the connection stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// Being made.
    Connecting,
    /// Lines arrive as they are written.
    Live,
    /// Lost, or refused for the moment.
    Waiting {
        /// Seconds until the next try, rounded up.
        seconds: u32,
        /// What the server said; none when it did not answer.
        why: Option<Refusal>,
    },
    /// The next try is when the user has signed in again.
    SignIn,
    /// The task has ended and all of its log is here.
    Ended,
    /// The log cannot be had unless something changes.
    Refused(Refusal),
}

/// Why the log cannot be had, or not now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The kind of failure.
    pub code: Code,
    /// The cause.
    pub reason: Reason,
    /// One English sentence.
    pub message: String,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.reason, refusal.message)
    }
}
