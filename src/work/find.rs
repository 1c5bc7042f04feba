//! What is found in the log that is followed: what the reader looks for, and lines that tell of a failure.

use super::message::{Found, Seek, Sought, Spot, Tally, View};
use engine::log::search::{Pattern, PatternError, Query, Search};
use engine::log::{LogStore, Row};

/// Bytes searched between two looks at the clock: some milliseconds.
const STEP: usize = 4 << 20;
/// Parts of the log that are told how much they have.
const PARTS: usize = 256;
/// Most places marked in a line.
const MARKS: usize = 1_000;

/// Searches that go on while the log grows.
pub struct Finder {
    wanted: Option<Result<Hunt, PatternError>>,
    failures: Hunt,
    only: Option<Only>,
    seek: Option<Seek>,
}

/// A search and whether it has seen all there is.
struct Hunt {
    search: Search,
    whole: bool,
}

impl Hunt {
    fn new(pattern: Pattern) -> Self {
        Self {
            search: Search::new(pattern),
            whole: false,
        }
    }

    fn tally(&self, store: &LogStore) -> Tally {
        Tally {
            matches: self.search.matches(),
            lines: self.search.lines(),
            whole: self.whole,
            density: self.search.buckets(store, PARTS),
        }
    }
}

impl Default for Finder {
    fn default() -> Self {
        Self {
            wanted: None,
            failures: Hunt::new(Pattern::errors()),
            only: None,
            seek: None,
        }
    }
}

impl Finder {
    /// Looks for `query` from now on.
    pub fn find(&mut self, query: Option<&Query>) {
        self.wanted = query.map(|query| Pattern::new(query).map(Hunt::new));
        self.only = None;
    }

    /// What is to be told as soon as it is known.
    pub fn seek(&mut self, seek: Seek) {
        self.seek = Some(seek);
    }

    /// Forgets what was found: it is another log now.
    pub fn begin_anew(&mut self) {
        if let Some(Ok(hunt)) = &mut self.wanted {
            *hunt = Hunt::new(hunt.search.pattern().clone());
        }
        self.failures = Hunt::new(Pattern::errors());
        self.only = None;
    }

    /// The log may have grown.
    pub fn grown(&mut self) {
        self.failures.whole = false;
        if let Some(Ok(hunt)) = &mut self.wanted {
            hunt.whole = false;
        }
    }

    /// Searches on while there is time, what the reader waits for first; says whether anything was left to be searched.
    pub fn step(&mut self, store: &LogStore, mut time: impl FnMut() -> bool) -> bool {
        let mut did = false;
        let wanted = self.wanted.as_mut().and_then(|wanted| wanted.as_mut().ok());
        for hunt in wanted.into_iter().chain([&mut self.failures]) {
            while !hunt.whole && time() {
                hunt.whole = hunt.search.step(store, STEP);
                did = true;
            }
        }
        did
    }

    /// Whether all lines were searched.
    pub fn is_done(&self) -> bool {
        let wanted = self.wanted.as_ref().and_then(|wanted| wanted.as_ref().ok());
        self.failures.whole && wanted.is_none_or(|hunt| hunt.whole)
    }

    /// The answer to [`Self::seek`], once it is known. `all_here`: no line is on its way.
    pub fn spot(
        &mut self,
        store: &mut LogStore,
        view: &View,
        all_here: bool,
    ) -> Option<Option<Spot>> {
        let (line, rank) = match self.seek? {
            Seek::Line(line) if line <= store.lines() => {
                (Some(line.max(store.dropped_lines() + 1)), 0)
            }
            Seek::Line(_) if all_here => (Some(store.lines()).filter(|line| *line > 0), 0),
            Seek::Line(_) => return None,
            Seek::Found {
                what,
                from,
                forward,
            } => {
                let hunt = match what {
                    Sought::Failure => Some(&self.failures),
                    Sought::Wanted => self.wanted.as_ref().and_then(|wanted| wanted.as_ref().ok()),
                };
                let (line, rank) = match hunt {
                    Some(hunt) => (next(hunt, from, forward)?, &hunt.search),
                    None => return self.answer(None),
                };
                (line, line.map_or(0, |line| rank.before(line) + 1))
            }
        };
        let spot = line.map(|line| Spot {
            line,
            row: self.row_of(store, view, line),
            rank,
        });
        self.answer(spot)
    }

    fn answer(&mut self, spot: Option<Spot>) -> Option<Option<Spot>> {
        self.seek = None;
        Some(spot)
    }

    /// Rows of the view.
    pub fn rows(&mut self, store: &mut LogStore, view: &View) -> u64 {
        match self.only(store, view) {
            Some(only) => only.count(),
            None => store.rows(view.cols),
        }
    }

    /// The view's rows from `from` on.
    pub fn window(&mut self, store: &mut LogStore, view: &View, from: u64) -> Vec<Row> {
        let Some(only) = self.only(store, view) else {
            return store.window(view.cols, from, view.rows as usize);
        };
        let lines = only.lines(from, view.rows as usize);
        let first = store.dropped_lines() + 1;
        let rows = lines.map(|line| store.window(None, line - first, 1));
        rows.flatten().collect()
    }

    /// What was found, with what is in the rows on screen.
    pub fn found(&mut self, store: &LogStore, window: &[Row]) -> Found {
        let mut found = Found {
            failures: self.failures.tally(store),
            ..Found::default()
        };
        let mut numbers: Vec<u64> = window.iter().map(|row| row.line).collect();
        numbers.dedup();
        for line in &numbers {
            if self.failures.search.next(line - 1) == Some(*line) {
                found.failed.push(*line);
            }
        }
        found.wanted = self.wanted.as_mut().map(|wanted| match wanted {
            Err(error) => Err(error.clone()),
            Ok(hunt) => {
                for line in numbers {
                    let mut ranges = hunt.search.found_in(store, line);
                    ranges.truncate(MARKS);
                    if !ranges.is_empty() {
                        found.marks.push((line, ranges));
                    }
                }
                Ok(hunt.tally(store))
            }
        });
        found
    }

    /// The view's row that a line begins in, or the one nearest to it.
    fn row_of(&mut self, store: &mut LogStore, view: &View, line: u64) -> u64 {
        match self.only(store, view) {
            Some(only) => only.row_of(line),
            None => store.row_of(view.cols, line),
        }
    }

    /// The lines of a view that does not show all.
    fn only(&mut self, store: &LogStore, view: &View) -> Option<&Only> {
        let context = view.only?;
        let Some(Ok(hunt)) = &self.wanted else {
            return None;
        };
        let only = self.only.get_or_insert_with(|| Only::new(context));
        if only.context != u64::from(context) {
            *only = Only::new(context);
        }
        only.update(&hunt.search, store);
        Some(only)
    }
}

/// The line that a search leads to; not known yet: `None`.
fn next(hunt: &Hunt, from: u64, forward: bool) -> Option<Option<u64>> {
    let search = &hunt.search;
    let near = match forward {
        true => search.next(from),
        false if hunt.whole => search.previous(from),
        false => None,
    };
    match (near, hunt.whole) {
        (Some(line), _) => Some(Some(line)),
        (None, false) => None,
        (None, true) => Some(match forward {
            true => search.next(0),
            false => search.previous(u64::MAX),
        }),
    }
}

/// Lines with a match and some around each, in order.
struct Only {
    context: u64,
    /// Around matches in lines that nothing can change any more.
    settled: Vec<u64>,
    /// Around those in the lines after them.
    open: Vec<u64>,
    /// The last match whose surroundings are in `settled`.
    last: u64,
}

impl Only {
    fn new(context: u32) -> Self {
        Self {
            context: context.into(),
            settled: Vec::new(),
            open: Vec::new(),
            last: 0,
        }
    }

    /// Takes in what was found since.
    fn update(&mut self, search: &Search, store: &LogStore) {
        let first = store.dropped_lines() + 1;
        let gone = self.settled.partition_point(|line| *line < first);
        self.settled.drain(..gone);
        let (context, end, sure) = (self.context, store.lines(), search.searched());
        // A match's surroundings are sure once all of its lines are.
        while let Some(line) = search.next(self.last).filter(|line| line + context <= sure) {
            push_around(&mut self.settled, line, context, first, end);
            self.last = line;
        }
        self.open.clear();
        let mut last = self.last;
        let above = self.settled.last().map_or(first, |line| line + 1);
        while let Some(line) = search.next(last) {
            push_around(&mut self.open, line, context, above, end);
            last = line;
        }
    }

    fn count(&self) -> u64 {
        (self.settled.len() + self.open.len()) as u64
    }

    fn lines(&self, from: u64, count: usize) -> impl Iterator<Item = u64> {
        let all = self.settled.iter().chain(&self.open);
        all.skip(from as usize).take(count).copied()
    }

    fn row_of(&self, line: u64) -> u64 {
        let before = |lines: &[u64]| lines.partition_point(|at| *at < line) as u64;
        let row = before(&self.settled) + before(&self.open);
        row.min(self.count().saturating_sub(1))
    }
}

/// Puts `line` and `context` lines on both sides behind `lines`, of those from `first` to `end` what is not there yet.
fn push_around(lines: &mut Vec<u64>, line: u64, context: u64, first: u64, end: u64) {
    let next = lines.last().map_or(first, |last| last + 1);
    let from = line.saturating_sub(context).max(next);
    lines.extend(from..=(line + context).min(end));
}

#[cfg(test)]
mod tests;
