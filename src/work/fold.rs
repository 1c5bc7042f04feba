//! The view of the log in which tracebacks and the platform's lines are folded.

use super::message::Heads;
use engine::log::{Fold, Folded, Folds, LogStore, Row};
use std::collections::BTreeSet;

/// Lines read between two looks at the clock: some milliseconds.
const STEP: usize = 50_000;

/// What is folded, while the log grows.
#[derive(Debug, Default)]
pub struct Folder {
    folds: Folds,
    /// Heads of folds that the reader opened.
    open: BTreeSet<u64>,
    folded: Folded,
    whole: bool,
    /// `folded` is not what it should be.
    stale: bool,
}

impl Folder {
    /// The log may have grown.
    pub fn grown(&mut self) {
        self.whole = false;
    }

    /// Whether all of the log was read.
    pub fn is_done(&self) -> bool {
        self.whole
    }

    /// Reads on while there is time; says whether anything was left to be read.
    pub fn step(&mut self, store: &LogStore, mut time: impl FnMut() -> bool) -> bool {
        let mut did = false;
        while !self.whole && time() {
            self.whole = self.folds.step(store, STEP);
            (self.stale, did) = (true, true);
        }
        did
    }

    /// Opens what is folded into a line, or folds it again.
    pub fn turn(&mut self, head: u64) {
        if !self.open.remove(&head) {
            self.open.insert(head);
        }
        self.stale = true;
    }

    /// Opens what a line is folded into.
    pub fn reveal(&mut self, line: u64) {
        if let Some(fold) = self.folded().of(line) {
            self.open.insert(fold.head);
            self.stale = true;
        }
    }

    /// How many rows there are.
    pub fn rows(&mut self, store: &LogStore) -> u64 {
        let (first, last) = held(store);
        self.folded().rows(first, last)
    }

    /// The row of a line.
    pub fn row_of(&mut self, store: &LogStore, line: u64) -> u64 {
        self.folded().row_of(held(store).0, line)
    }

    /// The numbers of the lines in so many rows from row `from` on.
    pub fn lines(&mut self, store: &LogStore, from: u64, count: usize) -> Vec<u64> {
        let (first, last) = held(store);
        self.folded().lines(first, last, from, count)
    }

    /// The lines on screen that have something to fold.
    pub fn heads(&self, window: &[Row]) -> Vec<Heads> {
        let (Some(first), Some(last)) = (window.first(), window.last()) else {
            return Vec::new();
        };
        let head = |fold: Fold| Heads {
            line: fold.head,
            lines: fold.last - fold.head,
            open: self.open.contains(&fold.head),
        };
        let between = self.folds.between(first.line, last.line);
        between.map(head).collect()
    }

    fn folded(&mut self) -> &Folded {
        if self.stale {
            let folds = self.folds.all();
            self.folded = Folded::new(folds.filter(|fold| !self.open.contains(&fold.head)));
            self.stale = false;
        }
        &self.folded
    }
}

/// The numbers of the first and the last line that are held.
fn held(store: &LogStore) -> (u64, u64) {
    (store.dropped_lines() + 1, store.lines())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_are_opened_and_closed_and_lead_to_what_is_in_them() {
        let mut store = LogStore::default();
        store.append(b"a\nTraceback (most recent call last):\n  1\n  2\n  3\nError\nb\n");
        let mut folder = Folder::default();
        assert!(folder.step(&store, || true) && folder.is_done());
        assert_eq!(folder.rows(&store), 4);
        assert_eq!(folder.lines(&store, 1, 9), [2, 6, 7]);
        let window = store.window(None, 0, 9);
        let head = |open| Heads {
            line: 2,
            lines: 3,
            open,
        };
        assert_eq!(folder.heads(&window), [head(false)]);
        folder.reveal(4);
        assert_eq!((folder.rows(&store), folder.row_of(&store, 4)), (7, 3));
        assert_eq!(folder.heads(&window), [head(true)]);
        folder.turn(2);
        assert_eq!((folder.rows(&store), folder.row_of(&store, 4)), (4, 1));
        store.append(b"Traceback (most recent call last):\n  1\n  2\nError\n");
        folder.grown();
        assert!(!folder.is_done() && folder.step(&store, || true));
        assert_eq!(folder.rows(&store), 6);
    }
}
