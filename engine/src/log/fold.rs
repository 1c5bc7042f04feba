//! Lines that belong together and are seldom read: the frames of a traceback, and what the platform says of itself.

use super::line::LineKind;
use super::store::LogStore;

/// Frames of a traceback, or lines of the platform after the first, that are worth folding.
const LEAST: u64 = 2;
/// Lines that are looked at between two looks at what is left of the budget.
const LINES: usize = 1024;

/// Lines that are folded into the one before them. All are numbers, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The line that stays.
    pub head: u64,
    /// The last that is folded into it.
    pub last: u64,
}

/// What of a log can be folded, as far as it was read.
#[derive(Clone, Debug, Default)]
pub struct Folds {
    /// In lines that nothing can change any more.
    settled: Vec<Fold>,
    /// In those after them.
    open: Vec<Fold>,
    reader: Reader,
}

/// Reads line after line.
#[derive(Clone, Copy, Debug, Default)]
struct Reader {
    /// The number of the last line that was read.
    at: u64,
    run: Option<Run>,
}

/// Lines that belong together so far.
#[derive(Clone, Copy, Debug)]
struct Run {
    fold: Fold,
    of: Kind,
}

/// What a line can be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Traceback,
    Platform,
}

impl Folds {
    /// Reads on, at most about `budget` lines; says whether all of the log was read. It has to be the same store each time.
    pub fn step(&mut self, store: &LogStore, budget: usize) -> bool {
        let first = store.dropped_lines();
        if self.reader.at < first {
            (self.reader.at, self.reader.run) = (first, None);
        }
        let sure = first + store.settled() as u64;
        let mut scratch = Scratch::default();
        let until = sure.min(self.reader.at.saturating_add(budget.max(LINES) as u64));
        while self.reader.at < until {
            self.settled.extend(self.reader.next(store, &mut scratch));
        }
        if until < sure {
            return false;
        }
        self.open.clear();
        let mut reader = self.reader;
        while reader.at < store.lines() {
            self.open.extend(reader.next(store, &mut scratch));
        }
        true
    }

    /// Of what can be folded what has its head between two lines.
    pub fn between(&self, first: u64, last: u64) -> impl Iterator<Item = Fold> {
        let part = |folds: &[Fold]| {
            let from = folds.partition_point(|fold| fold.head < first);
            let to = folds.partition_point(|fold| fold.head <= last);
            folds[from.min(to)..to].to_vec()
        };
        part(&self.settled).into_iter().chain(part(&self.open))
    }

    /// What can be folded, from top to end.
    pub fn all(&self) -> impl Iterator<Item = Fold> {
        self.settled.iter().chain(&self.open).copied()
    }
}

/// Room for the text of a line.
#[derive(Default)]
struct Scratch {
    shown: Vec<u8>,
    text: String,
}

impl Reader {
    /// Reads the next line; what ends with the line before it is a fold.
    fn next(&mut self, store: &LogStore, scratch: &mut Scratch) -> Option<Fold> {
        let at = (self.at - store.dropped_lines()) as usize;
        self.at += 1;
        scratch.shown.clear();
        let text = match store.plain_bytes(at) {
            Some(text) => text,
            None => {
                store.push_shown(at, &mut scratch.shown, &mut scratch.text);
                &scratch.shown
            }
        };
        let kind = match text.first() {
            Some(b'[' | b'#' | b'-') if store.line(at).kind() == LineKind::Platform => {
                Some(Kind::Platform)
            }
            _ if begins_traceback(text) => Some(Kind::Traceback),
            _ => None,
        };
        let line = self.at;
        if let Some(run) = &mut self.run {
            let goes_on = match run.of {
                Kind::Platform => kind == Some(Kind::Platform),
                // Frames, their code and the marks below it are indented; the error after them is not.
                Kind::Traceback => kind.is_none() && matches!(text.first(), Some(b' ' | b'\t')),
            };
            if goes_on {
                run.fold.last = line;
                return None;
            }
        }
        let ended = self.run.take().map(|run| run.fold);
        self.run = kind.map(|of| Run {
            fold: Fold {
                head: line,
                last: line,
            },
            of,
        });
        ended.filter(|fold| fold.last - fold.head >= LEAST)
    }
}

fn begins_traceback(text: &[u8]) -> bool {
    text.trim_ascii_start()
        .starts_with(b"Traceback (most recent call last)")
}

/// Lines without those that are folded: which row of a view each stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    folds: Vec<Fold>,
    /// Lines folded up to the end of each.
    hidden: Vec<u64>,
}

impl Folded {
    /// With these folds, from top to end, none in another.
    pub fn new(folds: impl Iterator<Item = Fold>) -> Self {
        let folds: Vec<Fold> = folds.collect();
        let hidden = folds.iter().scan(0, |sum, fold| {
            *sum += fold.last - fold.head;
            Some(*sum)
        });
        Self {
            hidden: hidden.collect(),
            folds,
        }
    }

    /// How many lines are folded into those before the line with this number and into it.
    fn hidden_before(&self, line: u64) -> u64 {
        let at = self.folds.partition_point(|fold| fold.head < line);
        let Some(last) = at.checked_sub(1) else {
            return 0;
        };
        // Within a fold: as much of it as is above the line.
        let fold = self.folds[last];
        self.hidden[last] - (fold.last - line.min(fold.last))
    }

    /// The row of a line among those from line `first` on; of a folded one that of its head.
    pub fn row_of(&self, first: u64, line: u64) -> u64 {
        let head = self.of(line).map_or(line, |fold| fold.head).max(first);
        // What is folded into a head that is gone is above all.
        (head - self.hidden_before(head)) - (first - self.hidden_before(first))
    }

    /// How many rows there are from line `first` to line `last`.
    pub fn rows(&self, first: u64, last: u64) -> u64 {
        match first > last {
            true => 0,
            false => self.row_of(first, last) + 1,
        }
    }

    /// The numbers of `count` lines that are shown from row `from` on, of those from line `first` to line `last`.
    pub fn lines(&self, first: u64, last: u64, from: u64, count: usize) -> Vec<u64> {
        // The first line whose row is `from`.
        let (mut low, mut high) = (first, last + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.row_of(first, middle) < from {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        let mut out = Vec::with_capacity(count.min(1024));
        let mut line = low;
        while line <= last && out.len() < count {
            out.push(line);
            let fold = self.at(line).or_else(|| self.of(line));
            line = fold.map_or(line, |fold| fold.last) + 1;
        }
        out
    }

    /// The fold that a line is folded into.
    pub fn of(&self, line: u64) -> Option<Fold> {
        let at = self.folds.partition_point(|fold| fold.head < line);
        let fold = self.folds[at.checked_sub(1)?];
        (line <= fold.last).then_some(fold)
    }

    /// The fold whose head a line is.
    pub fn at(&self, line: u64) -> Option<Fold> {
        let at = self.folds.binary_search_by_key(&line, |fold| fold.head);
        at.ok().map(|at| self.folds[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: &str = "begin\n[2026-11-23 20:25:57] [INFO] | one\n[2026-11-23 20:25:57] [INFO] | two\n[2026-11-23 20:25:58] [WARNING] | three\n\
        Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    f()\n    ~^^\nValueError: no\n\n\
        During handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"b.py\"\nKeyError\n\
        \x1b[31mTraceback (most recent call last):\x1b[0m\n  File \"c.py\"\n\x1b[1m    g()\x1b[0m\nOSError\n";

    fn folds(log: &str, budget: usize) -> Vec<(u64, u64)> {
        let mut store = LogStore::default();
        store.append(log.as_bytes());
        let mut folds = Folds::default();
        while !folds.step(&store, budget) {}
        folds.all().map(|fold| (fold.head, fold.last)).collect()
    }

    #[test]
    fn tracebacks_and_the_platform_s_lines_are_folded() {
        assert_eq!(folds(FAILED, 1), [(2, 4), (5, 8), (16, 18)]);
        // What may still go on is not.
        assert_eq!(
            folds("Traceback (most recent call last):\n  a\n  b\n", 9),
            []
        );
        assert_eq!(folds("", 9), []);
        assert_eq!(folds("  a\n  b\n  c\n", 9), []);
    }

    #[test]
    fn pieces_and_a_log_that_loses_its_top_have_the_same_folds() {
        let log = FAILED.repeat(2000);
        let whole = folds(&log, usize::MAX);
        assert_eq!(whole.len(), 6000);
        assert_eq!(folds(&log, 1), whole);
        let (mut store, mut folds) = (LogStore::with_limit(64 * 1024), Folds::default());
        for piece in log.as_bytes().chunks(7_777) {
            store.append(piece);
            folds.step(&store, usize::MAX);
        }
        let found: Vec<_> = folds.all().map(|fold| (fold.head, fold.last)).collect();
        assert_eq!(found, whole);
        assert!(store.dropped_lines() > 1000);
    }

    #[test]
    fn rows_are_lines_without_what_is_folded() {
        let fold = |head, last| Fold { head, last };
        let folded = Folded::new([fold(2, 4), fold(5, 8), fold(16, 18)].into_iter());
        assert_eq!(folded.rows(1, 19), 19 - 7);
        assert_eq!(folded.lines(1, 19, 0, 4), [1, 2, 5, 9]);
        assert_eq!(folded.lines(1, 19, 9, 9), [15, 16, 19]);
        assert_eq!(folded.lines(1, 19, 12, 9), Vec::<u64>::new());
        for (line, row) in [
            (1, 0),
            (2, 1),
            (3, 1),
            (4, 1),
            (5, 2),
            (8, 2),
            (9, 3),
            (18, 10),
            (19, 11),
        ] {
            assert_eq!(folded.row_of(1, line), row, "{line}");
        }
        assert_eq!(
            (folded.of(3), folded.of(2), folded.at(2)),
            (Some(fold(2, 4)), None, Some(fold(2, 4)))
        );
        // The top is gone, and with it a head.
        assert_eq!(folded.lines(3, 19, 0, 3), [3, 5, 9]);
        assert_eq!(folded.rows(3, 19), folded.rows(1, 19) - 1);
    }

    #[test]
    fn all_lines_are_rows_where_nothing_is_folded() {
        let none = Folded::default();
        assert_eq!((none.rows(1, 0), none.rows(3, 9)), (0, 7));
        assert_eq!(none.lines(3, 9, 2, 2), [5, 6]);
    }
}
