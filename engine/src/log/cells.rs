//! The cells of one line, and what characters and control sequences do to them.

mod write;

pub(super) use write::Pen;

use super::style::Style;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Most cells of a line: what is written beyond is not shown.
pub(super) const CELLS_MAX: usize = 64 * 1024;
/// How far the cursor goes without writing. A terminal stops at its width, which a log does not know.
const MOVE_MAX: usize = 4096;
/// Text of one style.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The text, without control characters.
    pub text: String,
    /// How it looks.
    pub style: Style,
    /// Where the program says it leads. It may be anything: whoever makes a link of it has to look at it first.
    pub link: Option<String>,
}

/// In place of a character: the cell belongs to the wide one before.
const REST: u32 = 0x11_0000;
/// In place of a character: what exceeds it is an index of a character with marks.
const CLUSTER: u32 = 0x20_0000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    glyph: u32,
    style: u16,
    link: u16,
}

const BLANK: Cell = Cell {
    glyph: ' ' as u32,
    style: 0,
    link: 0,
};

/// A line's cells.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    cells: Vec<Cell>,
    /// Styles of cells; the first is the plain one.
    styles: Vec<Style>,
    /// Links of cells; the first is none.
    links: Vec<String>,
    clusters: Vec<String>,
    /// How often what it showed began to be written over.
    pub(super) earlier: u32,
}

impl Default for Cells {
    fn default() -> Self {
        Self {
            cells: Vec::new(),
            styles: vec![Style::default()],
            links: vec![String::new()],
            clusters: Vec::new(),
            earlier: 0,
        }
    }
}

impl Cells {
    /// Something is about to change.
    fn begin(&mut self, pen: &mut Pen, before: &mut impl FnMut(&Self)) {
        if std::mem::take(&mut pen.arrived) && self.shows_something() {
            before(self);
            self.earlier = self.earlier.saturating_add(1);
        }
    }

    /// Whether there is more than blanks.
    fn shows_something(&self) -> bool {
        self.cells.iter().any(|cell| cell.glyph != BLANK.glyph)
    }

    /// Takes everything away.
    pub(super) fn clear(&mut self, mut before: impl FnMut(&Self)) {
        let arrived = &mut Pen {
            arrived: true,
            ..Pen::default()
        };
        self.begin(arrived, &mut before);
        self.cells.clear();
    }

    /// Takes away what is at the cursor and after it.
    pub(super) fn erase_after(&mut self, pen: &mut Pen, mut before: impl FnMut(&Self)) {
        self.begin(pen, &mut before);
        self.erase(0, pen);
    }

    fn erase(&mut self, how: u16, pen: &Pen) {
        match how {
            0 => {
                self.split(pen.at);
                self.cells.truncate(pen.at);
            }
            1 => self.blank(0..pen.at + 1, pen),
            2 => self.cells.clear(),
            _ => {}
        }
    }

    fn blank(&mut self, range: Range<usize>, pen: &Pen) {
        let end = range.end.min(self.cells.len());
        let from = range.start.min(end);
        self.split(from);
        self.split(end);
        let blank = self.blank_cell(pen);
        self.cells[from..end].fill(blank);
    }

    fn insert(&mut self, count: usize, pen: &Pen) {
        if pen.at < self.cells.len() {
            let count = count.min(MOVE_MAX).min(CELLS_MAX - self.cells.len());
            self.split(pen.at);
            let blank = self.blank_cell(pen);
            let at = pen.at..pen.at;
            self.cells.splice(at, std::iter::repeat_n(blank, count));
        }
    }

    fn delete(&mut self, count: usize, pen: &Pen) {
        let end = (pen.at + count).min(self.cells.len());
        if pen.at < end {
            self.split(pen.at);
            self.split(end);
            self.cells.drain(pen.at..end);
        }
    }

    /// What an erased cell looks like: as wide a ground as the pen's.
    fn blank_cell(&mut self, pen: &Pen) -> Cell {
        let style = Style {
            ground: pen.style.ground,
            ..Style::default()
        };
        Cell {
            style: self.style_index(style),
            ..BLANK
        }
    }

    /// A wide character that is cut at `at` is gone.
    fn split(&mut self, at: usize) {
        if self.cells.get(at).is_some_and(|cell| cell.glyph == REST) {
            self.cells[at].glyph = BLANK.glyph;
            self.cells[at - 1].glyph = BLANK.glyph;
        }
    }

    fn style_index(&mut self, style: Style) -> u16 {
        self.tidy();
        index(&mut self.styles, &style)
    }

    fn link_index(&mut self, link: &str) -> u16 {
        if link.is_empty() {
            return 0;
        }
        index(&mut self.links, link)
    }

    /// Forgets styles, links and marks of cells that were written over, once there are many.
    fn tidy(&mut self) {
        let kept = self
            .styles
            .len()
            .max(self.links.len())
            .max(self.clusters.len());
        if kept < 256 + 2 * self.cells.len() && kept < usize::from(u16::MAX) {
            return;
        }
        let (mut styles, mut links) = (vec![Style::default()], vec![String::new()]);
        let mut clusters = Vec::new();
        for cell in &mut self.cells {
            cell.style = index(&mut styles, &self.styles[usize::from(cell.style)]);
            cell.link = index(&mut links, self.links[usize::from(cell.link)].as_str());
            if let Some(at) = cell.glyph.checked_sub(CLUSTER) {
                cell.glyph = CLUSTER + clusters.len() as u32;
                clusters.push(std::mem::take(&mut self.clusters[at as usize]));
            }
        }
        (self.styles, self.links, self.clusters) = (styles, links, clusters);
    }

    fn push_glyph(&self, glyph: u32, out: &mut String) {
        if let Some(cluster) = glyph.checked_sub(CLUSTER) {
            out.push_str(&self.clusters[cluster as usize]);
        } else {
            out.extend(char::from_u32(glyph));
        }
    }

    /// Number of cells.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The character of a cell, if it has one and no marks.
    pub(super) fn character(&self, at: usize) -> Option<char> {
        char::from_u32(self.cells.get(at)?.glyph)
    }

    /// Puts the text of `range` behind `out`.
    pub(super) fn push_text(&self, range: Range<usize>, out: &mut String) {
        for cell in &self.cells[range] {
            self.push_glyph(cell.glyph, out);
        }
    }

    /// The pieces of `range`, each of one style and link.
    pub(super) fn spans(&self, range: Range<usize>) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut from = range.start;
        let alike = |a: &Cell, b: &Cell| (a.style, a.link) == (b.style, b.link);
        for run in self.cells[range].chunk_by(alike) {
            let mut text = String::with_capacity(run.len());
            self.push_text(from..from + run.len(), &mut text);
            from += run.len();
            spans.push(Span {
                text,
                style: self.styles[usize::from(run[0].style)],
                link: Some(&self.links[usize::from(run[0].link)])
                    .filter(|link| !link.is_empty())
                    .cloned(),
            });
        }
        spans
    }

    /// Cells in rows of at most `cols` columns; at least one row.
    pub(super) fn rows(&self, cols: u32) -> Vec<Range<usize>> {
        let cols = cols.max(2) as usize;
        let mut rows = Vec::with_capacity(self.cells.len() / cols + 1);
        let mut from = 0;
        while self.cells.len() - from > cols {
            let end = from + cols - usize::from(self.cells[from + cols].glyph == REST);
            rows.push(from..end);
            from = end;
        }
        rows.push(from..self.cells.len());
        rows
    }

    /// Bytes that write these cells on an empty line.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.cells.len());
        let (mut style, mut link) = (0, 0);
        let mut text = String::new();
        for run in self.cells.chunk_by(|a, b| a == b) {
            let first = run[0];
            if first.glyph == REST {
                continue;
            }
            if first.style != style {
                style = first.style;
                self.styles[usize::from(style)].encode(&mut out);
            }
            if first.link != link {
                link = first.link;
                out.extend_from_slice(b"\x1b]8;;");
                out.extend_from_slice(self.links[usize::from(link)].as_bytes());
                out.extend_from_slice(b"\x1b\\");
            }
            text.clear();
            self.push_glyph(first.glyph, &mut text);
            out.extend_from_slice(text.as_bytes());
            if run.len() > 8 && first.glyph < REST && run.len() <= MOVE_MAX {
                out.extend_from_slice(format!("\x1b[{}b", run.len() - 1).as_bytes());
            } else {
                for _ in 1..run.len() {
                    out.extend_from_slice(text.as_bytes());
                }
            }
        }
        out
    }
}

/// Where `wanted` is in `list`, at the end where it is not among the last of it; the first if there is no room.
fn index<T: PartialEq<Q>, Q: ?Sized + ToOwned<Owned = T>>(list: &mut Vec<T>, wanted: &Q) -> u16 {
    let recent = list.len().saturating_sub(64);
    let found = match &list[0] == wanted {
        true => Some(0),
        false => list[recent..]
            .iter()
            .rposition(|known| known == wanted)
            .map(|at| recent + at),
    };
    let at = found.unwrap_or_else(|| {
        list.push(wanted.to_owned());
        list.len() - 1
    });
    u16::try_from(at).unwrap_or_else(|_| {
        list.pop();
        0
    })
}

#[cfg(test)]
mod tests;
