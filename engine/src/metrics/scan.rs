//! Reading the metrics of a log while it grows.

use super::found::{Epoch, Found};
use super::names::Id;
use super::pattern::MetricPattern;
use super::series::{Point, Series, Set};
use super::text::{self, Move};
use super::{object, pairs, time};
use crate::log::{LINE_BYTES, LogStore};

/// Goes up with each change of what is found in the same bytes: whoever keeps what was found finds it anew then.
pub const READER: u32 = 1;

/// What a piece costs, whatever its length.
const PIECE: usize = 32;

/// The metrics of a log, as far as it was read.
///
/// It is fed the store again and again ([`Metrics::step`]) and goes on where it was. It reads what the program wrote, not what is left
/// of it: each state of a progress bar has its values, and counts as a piece of the line that it was shown on. What ended with `\r`
/// or a newline is read once and for good. The rest, which is still being written, is read in each step and its
/// values are taken back in the next; so the result does not depend on how the bytes came.
///
/// Points stay when the store drops the lines they are of: they were real. Lines that are dropped before they were
/// read are not known, so it is to be fed before the store has filled anew.
#[derive(Debug)]
pub struct Metrics {
    patterns: Vec<MetricPattern>,
    /// Minutes that times without an offset are ahead of UTC.
    zone: i32,
    set: Set,
    context: Context,
    found: Found,
    scratch: Vec<u8>,
    /// Bytes of the whole log that were read for good.
    at: u64,
    /// Where the end of the piece after them is not.
    looked: u64,
    /// The line that `at` is in, counted from 0 over the whole log.
    line: u64,
    /// States of lines that were read.
    states: u64,
    /// Before the tail was read, and how many bytes the log had then.
    tail: Option<(Context, u64)>,
}

/// What lines before say of the next.
#[derive(Clone, Copy, Debug)]
struct Context {
    wall: f64,
    epoch: Option<Epoch>,
    /// The number of the first epoch, as the first that was told has it: some programs write `Epoch 1/3` and then `Epoch 1`.
    first_epoch: Option<f64>,
    /// How far above the log's last line the cursor is.
    up: u64,
}

impl Metrics {
    /// Has read nothing yet. Times without an offset are taken for `zone` minutes ahead of UTC, as those of the platform are.
    pub fn new(patterns: Vec<MetricPattern>, zone: i32) -> Self {
        Self {
            patterns,
            zone,
            set: Set::default(),
            context: Context {
                wall: f64::NAN,
                epoch: None,
                first_epoch: None,
                up: 0,
            },
            found: Found::default(),
            scratch: Vec::new(),
            at: 0,
            looked: 0,
            line: 0,
            states: 0,
            tail: None,
        }
    }

    /// The same, of which no points are kept but the last ones: for whoever wants the summaries alone, in little memory.
    pub fn brief(patterns: Vec<MetricPattern>, zone: i32) -> Self {
        Self {
            set: Set::brief(),
            ..Self::new(patterns, zone)
        }
    }

    /// Reads on, about `budget` bytes; says whether all of `store` is read. It has to be the same store each time.
    pub fn step(&mut self, store: &LogStore, budget: usize) -> bool {
        let (bytes, first) = store.held_bytes();
        let end = first + bytes.len() as u64;
        if let Some((context, read)) = self.tail {
            if read == end {
                return true;
            }
            self.set.end_tail();
            self.found.names.forget_series(self.set.series().len());
            self.context = context;
            self.tail = None;
        }
        if self.at < first {
            self.at = first;
            self.context.up = 0;
        }
        let mut left = budget;
        loop {
            self.find_line(store);
            let from = (self.at - first) as usize;
            let looked = (self.looked.max(self.at) - first) as usize;
            let Some(length) = memchr::memchr2(b'\r', b'\n', &bytes[looked..]) else {
                break;
            };
            if left == 0 {
                return false;
            }
            let to = looked + length;
            self.piece(&bytes[from..to], store.reach());
            self.at = first + to as u64 + 1;
            if bytes[to] == b'\n' {
                self.context.up = self.context.up.saturating_sub(1);
            }
            left = left.saturating_sub(to + 1 - from + PIECE);
        }
        self.looked = end;
        self.tail = Some((self.context, end));
        self.set.begin_tail();
        self.piece(&bytes[(self.at - first) as usize..], store.reach());
        true
    }

    /// Finds the line that the next byte is in.
    fn find_line(&mut self, store: &LogStore) {
        self.line = self.line.max(store.dropped_lines());
        while store
            .line_begin(self.line + 1)
            .is_some_and(|begin| begin <= self.at)
        {
            self.line += 1;
            self.context.up = 0;
        }
    }

    /// Reads what was written between two returns to the begin of a line. The cursor goes up less than `reach` lines.
    fn piece(&mut self, piece: &[u8], reach: u64) {
        let piece = &piece[..piece.len().min(LINE_BYTES)];
        if !text::has_sequences(piece) {
            self.state(piece);
            return;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        text::split(piece, &mut scratch, |piece, moved| {
            self.state(piece);
            let up = self.context.up;
            self.context.up = match moved {
                Some(Move::Up(count)) => (up + u64::from(count)).min(reach - 1).min(self.line),
                Some(Move::Down(count)) => up.saturating_sub(count.into()),
                Some(Move::Within) | None => up,
            };
        });
        self.scratch = scratch;
    }

    /// Reads one state of a line, without sequences.
    fn state(&mut self, text: &[u8]) {
        let text = text.trim_ascii();
        if text.is_empty() {
            return;
        }
        let mut rest = text;
        if let Some((wall, end)) = time::leading(text, self.zone) {
            self.context.wall = wall;
            rest = &text[end..];
            if time::is_platform(text) {
                return;
            }
        }
        self.found.clear();
        self.read(rest);
        let found = &mut self.found;
        if let Some(first) = found.epoch.as_mut().and_then(|epoch| epoch.first.as_mut()) {
            *first = *self.context.first_epoch.get_or_insert(*first);
        }
        if let Some(wall) = found.time {
            self.context.wall = wall;
        }
        self.states += 1;
        let point = Point {
            line: self.line.saturating_sub(self.context.up) + 1,
            step: found.step(self.context.epoch),
            wall: self.context.wall,
            state: self.states,
        };
        for pattern in &self.patterns {
            pattern.each(text, |matched| {
                if let Some(value) = matched.value
                    && let Some(at) = self.set.find(matched.name)
                {
                    let step = matched.step.unwrap_or(point.step);
                    self.set.push(at, Point { step, ..point }, value);
                }
            });
        }
        let epoch = self.found.epoch;
        for at in 0..self.found.values().len() {
            let (name, value) = self.found.values()[at];
            if let Some(at) = self.series_of(name) {
                self.set.push(at, point, value);
            }
        }
        if let Some(epoch) = epoch {
            let name = self.found.names.find(b"epoch");
            if let Some(at) = name.and_then(|name| self.series_of(name)) {
                self.set.push_change(at, point, epoch.at);
            }
            self.context.epoch = Some(epoch);
        }
    }

    /// The number of the series with a name.
    fn series_of(&mut self, name: Id) -> Option<usize> {
        let names = &mut self.found.names;
        if let Some(at) = names.series(name) {
            return Some(at);
        }
        let at = self.set.find(names.text(name))?;
        names.set_series(name, at);
        Some(at)
    }

    /// Reads what is known of itself: an object, and pairs around it.
    fn read(&mut self, text: &[u8]) {
        let found = &mut self.found;
        if let Some(begin) = object::begin(text) {
            if let Some(length) = object::read(&text[begin..], self.zone, found) {
                pairs::read(&text[..begin], found);
                pairs::read(&text[begin + length..], found);
                return;
            }
            found.clear();
        }
        pairs::read(text, found);
    }

    /// The series found so far, in the order in which they appear.
    pub fn series(&self) -> &[Series] {
        self.set.series()
    }

    /// How many series there was no room for, see [`super::SERIES_MAX`]; more than 10,000 are not counted.
    pub fn left_out(&self) -> usize {
        self.set.left_out()
    }

    /// Bytes of the whole log that were read for good; those after them are read in each step.
    pub fn scanned(&self) -> u64 {
        self.at
    }
}

#[cfg(test)]
mod forms;
#[cfg(test)]
mod tests;
