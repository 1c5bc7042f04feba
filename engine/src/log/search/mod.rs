//! Search over all lines of a log, while it grows: what a terminal would show of them, escapes not in the way.
//!
//! A [`Search`] is fed the store again and again ([`Search::step`]) and goes on where it was. Lines whose bytes are their
//! text are searched as one piece of memory; of others the text is made first.

mod errors;
mod hits;
mod pattern;

#[cfg(feature = "metrics")]
pub(crate) use pattern::groups;
pub use pattern::{Pattern, PatternError, Query};

use super::store::LogStore;
use hits::Hits;
use std::ops::Range;

/// What a byte of a line costs that has to be made into text first.
const MAKING: usize = 4;
/// Bytes of text that are made before they are searched.
const TOGETHER: usize = 64 << 10;
/// What a line costs, whatever its length.
const LINE: usize = 32;

/// A search and what it has found so far.
///
/// Lines have numbers from 1. Memory: a bit for each line, 4 bytes for a thousand, and the compiled pattern.
#[derive(Debug)]
pub struct Search {
    pattern: Pattern,
    /// In lines that nothing can change any more.
    hits: Hits,
    /// Matches in the lines after those, where there are some.
    tail: Vec<(u64, u32)>,
    /// Bytes of the log when the tail was searched.
    tail_at: Option<u64>,
    text: Text,
}

/// Room for the text of lines.
#[derive(Debug, Default)]
struct Text {
    bytes: Vec<u8>,
    /// Where each line begins in it.
    starts: Vec<u32>,
    scratch: String,
}

impl Text {
    /// What the line `at`, counted from the first that is held, shows.
    fn of<'a>(&'a mut self, store: &'a LogStore, at: usize) -> &'a [u8] {
        if let Some(bytes) = store.plain_bytes(at) {
            return bytes;
        }
        self.bytes.clear();
        store.push_shown(at, &mut self.bytes, &mut self.scratch);
        &self.bytes
    }
}

impl Search {
    /// Has looked at nothing yet.
    pub fn new(pattern: Pattern) -> Self {
        Self {
            pattern,
            hits: Hits::default(),
            tail: Vec::new(),
            tail_at: None,
            text: Text::default(),
        }
    }

    /// What is searched for.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Searches on, about `budget` bytes; says whether all of `store` is searched. It has to be the same store each time.
    pub fn step(&mut self, store: &LogStore, budget: usize) -> bool {
        self.drop_lines(store);
        let settled = store.settled();
        let mut left = budget;
        loop {
            let at = (self.hits.end() - store.dropped_lines()) as usize;
            if at >= settled {
                break;
            }
            if left == 0 {
                return false;
            }
            let cost = match store.plain.get(at) {
                true => self.search_bytes(store, at, settled, left),
                false => self.search_text(store, at, settled, left),
            };
            left = left.saturating_sub(cost);
        }
        if self.tail_at != Some(store.bytes()) {
            self.tail_at = Some(store.bytes());
            self.tail.clear();
            for at in settled..store.held() {
                let count = self.pattern.count(self.text.of(store, at));
                if count > 0 {
                    self.tail.push((store.dropped_lines() + at as u64, count));
                }
            }
        }
        true
    }

    /// Searches lines from `at` on whose bytes are their text, up to the line `end`; says what it cost.
    fn search_bytes(&mut self, store: &LogStore, at: usize, end: usize, budget: usize) -> usize {
        let end = store.plain.next(at, false).unwrap_or(end).min(end);
        let from = store.starts[at] as usize;
        let lines = &store.starts[at..=end];
        let within = lines.partition_point(|start| *start as usize - from <= budget);
        let end = (at + within - 1).max(at + 1);
        let to = store.starts[end] as usize - 1;
        let starts = &store.starts[at..end];
        find(
            &self.pattern,
            &mut self.hits,
            &store.bytes[from..to],
            starts,
        );
        to + 1 - from
    }

    /// The same with lines whose text has to be made.
    fn search_text(&mut self, store: &LogStore, at: usize, end: usize, budget: usize) -> usize {
        let Text {
            bytes,
            starts,
            scratch,
        } = &mut self.text;
        bytes.clear();
        starts.clear();
        let mut cost = 0;
        for line in at..end {
            if store.plain.get(line) || cost >= budget || bytes.len() > TOGETHER {
                break;
            }
            starts.push(bytes.len() as u32);
            store.push_shown(line, bytes, scratch);
            bytes.push(b'\n');
            cost += store.raw(line).len().min(super::LINE_BYTES) * MAKING + LINE;
        }
        find(&self.pattern, &mut self.hits, bytes, starts);
        cost
    }

    /// Forgets lines that are no longer held, and what was found in them.
    fn drop_lines(&mut self, store: &LogStore) {
        let first = store.dropped_lines();
        let Some(again) = self.hits.drop_before(first) else {
            return;
        };
        // Matches are counted for a thousand lines together, of which some are left.
        let counts = again.map(|line| {
            let text = self.text.of(store, (line - first) as usize);
            self.pattern.count(text)
        });
        let count = counts.sum();
        self.hits.set_first_block(count);
        self.tail.retain(|(line, _)| *line >= first);
    }

    /// Matches found so far in the lines that are held.
    pub fn matches(&self) -> u64 {
        let tail: u64 = self.tail.iter().map(|(_, count)| u64::from(*count)).sum();
        self.hits.matches() + tail
    }

    /// Lines that are held with a match, as far as was searched.
    pub fn lines(&self) -> u64 {
        self.hits.lines() + self.tail.len() as u64
    }

    /// Number of the first line after line `line` that has a match; 0 begins at the top.
    pub fn next(&self, line: u64) -> Option<u64> {
        // Line n is the n-1st counted from 0, so the one after it is the nth.
        let tail = || {
            self.tail
                .iter()
                .map(|(line, _)| *line)
                .find(|at| *at >= line)
        };
        self.hits.next(line).or_else(tail).map(|at| at + 1)
    }

    /// Number of the last line before line `line` that has a match.
    pub fn previous(&self, line: u64) -> Option<u64> {
        let end = line.saturating_sub(1);
        let mut tail = self.tail.iter().map(|(line, _)| *line).rev();
        let found = tail.find(|at| *at < end);
        found.or_else(|| self.hits.previous(end)).map(|at| at + 1)
    }

    /// Lines that are held with a match before the line with this number.
    pub fn before(&self, line: u64) -> u64 {
        let end = line.saturating_sub(1);
        let tail = self.tail.iter().filter(|(at, _)| *at < end).count();
        u64::from(self.hits.lines_in(0..end)) + tail as u64
    }

    /// Lines with a match in each of `count` equal parts of the lines that `store` holds.
    pub fn buckets(&self, store: &LogStore, count: usize) -> Vec<u32> {
        let (first, held) = (store.dropped_lines(), store.held() as u64);
        let count = count.max(1) as u64;
        let edge = |bucket: u64| first + held * bucket / count;
        let mut buckets: Vec<u32> = (0..count)
            .map(|bucket| self.hits.lines_in(edge(bucket)..edge(bucket + 1)))
            .collect();
        for (line, _) in &self.tail {
            let bucket = (0..count).rev().find(|bucket| edge(*bucket) <= *line);
            if let Some(bucket) = bucket.and_then(|at| buckets.get_mut(at as usize)) {
                *bucket += 1;
            }
        }
        buckets
    }

    /// Where the matches are in the text of the line with this number: bytes, counted as [`super::Row::start`] does. None when the
    /// line is not held.
    pub fn found_in(&mut self, store: &LogStore, line: u64) -> Vec<Range<u32>> {
        let mut found = Vec::new();
        if let Some(at) = line.checked_sub(store.dropped_lines() + 1)
            && (at as usize) < store.held()
        {
            let text = self.text.of(store, at as usize);
            self.pattern.each(text, |range| {
                found.push(range.start as u32..range.end as u32);
            });
        }
        found
    }

    /// Lines that were searched for good; those after them are searched in each step.
    pub fn searched(&self) -> u64 {
        self.hits.end()
    }
}

/// Finds a pattern in the lines that follow those of `hits`, which begin at `starts`, the first of them with `text`.
fn find(pattern: &Pattern, hits: &mut Hits, text: &[u8], starts: &[u32]) {
    let first = hits.end();
    hits.push_lines(starts.len());
    let mut line = 0;
    pattern.each_end(text, |end| {
        line = line_of(starts, line, starts[0] + (end - 1) as u32);
        hits.add(first + line as u64, 1);
    });
}

/// The line, from `line` on, that `position` is in. Near ones are found fastest.
fn line_of(starts: &[u32], line: usize, position: u32) -> usize {
    let mut step = 1;
    while starts
        .get(line + step)
        .is_some_and(|start| *start <= position)
    {
        step *= 2;
    }
    let end = (line + step).min(starts.len());
    line + starts[line..end].partition_point(|start| *start <= position) - 1
}

#[cfg(test)]
mod tests;
