//! One line of a log as a terminal would show it.

use super::cells::{Cells, Pen, Span};
use super::escape::Parser;
use super::style::Style;
use super::{scan, width};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Bytes of a line that are looked at. Of a longer one what follows its last rewriting is shown, or its beginning,
/// and the row says that it is cut.
pub const LINE_BYTES: usize = 64 * 1024;

/// How a line of the platform begins; 0 stands for any digit.
const STAMP: &str = "[0000-00-00 00:00:00] [";
/// What follows its level.
const LEVEL_END: &str = "] |";

/// Who wrote a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LineKind {
    /// The command.
    #[default]
    Program,
    /// The platform: `[2026-11-23 20:25:57] [INFO] | …`, or one of its rulers.
    Platform,
}

/// A line's cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) cells: Cells,
    /// Whether bytes of the line are not shown.
    pub(super) cut: bool,
    /// Whether it showed something else before.
    pub(super) folded: bool,
}

impl Line {
    /// Shows `bytes`, a line without its newline, that begins in `style`.
    pub(super) fn render(bytes: &[u8], style: Style) -> Self {
        Self::with_pen(bytes, style, |_| {}).0
    }

    /// The same, and where its writing ended; calls `before` when what it shows is about to be written over.
    pub(super) fn with_pen(bytes: &[u8], style: Style, before: impl FnMut(&Cells)) -> (Self, Pen) {
        let (bytes, skipped, cut) = shown(bytes);
        let style = if skipped { Style::default() } else { style };
        let mut pen = Pen {
            style,
            ..Pen::default()
        };
        let mut cells = Cells::default();
        cells.write(bytes, &mut Parser::default(), &mut pen, before);
        cells.flush(&mut pen);
        let folded = skipped || cells.earlier > 0;
        (Self { cells, cut, folded }, pen)
    }

    /// What [`Cells::encode`] wrote, after `earlier` states.
    pub(super) fn decode(bytes: &[u8], earlier: u32) -> Self {
        let (mut cells, mut pen) = (Cells::default(), Pen::default());
        cells.write(bytes, &mut Parser::default(), &mut pen, |_| {});
        cells.earlier = earlier;
        Self {
            cells,
            cut: false,
            folded: earlier > 0,
        }
    }

    fn is(&self, at: usize, wanted: impl Fn(char) -> bool) -> bool {
        self.cells.character(at).is_some_and(wanted)
    }

    /// Whether the cells from `from` on are `wanted`, in which 0 stands for any digit, as far as both go.
    fn fits(&self, from: usize, wanted: &str) -> bool {
        let rest = self.cells.len().saturating_sub(from);
        wanted.chars().take(rest).enumerate().all(|(at, wanted)| {
            self.is(from + at, |found| match wanted {
                '0' => found.is_ascii_digit(),
                _ => found == wanted,
            })
        })
    }

    /// Where the level ends that stands behind the stamp.
    fn level_end(&self) -> usize {
        let upper = |at: &usize| self.is(*at, |found| found.is_ascii_uppercase());
        STAMP.len() + (STAMP.len()..).take_while(upper).count()
    }

    /// The character that all of its cells have, if it may be one of a ruler.
    fn ruled(&self) -> bool {
        let first = self.cells.character(0);
        matches!(first, Some('#' | '-'))
            && (0..self.cells.len()).all(|at| self.cells.character(at) == first)
    }

    /// Who wrote it.
    pub(super) fn kind(&self) -> LineKind {
        let level_end = self.level_end();
        let stamped = level_end > STAMP.len()
            && self.cells.len() >= level_end + LEVEL_END.len()
            && self.fits(0, STAMP)
            && self.fits(level_end, LEVEL_END);
        if stamped || (self.cells.len() == 80 && self.ruled()) {
            LineKind::Platform
        } else {
            LineKind::Program
        }
    }

    /// Whether it begins as a line of the platform does, and more must be written before that can be told.
    pub(super) fn may_become_platform(&self) -> bool {
        let length = self.cells.len();
        if length == 0 || (length < 80 && self.ruled()) {
            return true;
        }
        let level_end = self.level_end();
        self.fits(0, STAMP)
            && length <= level_end + LEVEL_END.len()
            && self.fits(level_end, LEVEL_END)
    }

    /// Its cells in rows of at most `cols` columns; at least one row. `None`: one row.
    pub(super) fn rows(&self, cols: Option<u32>) -> Vec<Range<usize>> {
        match cols {
            Some(cols) => self.cells.rows(cols),
            None => std::iter::once(0..self.cells.len()).collect(),
        }
    }

    /// The pieces of a row that [`Self::rows`] gave.
    pub(super) fn spans(&self, row: Range<usize>) -> Vec<Span> {
        self.cells.spans(row)
    }

    /// Puts its text behind `out`.
    pub(super) fn push_text(&self, out: &mut String) {
        self.cells.push_text(0..self.cells.len(), out);
    }
}

/// How many rows `bytes` take, without their cells where that can be had; `scratch` is anything.
pub(super) fn count_rows(bytes: &[u8], cols: u32, scratch: &mut Vec<u8>) -> u32 {
    let cols = cols.max(2);
    scratch.clear();
    if bytes.len() <= LINE_BYTES
        && scan::push_without_colours(bytes, scratch)
        && let Ok(text) = std::str::from_utf8(scratch)
    {
        return width::rows(text, cols);
    }
    Line::render(bytes, Style::default()).cells.rows(cols).len() as u32
}

/// The part of a line that is shown, whether its beginning was skipped, and whether something is missing.
fn shown(bytes: &[u8]) -> (&[u8], bool, bool) {
    // A carriage return in front of the newline rewrites nothing.
    let end = bytes
        .iter()
        .rposition(|byte| *byte != b'\r')
        .map_or(0, |at| at + 1);
    let bytes = &bytes[..end];
    if bytes.len() <= LINE_BYTES {
        return (bytes, false, false);
    }
    let tail = &bytes[bytes.len() - LINE_BYTES..];
    match memchr::memchr(b'\r', tail) {
        Some(at) => (&tail[at + 1..], true, false),
        None => (&bytes[..LINE_BYTES], false, true),
    }
}

#[cfg(test)]
mod tests;
