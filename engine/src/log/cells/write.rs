//! Writing into cells: characters, and control sequences that stay in the line.

use super::super::escape::{Action, Parser, Vertical};
use super::super::line::LINE_BYTES;
use super::super::style::Style;
use super::super::{scan, width};
use super::{BLANK, CELLS_MAX, CLUSTER, Cell, Cells, MOVE_MAX, REST};

/// Most bytes of a character with its marks: as many as a line has that is looked at.
const CLUSTER_MAX: usize = LINE_BYTES;

/// What writes: where, and how.
#[derive(Clone, Debug, Default)]
pub(in crate::log) struct Pen {
    /// The cell the next character goes to.
    pub(in crate::log) at: usize,
    pub(in crate::log) style: Style,
    /// Target of the link that is open; empty: none.
    pub(in crate::log) link: String,
    /// Bytes of a character that is not complete.
    pub(in crate::log) pending: Vec<u8>,
    /// Whether it has come to the line, or back to its begin, and written nothing since.
    pub(in crate::log) arrived: bool,
    /// The character that was written right before.
    pub(in crate::log) last: Option<char>,
}

impl Pen {
    /// Does what needs no cells; says whether that was all.
    pub(in crate::log) fn act(&mut self, action: Action, parser: &Parser) -> bool {
        let far = |at: usize| at.min(MOVE_MAX).max(self.at);
        match action {
            Action::Return => (self.at, self.arrived) = (0, true),
            Action::Back => self.at = self.at.saturating_sub(1),
            Action::Left(n) => self.at = self.at.saturating_sub(n.into()),
            Action::Right(n) => self.at = far(self.at + usize::from(n)),
            Action::Column(n) => self.at = usize::from(n).min(MOVE_MAX),
            Action::Tab(n) => self.at = far((self.at / 8 + usize::from(n)) * 8),
            Action::BackTab(n) => self.at = self.at.div_ceil(8).saturating_sub(n.into()) * 8,
            Action::Style => self.style.apply(parser.params()),
            Action::Link => self.link = String::from_utf8_lossy(parser.link()).into_owned(),
            _ => return false,
        }
        self.last = None;
        true
    }
}

impl Cells {
    /// Writes `bytes`, which have no newline; what concerns other lines does nothing. Calls `before` each time that
    /// what the line shows is about to be written over.
    pub(in crate::log) fn write(
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
            if bytes[at] == 0x1b
                && parser.is_ground()
                && let Some(length) = parser.take_style(&bytes[at + 1..])
            {
                self.act(Action::Style, parser, pen, &mut before);
                at += 1 + length;
                continue;
            }
            let action = parser.feed(bytes[at]);
            at += 1;
            if action != Action::Nothing {
                self.act(action, parser, pen, &mut before);
            }
        }
    }

    /// Writes text that may end within a character.
    pub(in crate::log) fn text(
        &mut self,
        bytes: &[u8],
        pen: &mut Pen,
        mut before: impl FnMut(&Self),
    ) {
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
    pub(in crate::log) fn flush(&mut self, pen: &mut Pen) {
        if !pen.pending.is_empty() {
            pen.pending.clear();
            self.put(char::REPLACEMENT_CHARACTER, pen);
        }
    }

    /// Does what a control character or sequence asks for.
    pub(in crate::log) fn act(
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
        if pen.act(action, parser) {
            return;
        }
        let last = pen.last.take();
        match action {
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
            _ => {}
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
}
