//! Why a run failed, from the end of its log: the probable cause, and the lines that show it.
//!
//! What the platform did itself (limits, balance) it knows better than any text; this is for commands that ended by
//! themselves. Single lines are known by one table ([`rules`]), tracebacks by their shape ([`traceback`]), and what
//! an exception says by the table again.

mod packages;
mod rules;
mod table;
#[cfg(test)]
mod tests;
mod traceback;

use crate::log::{LineKind, LogStore, Row};
use rules::{Rules, Weight};

/// Most lines that are looked at, from the end.
const LINES: u64 = 10_000;
/// Most lines that are handed out, from the end of those that show the cause.
const SHOWN: usize = 12;
/// Most characters of a line or message that are handed out.
const SHOWN_CHARS: usize = 400;
/// Bytes of a log that a store for [`find`] has to hold: its end is what matters.
pub const END_BYTES: usize = 1 << 20;

/// What probably made a command fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The memory of a graphics card was used up.
    GpuMemory,
    /// Memory was used up.
    OutOfMemory,
    /// A process was killed, most often because the machine ran out of memory.
    Killed,
    /// A module of Python is not there.
    MissingModule,
    /// A file, folder or library is not there.
    MissingFile,
    /// A program is not there.
    CommandNotFound,
    /// A file may not be read, written or run.
    PermissionDenied,
    /// The disk is full.
    NoSpace,
    /// The network was asked for and is not there.
    Network,
    /// pip found no such package.
    Package,
    /// A process crashed in native code.
    Crash,
    /// Any other error that the program told.
    Error,
}

/// A place in a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The file; without `/workspace/`, where the code is.
    pub file: String,
    /// The line in it, from 1.
    pub line: u32,
    /// The function; none where the file could not even be read as a program.
    pub function: Option<String>,
}

/// Lines of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// The number of the first one in the whole log, from 1.
    pub first: u64,
    /// The number of the last one.
    pub last: u64,
    /// The texts of the last of them, at most 12, each cut after 400 characters.
    pub text: Vec<String>,
}

/// What the log tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The cause.
    pub cause: Cause,
    /// The line that says it, cut after 400 characters.
    pub message: String,
    /// What is missing or refused: a module, a path, a command, a host.
    pub subject: Option<String>,
    /// Under which name pip knows a missing module.
    pub package: Option<String>,
    /// Where it happened: the last place in the user's own code, else the last one.
    pub frame: Option<Frame>,
    /// The lines that show it.
    pub lines: Lines,
}

/// A line of a log.
#[derive(Debug)]
struct Line {
    number: u64,
    text: String,
    kind: LineKind,
}

/// What may be the cause. Of two, that of more weight counts, then the newer one.
struct Candidate {
    weight: Weight,
    /// Its lines, counted among those that were read.
    first: usize,
    last: usize,
    cause: Cause,
    message: String,
    subject: Option<String>,
    frame: Option<Frame>,
}

/// What the end of a log tells of a command that ended with `exit_code` (128 + n for signal n).
///
/// `store` has had all of the log, however much of it it still holds: numbers are those of the whole log. None when
/// nothing in it tells.
pub fn find(store: &mut LogStore, exit_code: Option<i32>) -> Option<Finding> {
    let mut lines = read(store);
    lines.retain(|line| line.kind == LineKind::Program);
    let rules = Rules::get();
    let mut best: Option<Candidate> = None;
    let mut at = 0;
    while at < lines.len() {
        let found = traceback::at(&lines, at, rules).or_else(|| single(&lines, at, rules));
        let Some(mut found) = found else {
            at += 1;
            continue;
        };
        at = found.last + 1;
        match fits(found.cause, exit_code) {
            Some(true) => found.weight = Weight::Certain,
            Some(false) => continue,
            None => {}
        }
        if best.as_ref().is_none_or(|best| found.weight >= best.weight) {
            best = Some(found);
        }
    }
    let best = best?;
    let package = match (best.cause, &best.subject) {
        (Cause::MissingModule, Some(module)) => packages::of_module(module),
        _ => None,
    };
    Some(Finding {
        cause: best.cause,
        message: cut(&best.message),
        subject: best.subject.as_deref().map(cut),
        package,
        frame: best.frame,
        lines: handed_out(&lines[best.first..=best.last]),
    })
}

/// The platform's own line about how a run ended, the last one that begins with `words` after its stamp.
pub fn platform_line(store: &mut LogStore, words: &str) -> Option<Lines> {
    let lines = read(store);
    let said = |line: &Line| {
        let text = line.text.split_once("] | ");
        line.kind == LineKind::Platform && text.is_some_and(|(_, text)| text.starts_with(words))
    };
    let at = lines.iter().rposition(said)?;
    Some(handed_out(&lines[at..=at]))
}

/// What the exit code says of a cause: that it fits, that it cannot be, or nothing.
fn fits(cause: Cause, exit_code: Option<i32>) -> Option<bool> {
    let memory = matches!(cause, Cause::OutOfMemory | Cause::GpuMemory);
    match exit_code? {
        126 => (cause == Cause::PermissionDenied).then_some(true),
        127 => (cause == Cause::CommandNotFound).then_some(true),
        137 => Some(memory || cause == Cause::Killed),
        // SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV. A full disk is a SIGBUS where a file is mapped.
        132 | 134 | 135 | 136 | 139 => {
            Some(memory || matches!(cause, Cause::Crash | Cause::NoSpace))
        }
        129..=192 => Some(false),
        _ => None,
    }
}

/// A line that says it alone.
fn single(lines: &[Line], at: usize, rules: &Rules) -> Option<Candidate> {
    let text = &lines[at].text;
    let found = rules.look(text)?;
    Some(Candidate {
        weight: found.weight,
        first: at,
        last: at,
        cause: found.cause,
        message: text.trim().to_owned(),
        subject: found.subject,
        frame: None,
    })
}

/// The last lines of the log as they are shown.
fn read(store: &mut LogStore) -> Vec<Line> {
    let rows = store.rows(None);
    let line = |row: Row| Line {
        number: row.line,
        text: row.spans.into_iter().map(|span| span.text).collect(),
        kind: row.kind,
    };
    let rows = store.window(None, rows.saturating_sub(LINES), LINES as usize);
    rows.into_iter().map(line).collect()
}

fn handed_out(lines: &[Line]) -> Lines {
    let number = |line: Option<&Line>| line.map_or(0, |line| line.number);
    let shown = &lines[lines.len().saturating_sub(SHOWN)..];
    Lines {
        first: number(lines.first()),
        last: number(lines.last()),
        text: shown.iter().map(|line| cut(&line.text)).collect(),
    }
}

/// At most [`SHOWN_CHARS`] characters of a text.
fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
