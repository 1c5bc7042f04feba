//! Series of points, bounded whatever a log says.

use super::summary::Summary;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

/// Most series of a log.
pub const SERIES_MAX: usize = 500;
/// Most points of a series.
pub const POINTS_MAX: usize = 1_000_000;
/// Most points of all series of a log.
pub const ALL_POINTS_MAX: usize = 4_000_000;
/// Names of series that there is no room for which are told from one another.
const LEFT_OUT_MAX: usize = 10_000;
/// Points of which the smallest and the largest stay when a series is thinned.
const GROUP: usize = 4;

/// The values of one metric in the order of the log; steps that begin anew stay where they are. All columns have the same length.
///
/// Memory: 32 bytes a point. Beyond [`POINTS_MAX`], or [`ALL_POINTS_MAX`] of all series, of each four points the smallest and the
/// largest stay, one that is not finite, and the first of all; from then on the same is done with those that come, in buckets
/// twice as large each time, so that all parts of a series are about as dense. The last point is always there.
#[derive(Clone, Debug, Default)]
pub struct Series {
    name: String,
    summary: Summary,
    lines: Vec<u64>,
    steps: Vec<f64>,
    walls: Vec<f64>,
    values: Vec<f64>,
    /// The last state of a line that has a value of it.
    seen: u64,
    /// Points that came of which two stay; 0 while all do.
    bucket: usize,
    /// Points from this one on are all that came.
    whole: usize,
}

impl Series {
    /// Its name, as it stands in the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is in short.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Numbers of the lines, from 1.
    pub fn lines(&self) -> &[u64] {
        &self.lines
    }

    /// Steps; not a number where none was told.
    pub fn steps(&self) -> &[f64] {
        &self.steps
    }

    /// Times in milliseconds since 1970 in UTC; not a number where none was told.
    pub fn walls(&self) -> &[f64] {
        &self.walls
    }

    /// Values, which may be infinite or not a number.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Whether points were left out, see [`Series`].
    pub fn thinned(&self) -> bool {
        self.summary.count > self.values.len() as u64
    }

    fn push(&mut self, point: Point, value: f64) {
        self.summary.add(point.line, point.step, value);
        self.lines.push(point.line);
        self.steps.push(point.step);
        self.walls.push(point.wall);
        self.values.push(value);
    }

    /// Whether its last point is this one: a bar that is drawn anew.
    fn ends_with(&self, point: Point, value: f64) -> bool {
        let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
        match (self.lines.last(), self.steps.last(), self.values.last()) {
            (Some(line), Some(step), Some(last)) => {
                *line == point.line && same(*step, point.step) && same(*last, value)
            }
            _ => false,
        }
    }

    fn truncate(&mut self, length: usize) {
        self.lines.truncate(length);
        self.steps.truncate(length);
        self.walls.truncate(length);
        self.values.truncate(length);
    }

    /// Leaves all points out but the last one.
    fn leave_last(&mut self) {
        self.close_up(0, self.values.len().saturating_sub(1));
    }

    /// Leaves points out, about every second.
    fn thin(&mut self) {
        let end = match self.bucket {
            0 => self.values.len().saturating_sub(1),
            _ => self.whole,
        };
        let mut kept = 0;
        for from in (0..end).step_by(GROUP) {
            kept = self.keep(from..(from + GROUP).min(end), from == 0, kept);
        }
        self.close_up(kept, end);
        self.bucket = (self.bucket * 2).max(GROUP);
    }

    /// Makes a bucket of the points that came last, once they are as many.
    fn fill_bucket(&mut self) {
        let end = self.values.len();
        if self.bucket > 0 && end - self.whole >= self.bucket {
            let kept = self.keep(self.whole..end, false, self.whole);
            self.close_up(kept, end);
        }
    }

    /// Keeps the smallest and the largest of some points and one that is not finite, with `first` the first too, in their order; they
    /// go to `to` and after it. Says where the next goes.
    fn keep(&mut self, points: Range<usize>, first: bool, mut to: usize) -> usize {
        let (mut min, mut max, mut odd) = (None, None, None);
        for at in points.clone() {
            let value = self.values[at];
            if !value.is_finite() {
                odd = odd.or(Some(at));
                continue;
            }
            if min.is_none_or(|min: usize| value < self.values[min]) {
                min = Some(at);
            }
            if max.is_none_or(|max: usize| value > self.values[max]) {
                max = Some(at);
            }
        }
        let mut keep = [first.then_some(points.start), min, max, odd];
        keep.sort_unstable();
        let mut before = None;
        for at in keep.into_iter().flatten() {
            if before.replace(at) == Some(at) {
                continue;
            }
            self.lines[to] = self.lines[at];
            self.steps[to] = self.steps[at];
            self.walls[to] = self.walls[at];
            self.values[to] = self.values[at];
            to += 1;
        }
        to
    }

    /// Takes the points from `from` to `to` out; those after them are all that came.
    fn close_up(&mut self, from: usize, to: usize) {
        self.lines.drain(from..to);
        self.steps.drain(from..to);
        self.walls.drain(from..to);
        self.values.drain(from..to);
        self.whole = from;
    }
}

/// Where and when a value is of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) line: u64,
    pub(super) step: f64,
    pub(super) wall: f64,
    /// The state of the line: no two of a log have the same.
    pub(super) state: u64,
}

/// All series of a log, in the order in which they appear.
#[derive(Debug, Default)]
pub(super) struct Set {
    series: Vec<Series>,
    names: HashMap<String, u32>,
    points: usize,
    /// Hashes of names that there is no room for.
    left_out: HashSet<u64>,
    hasher: RandomState,
    tail: Option<Tail>,
    /// Whether only the last point of each series stays.
    brief: bool,
}

/// What was before the points of the tail, which are taken back.
#[derive(Debug, Default)]
struct Tail {
    series: usize,
    changed: Vec<(usize, usize, Summary)>,
}

impl Set {
    /// Of each series only the last point stays, and those of the tail.
    pub(super) fn brief() -> Self {
        Self {
            brief: true,
            ..Self::default()
        }
    }

    pub(super) fn series(&self) -> &[Series] {
        &self.series
    }

    /// Series that there is no room for, as far as they are counted.
    pub(super) fn left_out(&self) -> usize {
        self.left_out.len()
    }

    /// The number of the series called `name`, a new one where there is room.
    pub(super) fn find(&mut self, name: &str) -> Option<usize> {
        if let Some(at) = self.names.get(name) {
            return Some(*at as usize);
        }
        if self.series.len() >= SERIES_MAX {
            if self.tail.is_none() && self.left_out.len() < LEFT_OUT_MAX {
                self.left_out.insert(self.hasher.hash_one(name));
            }
            return None;
        }
        self.names.insert(name.to_owned(), self.series.len() as u32);
        self.series.push(Series {
            name: name.to_owned(),
            ..Series::default()
        });
        Some(self.series.len() - 1)
    }

    /// Takes a value of the series with the number `at`, see [`Self::find`]; of two in the same state of a line the first.
    pub(super) fn push(&mut self, at: usize, point: Point, value: f64) {
        let series = &mut self.series[at];
        if series.seen == point.state || series.ends_with(point, value) {
            series.seen = point.state;
            return;
        }
        series.seen = point.state;
        match &mut self.tail {
            Some(tail) => {
                if at < tail.series && !tail.changed.iter().any(|(changed, ..)| *changed == at) {
                    tail.changed
                        .push((at, series.values.len(), series.summary.clone()));
                }
            }
            None => self.make_room(at),
        }
        self.series[at].push(point, value);
        self.points += 1;
    }

    /// The same where the last value of the series is another.
    pub(super) fn push_change(&mut self, at: usize, point: Point, value: f64) {
        let last = self.series[at].values.last();
        if last.is_none_or(|last| last.to_bits() != value.to_bits()) {
            self.push(at, point, value);
        }
    }

    /// Makes room for a point of the series `at`.
    fn make_room(&mut self, at: usize) {
        if self.brief {
            self.change(at, Series::leave_last);
            return;
        }
        self.change(at, Series::fill_bucket);
        if self.series[at].values.len() >= POINTS_MAX {
            self.change(at, Series::thin);
        }
        if self.points >= ALL_POINTS_MAX {
            let longest = (0..self.series.len()).max_by_key(|at| self.series[*at].values.len());
            self.change(longest.unwrap_or(at), Series::thin);
        }
    }

    fn change(&mut self, at: usize, change: impl FnOnce(&mut Series)) {
        self.points -= self.series[at].values.len();
        change(&mut self.series[at]);
        self.points += self.series[at].values.len();
    }

    /// What is pushed from now on is taken back by [`Self::end_tail`].
    pub(super) fn begin_tail(&mut self) {
        self.tail = Some(Tail {
            series: self.series.len(),
            changed: Vec::new(),
        });
    }

    /// Takes back what was pushed since [`Self::begin_tail`].
    pub(super) fn end_tail(&mut self) {
        let Some(tail) = self.tail.take() else {
            return;
        };
        for series in self.series.drain(tail.series..) {
            self.names.remove(&series.name);
            self.points -= series.values.len();
        }
        for (at, length, summary) in tail.changed {
            self.points -= self.series[at].values.len() - length;
            self.series[at].truncate(length);
            self.series[at].summary = summary;
        }
    }
}

#[cfg(test)]
mod tests;
