//! What page and worker say to each other. The encoding is positional: no field may be left out.

use api::task::TaskState;
use api::{Code, Problem, Reason};
use engine::chart::Points;
use engine::log::search::{PatternError, Query};
use engine::log::{Earlier, Row};
use engine::metrics::{Summary, UserPattern};
use serde::{Deserialize, Serialize};
use std::ops::{Range, RangeInclusive};

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Follow the log at this address (`ws:` or `wss:`, without a query). Sent once, first.
    Open(String),
    /// The answer to [`FromWorker::NeedTicket`]; strangers have none.
    Ticket(Result<Option<String>, TicketError>),
    /// What is on screen from now on.
    View(View),
    /// The end of the log, from the begin of a line on: shown until all that was written is here.
    Preview(Vec<u8>),
    /// Send the text of the lines with these numbers as far as they are held, at most so many bytes.
    Text(RangeInclusive<u64>, u32),
    /// Fold what is folded into the line with this number no more, or again.
    Unfold(u64),
    /// Send what the line with this number showed before: from this state on, at most so many.
    Earlier(u64, u32, u32),
    /// Send what this finds in the first lines.
    Try(UserPattern),
    /// Look for this from now on, or for nothing.
    Find(Option<Query>),
    /// Tell where this is, as soon as that is known. What was asked before is not answered any more.
    Seek(Seek),
    /// Draw the metrics of the log from now on, or none.
    Draw(Option<Asked>),
    /// Send the metrics that were read as CSV.
    Csv,
    /// About the log of another run, with which it is compared.
    Against(Against),
    /// Connect now instead of waiting: the user asked or signed in, or the browser is online again.
    Retry,
}

/// About the log of another run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Against {
    /// Compare with one from now on: its bytes follow.
    Begin,
    /// Its next bytes, at most 1 MiB.
    Piece(Vec<u8>),
    /// There are no more.
    End,
    /// Whether lines that differ in numbers alone are the same; they are not before this is said.
    IgnoreNumbers(bool),
    /// Compare no more.
    Stop,
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
    /// Only lines with what is looked for, and so many lines before and after each; they are not wrapped.
    pub only: Option<u32>,
    /// Lines as they were written, control characters spelled out, unwrapped.
    pub raw: bool,
    /// Without lines that are folded into the one before them; not wrapped then.
    pub fold: bool,
    /// Tell the times that lines begin with; those without an offset are so many minutes ahead of UTC.
    pub times: Option<i32>,
}

/// Where a view is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// At the end, whatever arrives.
    End,
    /// This row comes first.
    Row(u64),
}

/// What the page wants to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seek {
    /// The line with this number.
    Line(u64),
    /// The next line after the one with this number that has something, or the last one before it; round the ends.
    Found {
        /// Which.
        what: Sought,
        /// From here, which does not count.
        from: u64,
        /// Towards the end.
        forward: bool,
    },
}

/// What lines can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sought {
    /// What [`ToWorker::Find`] said.
    Wanted,
    /// Words that tell of a failure.
    Failure,
}

/// Where something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// The number of its line, from 1.
    pub line: u64,
    /// Its row in the view.
    pub row: u64,
    /// How many lines up to this one have what was sought; 0 for a line that was asked for by its number.
    pub rank: u64,
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// A connection needs a new one-time ticket.
    NeedTicket,
    /// How things stand.
    Snapshot(Snapshot),
    /// The answer to [`ToWorker::Text`] or [`ToWorker::Csv`]; `None`: it is longer than asked for.
    Text(Option<String>),
    /// The answer to [`ToWorker::Earlier`]; `None`: the line is not held.
    Earlier(Option<Earlier>),
    /// The answer to [`ToWorker::Try`].
    Tried(Result<Trial, PatternError>),
    /// The answer to [`ToWorker::Seek`]; `None`: it is not there.
    Spot(Option<Spot>),
    /// The metrics that [`ToWorker::Draw`] asked for, whenever they have changed.
    Drawn(Drawn),
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
    /// Bytes that the log had when the connection began.
    pub promised: u64,
    /// Whether all that was written before the connection began is here.
    pub caught_up: bool,
    /// Whether the rows are those of [`ToWorker::Preview`], whose numbers nobody knows yet.
    pub preview: bool,
    /// Whether the program wrote a line, not the platform alone.
    pub has_output: bool,
    /// Rows of all lines that are held, in the view's width.
    pub rows: u64,
    /// Which row is the first of `window`.
    pub from: u64,
    /// The rows on screen.
    pub window: Vec<Row>,
    /// What was found.
    pub found: Box<Found>,
    /// When lines on screen were written, if that was asked for.
    pub times: Times,
    /// Lines on screen that others are folded into, or would be.
    pub folds: Vec<Heads>,
    /// What another log and this one have apart, once it is known: the rows are that, not lines of the log.
    pub apart: Option<Apart>,
    /// How the connection stands.
    pub link: Link,
    /// How the task stands, as far as the log has said so.
    pub task: Option<TaskState>,
}

/// How many lines two logs have apart and in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Apart {
    /// Lines that only the other log has.
    pub there: u64,
    /// Lines that only this one has.
    pub here: u64,
    /// Lines that both have.
    pub both: u64,
}

/// A line that others are folded into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Heads {
    /// Its number, from 1.
    pub line: u64,
    /// How many.
    pub lines: u64,
    /// Whether they are shown all the same.
    pub open: bool,
}

/// When lines were written, as far as they say so: milliseconds since 1970-01-01 in UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// The first time that the log tells.
    pub began: Option<i64>,
    /// Numbers of lines on screen with their times.
    pub lines: Vec<(u64, i64)>,
}

/// What a pattern of the user's finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The first things it finds.
    pub samples: Vec<Sample>,
    /// How many lines were looked at.
    pub lines: u64,
}

/// A value that a pattern of the user's finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The number of its line, from 1.
    pub line: u64,
    /// What the line shows.
    pub text: String,
    /// Where it is: bytes of the text.
    pub at: Range<u32>,
    /// What the metric is called.
    pub name: String,
    /// Its value; `None` where the group is no number.
    pub value: Option<f64>,
    /// Its step, if the pattern finds one.
    pub step: Option<f64>,
}

/// What was found in the lines that are held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Of what is looked for, or why it cannot be.
    pub wanted: Option<Result<Tally, PatternError>>,
    /// Of words that tell of a failure.
    pub failures: Tally,
    /// Numbers of lines on screen with what is looked for, and where it is in them: bytes of the line's text.
    pub marks: Vec<(u64, Vec<Range<u32>>)>,
    /// Numbers of lines on screen that tell of a failure.
    pub failed: Vec<u64>,
}

/// How much was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How often.
    pub matches: u64,
    /// In how many lines.
    pub lines: u64,
    /// Whether all lines were searched.
    pub whole: bool,
    /// Lines with something in equal parts of the log, from top to end.
    pub density: Vec<u32>,
}

/// How metrics are to be drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// What goes from left to right.
    pub across: Across,
    /// From where to where; all of it: `None`.
    pub range: Option<(f64, f64)>,
    /// Columns of a curve.
    pub pixels: u32,
    /// How much values are smoothed, from 0 (not at all) to 1.
    pub smoothing: f64,
    /// Only metrics with this in their names, in lower case.
    pub names: String,
    /// What the user looks for beside what is known.
    pub patterns: Vec<UserPattern>,
    /// Minutes that times without an offset are ahead of UTC.
    pub zone: i32,
}

/// What goes from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Across {
    /// Steps; where none were told, the values are counted.
    Step,
    /// Milliseconds since the first value.
    Relative,
    /// Milliseconds since the epoch.
    Wall,
}

/// Metrics as they are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// The metrics, in the order in which the log has them.
    pub curves: Vec<Curve>,
    /// From where to where they are drawn.
    pub range: (f64, f64),
    /// From where to where they go; none where no value has a place.
    pub all: Option<(f64, f64)>,
    /// How many metrics the log has.
    pub names: u64,
    /// How many of those that were asked for are not here.
    pub left_out: u64,
    /// Whether all of the log was read.
    pub whole: bool,
}

/// A metric as it is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// What it is in short.
    pub summary: Summary,
    /// Its points, smoothed if that was asked for.
    pub points: Points,
    /// The line of the log that each point stands on.
    pub lines: Vec<u64>,
    /// What was smoothed.
    pub ghost: Option<Points>,
    /// Whether there were too many points, so that some between others were left out.
    pub thinned: bool,
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
