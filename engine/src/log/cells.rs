//! The cells of one line, and what characters and control sequences do to them.

use super::escape::{Action, Parser, Vertical};
use super::line::LINE_BYTES;
use super::scan;
use super::style::Style;
use super::width;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Most cells of a line: what is written beyond is not shown.
pub(super) const CELLS_MAX: usize = 64 * 1024;
/// How far the cursor goes without writing. A terminal stops at its width, which a log does not know.
const MOVE_MAX: usize = 4096;
/// Most bytes of a character with its marks: as many as a line has that is looked at.
const CLUSTER_MAX: usize = LINE_BYTES;

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

/// What writes: where, and how.
#[derive(Clone, Debug, Default)]
pub(super) struct Pen {
    /// The cell the next character goes to.
    pub(super) at: usize,
    pub(super) style: Style,
    /// Target of the link that is open; empty: none.
    pub(super) link: String,
    /// Bytes of a character that is not complete.
    pub(super) pending: Vec<u8>,
    /// Whether it has come to the line, or back to its begin, and written nothing since.
    pub(super) arrived: bool,
    /// The character that was written right before.
    pub(super) last: Option<char>,
}

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
    /// Writes `bytes`, which have no newline; what concerns other lines does nothing. Calls `before` each time that
    /// what the line shows is about to be written over.
    pub(super) fn write(
        &mut self,
        bytes: &[u8],
        parser: &mut Parser,
        pen: &mut Pen,
        mut before: impl FnMut(&Self),
    ) {
        let mut at = 0;
        while at < bytes.len() {
            if parser.is_ground() {
                let (end, _) = scan::control(&bytes[at..]);
                self.text(&bytes[at..at + end], pen, &mut before);
                at += end;
                if at == bytes.len() {
                    break;
                }
            }
            let action = parser.feed(bytes[at]);
            at += 1;
            if action != Action::Nothing {
                self.act(action, parser, pen, &mut before);
            }
        }
    }

    /// Writes text that may end within a character.
    pub(super) fn text(&mut self, bytes: &[u8], pen: &mut Pen, mut before: impl FnMut(&Self)) {
        if bytes.is_empty() {
            return;
        }
        self.begin(pen, &mut before);
        if pen.pending.is_empty() {
            self.characters(bytes, pen);
        } else {
            let mut all = std::mem::take(&mut pen.pending);
            all.extend_from_slice(bytes);
            self.characters(&all, pen);
        }
    }

    fn characters(&mut self, bytes: &[u8], pen: &mut Pen) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let ascii = rest.iter().position(|byte| !byte.is_ascii());
            let (letters, after) = rest.split_at(ascii.unwrap_or(rest.len()));
            self.put_ascii(letters, pen);
            let end = after.iter().position(u8::is_ascii);
            let (others, after) = after.split_at(end.unwrap_or(after.len()));
            rest = after;
            self.put_others(others, rest.is_empty(), pen);
        }
    }

    /// Writes characters beyond ASCII; at the end of what there is, the last may be incomplete.
    fn put_others(&mut self, bytes: &[u8], at_end: bool, pen: &mut Pen) {
        for chunk in bytes.utf8_chunks() {
            chunk
                .valid()
                .chars()
                .for_each(|character| self.put(character, pen));
            let broken = chunk.invalid();
            let last = broken.as_ptr_range().end == bytes.as_ptr_range().end;
            let more =
                || std::str::from_utf8(broken).is_err_and(|error| error.error_len().is_none());
            if at_end && last && more() {
                pen.pending = broken.to_vec();
            } else if !broken.is_empty() {
                self.put(char::REPLACEMENT_CHARACTER, pen);
            }
        }
    }

    /// Writes characters of one cell each.
    fn put_ascii(&mut self, letters: &[u8], pen: &mut Pen) {
        let from = pen.at.min(CELLS_MAX);
        let letters = &letters[..letters.len().min(CELLS_MAX - from)];
        let Some(last) = letters.last() else {
            return;
        };
        pen.last = Some(char::from(*last));
        let (style, link) = (self.style_index(pen.style), self.link_index(&pen.link));
        let end = from + letters.len();
        if from < self.cells.len() {
            self.split(from);
            self.split(end);
        }
        if self.cells.len() < from {
            self.cells.resize(from, BLANK);
        }
        let over = letters.len().min(self.cells.len() - from);
        let cell = |letter: &u8| Cell {
            glyph: u32::from(*letter),
            style,
            link,
        };
        for (place, letter) in self.cells[from..].iter_mut().zip(letters) {
            *place = cell(letter);
        }
        self.cells.extend(letters[over..].iter().map(cell));
        pen.at = end;
    }

    /// Shows what is left of a character that will not be completed.
    pub(super) fn flush(&mut self, pen: &mut Pen) {
        if !pen.pending.is_empty() {
            pen.pending.clear();
            self.put(char::REPLACEMENT_CHARACTER, pen);
        }
    }

    /// Does what a control character or sequence asks for.
    pub(super) fn act(
        &mut self,
        action: Action,
        parser: &Parser,
        pen: &mut Pen,
        mut before: impl FnMut(&Self),
    ) {
        if let Action::Text(byte) = action {
            return self.text(&[byte], pen, before);
        }
        self.flush(pen);
        let last = pen.last.take();
        let far = |at: usize| at.min(MOVE_MAX).max(pen.at);
        match action {
            Action::Return => (pen.at, pen.arrived) = (0, true),
            Action::Back => pen.at = pen.at.saturating_sub(1),
            Action::Left(n) => pen.at = pen.at.saturating_sub(n.into()),
            Action::Right(n) => pen.at = far(pen.at + usize::from(n)),
            Action::Column(n) => pen.at = usize::from(n).min(MOVE_MAX),
            Action::Tab(n) => pen.at = far((pen.at / 8 + usize::from(n)) * 8),
            Action::BackTab(n) => pen.at = (pen.at.div_ceil(8)).saturating_sub(n.into()) * 8,
            Action::Style => pen.style.apply(parser.params()),
            Action::Link => pen.link = String::from_utf8_lossy(parser.link()).into_owned(),
            Action::Repeat(n) => {
                if let Some(last) = last {
                    self.begin(pen, &mut before);
                    for _ in 0..usize::from(n).min(MOVE_MAX) {
                        self.put(last, pen);
                    }
                }
            }
            Action::Erase(how) => {
                self.begin(pen, &mut before);
                self.erase(how, pen);
            }
            Action::Insert(n) => {
                self.begin(pen, &mut before);
                self.insert(n.into(), pen);
            }
            Action::Delete(n) => {
                self.begin(pen, &mut before);
                self.delete(n.into(), pen);
            }
            Action::Blank(n) => {
                self.begin(pen, &mut before);
                self.blank(pen.at..pen.at + usize::from(n), pen);
            }
            // On the last line, which is where one stands that is looked at alone.
            Action::Vertical(Vertical::EraseBelow) => self.erase_after(pen, before),
            Action::Text(_) | Action::Vertical(_) | Action::Nothing => {}
        }
    }

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

    fn put(&mut self, character: char, pen: &mut Pen) {
        // Controls of the upper half do nothing here, and have no picture.
        if ('\u{80}'..='\u{9f}').contains(&character) {
            return;
        }
        let width = width::cells(character);
        if width == 0 {
            return self.mark(character, pen);
        }
        if pen.at + width > CELLS_MAX {
            return;
        }
        pen.last = Some(character);
        let cell = Cell {
            glyph: character.into(),
            style: self.style_index(pen.style),
            link: self.link_index(&pen.link),
        };
        let end = pen.at + width;
        if pen.at < self.cells.len() {
            self.split(pen.at);
            self.split(end);
        }
        if self.cells.len() < end {
            self.cells.resize(end, BLANK);
        }
        self.cells[pen.at] = cell;
        if width == 2 {
            self.cells[pen.at + 1] = Cell {
                glyph: REST,
                ..cell
            };
        }
        pen.at = end;
    }

    /// A mark joins the character before the cursor.
    fn mark(&mut self, mark: char, pen: &Pen) {
        let Some(mut at) = pen.at.checked_sub(1).filter(|at| *at < self.cells.len()) else {
            return;
        };
        at -= usize::from(self.cells[at].glyph == REST);
        let glyph = self.cells[at].glyph;
        // A cell has its characters for itself.
        if let Some(cluster) = glyph.checked_sub(CLUSTER) {
            let cluster = &mut self.clusters[cluster as usize];
            if cluster.len() < CLUSTER_MAX {
                cluster.push(mark);
            }
            return;
        }
        let mut cluster = String::new();
        self.push_glyph(glyph, &mut cluster);
        cluster.push(mark);
        self.tidy();
        self.cells[at].glyph = CLUSTER + self.clusters.len() as u32;
        self.clusters.push(cluster);
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
