//! A file that is looked into: questions, the bytes that they need, and answers.

use super::describe::{
    Cell, Column, Description, Fault, Format, Head, Label, Need, Question, Reply, Row, Why,
};
use super::hex::Hex;
use super::kinds;
use super::source::{Source, Stop};
use std::ops::Range;

/// Most rows of an answer.
const ROWS_MAX: u32 = 200;
/// Most requests for one answer.
const REQUESTS_MAX: u32 = 512;
/// Most characters of a cell.
const CELL_MAX: usize = 300;

/// A kind of file.
pub(super) trait Kind {
    /// Reads as far as is wanted, and says what is there.
    fn load(&mut self, source: &Source) -> Result<Description, Stop>;

    /// Rows of these numbers; fewer behind the last.
    fn rows(&mut self, source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop>;

    /// The next [`Self::load`] is to read on.
    fn want_more(&mut self) {}

    /// The next [`Self::load`] is to show what is below a row, or to hide it.
    fn toggle(&mut self, _row: u64) {}
}

/// A description without anything but a format.
pub(super) fn description(format: Format) -> Description {
    Description {
        format,
        facts: Vec::new(),
        columns: Vec::new(),
        rows: 0,
        read: None,
        fault: None,
    }
}

/// A column that is called as such things always are.
pub(super) fn column(label: Label, cell: Cell) -> Column {
    Column {
        head: Head::Known(label),
        cell,
        statistics: None,
    }
}

/// A text that is no longer than a cell may be.
pub(super) fn clip(text: &str) -> String {
    match text.char_indices().nth(CELL_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A file that is looked into.
pub struct Preview {
    name: String,
    source: Source,
    kind: Option<Box<dyn Kind>>,
    question: Question,
    /// What was asked for and has not come.
    open: Option<Need>,
    requests: u32,
}

impl Preview {
    /// A file of this name and size in bytes; `as_bytes` when only its bytes are to be shown, whatever it is.
    pub fn new(name: &str, size: u64, as_bytes: bool) -> Self {
        Self {
            name: name.to_owned(),
            source: Source::new(size),
            kind: as_bytes.then(|| Box::new(Hex) as Box<dyn Kind>),
            question: Question::Open,
            open: None,
            requests: 0,
        }
    }

    /// Answers, or says which bytes are needed first. A question that was not answered yet is given up.
    pub fn ask(&mut self, question: Question) -> Reply {
        self.question = question;
        self.requests = 0;
        match (question, &mut self.kind) {
            (Question::More, Some(kind)) => kind.want_more(),
            (Question::Toggle(row), Some(kind)) => kind.toggle(row),
            _ => {}
        }
        self.answer()
    }

    /// Takes the bytes that were needed, and answers the question. Fewer bytes than were needed mean that the file ends there.
    pub fn put(&mut self, bytes: Vec<u8>) -> Reply {
        if let Some(need) = self.open.take() {
            if (bytes.len() as u64) < need.length {
                self.source.ends_at(need.start + bytes.len() as u64);
            }
            self.source.put(need.start, bytes);
        }
        self.answer()
    }

    fn answer(&mut self) -> Reply {
        match self.try_answer() {
            Ok(reply) => reply,
            Err(Stop::Fault(fault)) => Reply::Fault(fault),
            Err(Stop::Need(Need { start, .. })) if self.requests >= REQUESTS_MAX => {
                Reply::Fault(Fault {
                    why: Why::Bound,
                    at: start,
                })
            }
            Err(Stop::Need(need)) => {
                self.requests += 1;
                self.open = Some(need);
                Reply::Need(need)
            }
        }
    }

    fn try_answer(&mut self) -> Result<Reply, Stop> {
        let kind = match &mut self.kind {
            Some(kind) => kind,
            None => self.kind.insert(kinds::kind_of(&self.name, &self.source)?),
        };
        if let Question::Rows(first, count) = self.question {
            let range = first..first.saturating_add(count.min(ROWS_MAX).into());
            return Ok(Reply::Rows(first, kind.rows(&self.source, range)?));
        }
        Ok(Reply::Described(kind.load(&self.source)?))
    }
}
