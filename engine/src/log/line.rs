//! One line of a log as a terminal would show it: text rewritten by `\r`, in pieces of equal style.

use super::escape::{Action, Parser};
use super::style::Style;
use super::width;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Bytes of a line that are looked at. Of a longer one what follows its last rewriting is shown, or its beginning,
/// and the row says that it is cut.
pub const LINE_BYTES: usize = 64 * 1024;

/// Most cells of a line; movements of the cursor stop here.
const CELLS_MAX: usize = LINE_BYTES;

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

/// Text of one style.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The text, without control characters.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// A line's cells: one character each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    cells: Vec<(char, Style)>,
    /// Whether bytes of the line are not shown.
    pub(super) cut: bool,
}

impl Line {
    /// Shows `bytes`, a line without its newline, that begins in `style`.
    pub(super) fn render(bytes: &[u8], style: Style) -> Self {
        let (bytes, skipped, cut) = shown(bytes);
        let style = if skipped { Style::default() } else { style };
        let mut screen = Screen {
            cells: Vec::with_capacity(bytes.len()),
            at: 0,
            style,
            pending: Vec::new(),
        };
        let mut parser = Parser::default();
        for byte in bytes {
            match parser.feed(*byte) {
                Action::Nothing => {}
                Action::Text(byte) => screen.pending.push(byte),
                action => screen.act(&action, parser.params()),
            }
        }
        screen.flush();
        let cells = screen.cells;
        Self { cells, cut }
    }

    /// Who wrote it.
    pub(super) fn kind(&self) -> LineKind {
        let is = |at: usize, wanted: char| self.cells.get(at).is_some_and(|cell| cell.0 == wanted);
        let ruler = self.cells.len() == 80
            && self.cells[0].0 != ' '
            && matches!(self.cells[0].0, '#' | '-')
            && (1..80).all(|at| is(at, self.cells[0].0));
        let stamped = || {
            STAMP.chars().enumerate().all(|(at, wanted)| match wanted {
                '0' => self
                    .cells
                    .get(at)
                    .is_some_and(|cell| cell.0.is_ascii_digit()),
                _ => is(at, wanted),
            })
        };
        let level = || {
            let word = self.cells[STAMP.len()..]
                .iter()
                .take_while(|cell| cell.0.is_ascii_uppercase())
                .count();
            word > 0
                && LEVEL_END
                    .chars()
                    .enumerate()
                    .all(|(at, wanted)| is(STAMP.len() + word + at, wanted))
        };
        if ruler || (stamped() && level()) {
            LineKind::Platform
        } else {
            LineKind::Program
        }
    }

    /// Whether it begins as a line of the platform does, and more must be written before that can be told.
    pub(super) fn may_become_platform(&self) -> bool {
        let Some((first, _)) = self.cells.first() else {
            return true;
        };
        if matches!(first, '#' | '-') {
            return self.cells.len() < 80 && self.cells.iter().all(|cell| cell.0 == *first);
        }
        let fits = |(cell, wanted): (&(char, Style), char)| match wanted {
            '0' => cell.0.is_ascii_digit(),
            _ => cell.0 == wanted,
        };
        if !self.cells.iter().zip(STAMP.chars()).all(fits) {
            return false;
        }
        let after_level = self
            .cells
            .iter()
            .skip(STAMP.len())
            .skip_while(|cell| cell.0.is_ascii_uppercase());
        let end: String = after_level.map(|cell| cell.0).collect();
        LEVEL_END.starts_with(&end)
    }

    /// Its cells in rows of at most `cols` columns; at least one row. `None`: one row.
    pub(super) fn rows(&self, cols: Option<u32>) -> Vec<Range<usize>> {
        let Some(cols) = cols else {
            return std::iter::once(0..self.cells.len()).collect();
        };
        let cols = cols.max(2) as usize;
        let mut rows = Vec::new();
        let (mut from, mut used) = (0, 0);
        for (at, (character, _)) in self.cells.iter().enumerate() {
            let cells = width::cells(*character);
            if used + cells > cols {
                rows.push(from..at);
                (from, used) = (at, 0);
            }
            used += cells;
        }
        rows.push(from..self.cells.len());
        rows
    }

    /// The pieces of a row that [`Self::rows`] gave.
    pub(super) fn spans(&self, row: Range<usize>) -> Vec<Span> {
        self.cells[row]
            .chunk_by(|a, b| a.1 == b.1)
            .map(|run| Span {
                text: run.iter().map(|cell| cell.0).collect(),
                style: run[0].1,
            })
            .collect()
    }

    /// Its text.
    pub(super) fn text(&self) -> impl Iterator<Item = char> + '_ {
        self.cells.iter().map(|cell| cell.0)
    }
}

/// How many rows `bytes` take, without building them where that is not needed.
pub(super) fn count_rows(bytes: &[u8], cols: u32) -> u32 {
    let cols = cols.max(2);
    if bytes.len() <= LINE_BYTES && bytes.iter().all(|byte| (0x20..0x7f).contains(byte)) {
        return (bytes.len() as u32).div_ceil(cols).max(1);
    }
    Line::render(bytes, Style::default()).rows(Some(cols)).len() as u32
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
    match tail.iter().position(|byte| *byte == b'\r') {
        Some(at) => (&tail[at + 1..], true, false),
        None => (&bytes[..LINE_BYTES], false, true),
    }
}

struct Screen {
    cells: Vec<(char, Style)>,
    at: usize,
    style: Style,
    /// Bytes of text that are not in cells yet.
    pending: Vec<u8>,
}

impl Screen {
    fn act(&mut self, action: &Action, params: &[u16]) {
        self.flush();
        match *action {
            Action::Return => self.at = 0,
            Action::Back => self.at = self.at.saturating_sub(1),
            Action::Left(n) => self.at = self.at.saturating_sub(n.into()),
            Action::Right(n) => self.at = (self.at + usize::from(n)).min(CELLS_MAX),
            Action::Column(n) => self.at = usize::from(n).min(CELLS_MAX),
            Action::Tab => {
                let stop = ((self.at / 8 + 1) * 8).min(CELLS_MAX);
                self.fill(stop);
                self.at = stop;
            }
            Action::Style => self.style.apply(params),
            Action::Erase(0) => self.cells.truncate(self.at),
            Action::Erase(1) => {
                let end = (self.at + 1).min(self.cells.len());
                self.cells[..end].fill((' ', Style::default()));
            }
            Action::Erase(2) => self.cells.clear(),
            Action::Erase(_) | Action::Text(_) | Action::Nothing => {}
        }
    }

    /// Makes sure there are cells up to `end`.
    fn fill(&mut self, end: usize) {
        if self.cells.len() < end {
            self.cells.resize(end, (' ', Style::default()));
        }
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        self.fill(self.at);
        for character in String::from_utf8_lossy(&self.pending).chars() {
            // C1 controls do nothing here, and have no picture.
            if ('\u{80}'..='\u{9f}').contains(&character) {
                continue;
            }
            let cell = (character, self.style);
            match self.cells.get_mut(self.at) {
                Some(place) => *place = cell,
                None => self.cells.push(cell),
            }
            self.at += 1;
        }
        self.pending.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::style::Colour;
    use super::*;

    fn text(bytes: &[u8]) -> String {
        Line::render(bytes, Style::default()).text().collect()
    }

    #[test]
    fn lines_look_as_in_a_terminal() {
        let cases: [(&[u8], &str); 16] = [
            (b"plain", "plain"),
            (b"windows\r", "windows"),
            (b"  0%|   |\r 50%|#  |\r100%|###|", "100%|###|"),
            (b"long line\rshort", "shortline"),
            (b"long line\r\x1b[Kshort", "short"),
            (b"abc\x1b[2K\rd", "d"),
            (b"abcdef\r\x1b[2C\x1b[1KX", "  Xdef"),
            (b"abc\x08\x08X", "aXc"),
            (b"a\tb", "a       b"),
            (b"abc\x1b[1GX", "Xbc"),
            (b"abc\x1b[9DX", "Xbc"),
            (b"a\x1b[3Cb", "a   b"),
            (b"\xe8\xae\xad\xe7\xbb\x83", "训练"),
            (b"a\xffb\xe8\xae", "a\u{fffd}b\u{fffd}"),
            (b"a\x00\x07\x0bb", "ab"),
            ("a\u{9b}31mb".as_bytes(), "a31mb"),
        ];
        for (bytes, wanted) in cases {
            assert_eq!(text(bytes), wanted, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_character_split_by_a_sequence_is_broken_not_lost() {
        assert_eq!(text(b"\xe8\x1b[1m\xae\xad!"), "\u{fffd}\u{fffd}\u{fffd}!");
    }

    #[test]
    fn spans_are_of_one_style() {
        let line = Line::render(b"a\x1b[31mbc\x1b[0m\x1b[1md", Style::default());
        let spans = line.spans(0..4);
        let texts: Vec<&str> = spans.iter().map(|span| span.text.as_str()).collect();
        assert_eq!(texts, ["a", "bc", "d"]);
        assert_eq!(spans[1].style.text, Colour::Named(1));
        assert!(spans[2].style.bold && spans[2].style.text == Colour::Default);
    }

    #[test]
    fn rows_are_as_wide_as_the_view() {
        let line = Line::render("ab训练cde".as_bytes(), Style::default());
        assert_eq!(line.rows(Some(4)), [0..3, 3..6, 6..7]);
        assert_eq!(line.rows(None).as_slice(), std::slice::from_ref(&(0..7)));
        assert_eq!(Line::default().rows(Some(4)).len(), 1);
        for (bytes, cols) in [
            (&b"abcdefgh"[..], 4),
            (b"", 4),
            (b"abc\x1b[1mdef", 4),
            (b"abcde", 4),
        ] {
            let rows = Line::render(bytes, Style::default()).rows(Some(cols)).len();
            assert_eq!(count_rows(bytes, cols) as usize, rows);
        }
    }

    #[test]
    fn the_platform_s_lines_are_known() {
        let kind = |text: &str| Line::render(text.as_bytes(), Style::default()).kind();
        for platform in [
            "[2018-06-07 20:25:57] [INFO] | Task is running now ~",
            "[2018-06-07 20:25:57] [ERROR] |",
            &"#".repeat(80),
            &"-".repeat(80),
        ] {
            assert_eq!(kind(platform), LineKind::Platform, "{platform}");
        }
        for program in [
            "",
            "[",
            "[2018-06-07 20:25:57] [info] | x",
            "[2018-06-07 20:25:57] [INFO]",
            "[2018-06-07 20:25:57] ",
            &"#".repeat(79),
            &" ".repeat(80),
        ] {
            assert_eq!(kind(program), LineKind::Program, "{program}");
        }
    }

    #[test]
    fn an_endless_line_shows_its_last_state_or_its_beginning() {
        let bar = b"\r 10%|#         |".repeat(10_000);
        assert_eq!(text(&bar), " 10%|#         |");
        let long = b"x".repeat(LINE_BYTES + 5);
        let line = Line::render(&long, Style::default());
        assert!(line.cut);
        assert_eq!(line.cells.len(), LINE_BYTES);
        let ended = [&long[..], b"\r"].concat();
        assert_eq!(Line::render(&ended, Style::default()), line);
    }
}
