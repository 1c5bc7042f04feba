//! What is found in the log that is followed: what the reader looks for, and lines that tell of a failure.

use super::fold::Folder;
use super::message::{Found, Heads, Seek, Sought, Spot, Tally, View};
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
    /// While the view folds lines.
    folder: Option<Folder>,
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
            folder: None,
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

    /// Whether lines are folded from now on.
    pub fn fold(&mut self, on: bool) {
        match on {
            true => drop(self.folder.get_or_insert_default()),
            false => self.folder = None,
        }
    }

    /// Opens what is folded into a line, or folds it again.
    pub fn unfold(&mut self, head: u64) {
        if let Some(folder) = &mut self.folder {
            folder.turn(head);
        }
    }

    /// The lines on screen that have something to fold.
    pub fn heads(&self, window: &[Row]) -> Vec<Heads> {
        let folder = self.folder.as_ref();
        folder.map_or_else(Vec::new, |folder| folder.heads(window))
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
        self.folder = self.folder.take().map(|_| Folder::default());
    }

    /// The log may have grown.
    pub fn grown(&mut self) {
        if let Some(folder) = &mut self.folder {
            folder.grown();
        }
        self.failures.whole = false;
        if let Some(Ok(hunt)) = &mut self.wanted {
            hunt.whole = false;
        }
    }

    /// Searches on while there is time, what the reader waits for first; says whether anything was left to be searched.
    pub fn step(&mut self, store: &LogStore, mut time: impl FnMut() -> bool) -> bool {
        // What is on screen first.
        let mut did = self
            .folder
            .as_mut()
            .is_some_and(|folder| folder.step(store, &mut time));
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
        let folded = self.folder.as_ref().is_none_or(Folder::is_done);
        folded && self.failures.whole && wanted.is_none_or(|hunt| hunt.whole)
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
        match (
            only(&mut self.only, &self.wanted, store, view),
            &mut self.folder,
        ) {
            (Some(only), _) => only.count(),
            (None, Some(folder)) => folder.rows(store),
            (None, None) => store.rows(view.cols),
        }
    }

    /// The view's rows from `from` on.
    pub fn window(&mut self, store: &mut LogStore, view: &View, from: u64) -> Vec<Row> {
        let (first, count) = (store.dropped_lines() + 1, view.rows as usize);
        let shown = |store: &mut LogStore, cols, from, count| match view.raw {
            true => store.written(from, count),
            false => store.window(cols, from, count),
        };
        let lines = match (
            only(&mut self.only, &self.wanted, store, view),
            &mut self.folder,
        ) {
            (Some(only), _) => only.lines(from, count),
            (None, Some(folder)) => folder.lines(store, from, count),
            (None, None) => return shown(store, view.cols, from, count),
        };
        let rows = lines.into_iter();
        rows.flat_map(|line| shown(store, None, line - first, 1))
            .collect()
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
        match (
            only(&mut self.only, &self.wanted, store, view),
            &mut self.folder,
        ) {
            (Some(only), _) => only.row_of(line),
            (None, Some(folder)) => {
                folder.reveal(line);
                folder.row_of(store, line)
            }
            (None, None) => store.row_of(view.cols, line),
        }
    }
}

/// The lines of a view that shows hits alone; none where it does not.
fn only<'a>(
    only: &'a mut Option<Only>,
    wanted: &Option<Result<Hunt, PatternError>>,
    store: &LogStore,
    view: &View,
) -> Option<&'a Only> {
    let context = view.only?;
    let Some(Ok(hunt)) = wanted else {
        return None;
    };
    let only = only.get_or_insert_with(|| Only::new(context));
    if only.context != u64::from(context) {
        *only = Only::new(context);
    }
    only.update(&hunt.search, store);
    Some(only)
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

    fn lines(&self, from: u64, count: usize) -> Vec<u64> {
        let all = self.settled.iter().chain(&self.open);
        all.skip(from as usize).take(count).copied().collect()
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
