//! Records that stand one behind the other, so that only reading finds the next: how far they were read, and where they are.

use super::describe::{Fault, Why};
use super::source::{Source, Stop};
use std::ops::Range;

/// Of so many records the first's place is kept.
const EACH: u64 = 64;
/// Most places that are kept.
const MARKS_MAX: usize = 1 << 20;
/// Records that are read at a time at most.
const RECORDS: u64 = 50_000;
/// Requests for the first look.
const FIRST: u32 = 4;
/// Requests for each further one.
const FURTHER: u32 = 16;

/// A record and where the next one begins; none behind the last.
pub(super) type Next<T> = Result<Option<(T, u64)>, Stop>;

/// How far records were read.
#[derive(Debug)]
pub(super) struct Sequence {
    marks: Vec<u64>,
    count: u64,
    end: u64,
    done: bool,
    fault: Option<Fault>,
    /// Requests that may still be made.
    requests: u32,
    /// Records that are wanted.
    goal: u64,
}

impl Sequence {
    /// Records from `start` on.
    pub(super) fn new(start: u64) -> Self {
        Self {
            marks: Vec::new(),
            count: 0,
            end: start,
            done: false,
            fault: None,
            requests: FIRST,
            goal: RECORDS,
        }
    }

    /// Records that were read.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Where the next record begins, if there may be one; none when all were read.
    pub(super) fn more(&self) -> Option<u64> {
        (!self.done).then_some(self.end)
    }

    /// Why there are no more, where that was not the end.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Further records are wanted.
    pub(super) fn want_more(&mut self) {
        self.requests = FURTHER;
        self.goal = self.count.saturating_add(RECORDS);
    }

    /// Reads on with `next`, which is given the place of a record, and hands every record to `each`. A fault ends
    /// the records; those before it stay.
    pub(super) fn load<T>(
        &mut self,
        source: &Source,
        next: impl Fn(&Source, u64) -> Next<T>,
        mut each: impl FnMut(T),
    ) -> Result<(), Stop> {
        while !self.done && self.count < self.goal {
            match next(source, self.end) {
                Ok(Some(_)) if self.marks.len() >= MARKS_MAX => {
                    let (why, at) = (Why::Bound, self.end);
                    self.fault = Some(Fault { why, at });
                    self.done = true;
                }
                Ok(Some((record, end))) => {
                    if self.count.is_multiple_of(EACH) {
                        self.marks.push(self.end);
                    }
                    each(record);
                    self.count += 1;
                    // A record without bytes would be read for ever.
                    self.done = end <= self.end;
                    self.end = end;
                }
                Ok(None) => self.done = true,
                Err(Stop::Fault(fault)) => {
                    self.fault = Some(fault);
                    self.done = true;
                }
                Err(need) if self.requests > 0 => {
                    self.requests -= 1;
                    return Err(need);
                }
                Err(_) => break,
            }
        }
        Ok(())
    }

    /// Records of these numbers, as far as they were read.
    pub(super) fn rows<T>(
        &self,
        source: &Source,
        range: Range<u64>,
        next: impl Fn(&Source, u64) -> Next<T>,
    ) -> Result<Vec<T>, Stop> {
        let end = range.end.min(self.count);
        let mut number = range.start / EACH * EACH;
        let mark = usize::try_from(range.start / EACH).ok();
        let Some(mut at) = mark.and_then(|mark| self.marks.get(mark).copied()) else {
            return Ok(Vec::new());
        };
        let mut records = Vec::new();
        while number < end
            && let Some((record, after)) = next(source, at)?
        {
            if number >= range.start {
                records.push(record);
            }
            (number, at) = (number + 1, after);
        }
        Ok(records)
    }
}
