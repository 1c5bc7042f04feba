//! The end of a log, shown while what comes before it is still on its way.

use super::message::{Anchor, View};
use engine::log::{LogStore, Row};

/// Some last lines of a log.
pub struct Preview {
    store: LogStore,
}

/// Where a view of it stands, for the whole log: so many lines before its end.
pub type FromEnd = u64;

impl Preview {
    /// The lines of `bytes`, which begin with one.
    pub fn new(bytes: &[u8]) -> Self {
        let mut store = LogStore::with_limit(bytes.len());
        store.append(bytes);
        Self { store }
    }

    /// How many rows there are in this view, the first that is shown, and those that are.
    pub fn window(&mut self, view: &View) -> (u64, u64, Vec<Row>) {
        let rows = self.store.rows(view.cols);
        let last = rows.saturating_sub(view.rows.into());
        let from = match view.anchor {
            Anchor::End => last,
            Anchor::Row(row) => row.min(last),
        };
        let window = self.store.window(view.cols, from, view.rows as usize);
        (rows, from, window)
    }

    /// Where a reader is who left the end; `None` for one who did not.
    pub fn place(&mut self, view: &View) -> Option<FromEnd> {
        let Anchor::Row(_) = view.anchor else {
            return None;
        };
        let (_, _, window) = self.window(view);
        // The middle, which is where lines are led to.
        let middle = window.get(window.len() / 2)?;
        Some(self.store.lines() - middle.line)
    }
}
