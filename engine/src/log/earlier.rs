//! What a line showed before: the states of a progress bar.

use super::cells::{Cells, Pen};
use super::escape::Parser;
use super::line::LineKind;
use super::store::LogStore;
use super::view::Row;
use serde::{Deserialize, Serialize};

/// Most bytes that are read again to find what a line showed.
const READ_MAX: usize = 16 << 20;

/// What a line showed before it was written over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// How many states there were before the one that is shown.
    pub states: u32,
    /// The states asked for, the oldest first; [`Row::part`] is the number of the state, from 0.
    pub rows: Vec<Row>,
    /// Whether all of the line was read; of a very long one only the beginning is.
    pub whole: bool,
}

/// Collects what a line shows each time that it is about to be written over.
#[derive(Debug)]
pub(super) struct Watch {
    row: u64,
    line: u64,
    from: u32,
    count: usize,
    states: u32,
    rows: Vec<Row>,
}

impl Watch {
    pub(super) fn see(&mut self, row: u64, cells: &Cells) {
        if row != self.row {
            return;
        }
        if self.states >= self.from && self.rows.len() < self.count {
            self.rows.push(Row {
                line: self.line,
                part: self.states,
                start: 0,
                kind: LineKind::Program,
                cut: false,
                folded: false,
                spans: cells.spans(0..cells.len()),
            });
        }
        self.states = self.states.saturating_add(1);
    }
}

impl LogStore {
    /// What the line with this number (from 1) showed before: `count` states from state `from` on. `None` when it
    /// is not held. Reads the line's bytes again, at most 16 MiB.
    pub fn earlier(&self, line: u64, from: u32, count: usize) -> Option<Earlier> {
        let at = usize::try_from(line.checked_sub(self.dropped_lines + 1)?).ok()?;
        if at >= self.held() {
            return None;
        }
        let mut watch = Watch {
            row: 0,
            line,
            from,
            count,
            states: 0,
            rows: Vec::new(),
        };
        let whole;
        if self.patches.get(line - 1).is_none() {
            let bytes = self.raw(at);
            let end = bytes.len().min(READ_MAX);
            whole = end == bytes.len();
            let mut pen = Pen {
                style: self.style_of(at),
                ..Pen::default()
            };
            let see = |cells: &Cells| watch.see(0, cells);
            Cells::default().write(&bytes[..end], &mut Parser::default(), &mut pen, see);
        } else {
            let from = self.starts[at] as usize;
            // From there on the cursor does not come back to it.
            let end = self.starts.get(at + self.reach);
            let end = end.map_or(self.bytes.len(), |end| *end as usize);
            let read = (end - from).min(READ_MAX);
            whole = from + read == end;
            // As many lines above it as the cursor may reach, so that it moves as it did.
            let above = at.min(self.reach - 1);
            watch.row = above as u64;
            let mut replay = LogStore::default().with_screen(self.reach as u32);
            replay.append(&vec![b'\n'; above]);
            replay.style = self.style_of(at);
            replay.watch = Some(watch);
            replay.enter(replay.bytes.len());
            replay.append(&self.bytes[from..from + read]);
            watch = replay.watch.take()?;
        }
        Some(Earlier {
            states: watch.states,
            rows: watch.rows,
            whole,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(log: &LogStore, line: u64, from: u32, count: usize) -> (u32, Vec<String>) {
        let earlier = log.earlier(line, from, count).unwrap();
        assert!(earlier.whole);
        let text = |row: &Row| row.spans.iter().map(|span| span.text.as_str()).collect();
        (earlier.states, earlier.rows.iter().map(text).collect())
    }

    fn store(bytes: &[u8]) -> LogStore {
        let mut log = LogStore::default();
        log.append(bytes);
        log
    }

    #[test]
    fn a_bar_s_states_are_what_it_showed_before_each_return() {
        let log = store(b"first\n 0%\r 50%\x1b[K\r\r\x1b[K\r100%\r\nplain\n");
        assert_eq!(
            states(&log, 2, 0, 9),
            (2, vec![" 0%".into(), " 50%".into()])
        );
        assert_eq!(states(&log, 2, 1, 1), (2, vec![" 50%".into()]));
        assert_eq!(states(&log, 3, 0, 9), (0, vec![]));
        assert_eq!(log.earlier(0, 0, 9), None);
        assert_eq!(log.earlier(4, 0, 9), None);
    }

    #[test]
    fn bars_above_one_another_have_their_own() {
        let mut bytes = b"begin\nouter 0\n".to_vec();
        for step in 1..=3 {
            bytes.extend(format!("\rinner {step}\x1b[A\router {step}\n").bytes());
        }
        let log = store(&bytes);
        let (count, texts) = states(&log, 2, 0, 9);
        assert_eq!(
            (count, texts.join(",").as_str()),
            (3, "outer 0,outer 1,outer 2")
        );
        let (count, texts) = states(&log, 3, 0, 9);
        assert_eq!((count, texts.join(",").as_str()), (2, "inner 1,inner 2"));
        assert_eq!(states(&log, 1, 0, 9).0, 0);
    }
}
