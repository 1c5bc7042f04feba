//! What of a log is on screen: its lines in rows of the view's width.

use super::cells::Span;
use super::line::{self, Line, LineKind};
use super::store::LogStore;
use super::style::Style;
use super::width;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Lines between two entries of the index of wrapped rows.
const BLOCK: usize = 128;

/// What is in one row of the view.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Row {
    /// The line's number, from 1.
    pub line: u64,
    /// Which row of a wrapped line, from 0.
    pub part: u32,
    /// Bytes of the line's text in the rows before.
    pub start: u32,
    /// Who wrote the line.
    pub kind: LineKind,
    /// Whether more of the line exists than is shown.
    pub cut: bool,
    /// Whether the line showed something else before, which [`LogStore::earlier`] tells.
    pub folded: bool,
    /// The row's text.
    pub spans: Vec<Span>,
}

/// Rows that whole blocks of lines take when wrapped.
#[derive(Debug, Default)]
pub(super) struct Wrap {
    cols: u32,
    /// Rows of all lines up to the end of each block.
    ends: Vec<u64>,
    scratch: Vec<u8>,
}

impl Wrap {
    /// Bytes of memory.
    pub(super) fn size(&self) -> usize {
        self.ends.capacity() * size_of::<u64>() + self.scratch.capacity()
    }
}

impl LogStore {
    /// Whether the program wrote a line, not the platform alone.
    pub fn has_output(&mut self) -> bool {
        while let Some(line) = self.silent.filter(|line| *line < self.held()) {
            // A line that is still being written may yet become another.
            let open = line + 1 == self.starts.len();
            let shown = self.line(line);
            if shown.kind() == LineKind::Program && !(open && shown.may_become_platform()) {
                self.silent = None;
            } else if open {
                break;
            } else {
                self.silent = Some(line + 1);
            }
        }
        self.silent.is_none()
    }

    /// Rows of the whole log in a view of `cols` columns; `None`: not wrapped, a row is a line.
    pub fn rows(&mut self, cols: Option<u32>) -> u64 {
        let Some(cols) = cols else {
            return self.held() as u64;
        };
        self.index_rows(cols);
        let rest = self.wrap.ends.len() * BLOCK..self.held();
        let indexed = self.wrap.ends.last().copied().unwrap_or(0);
        indexed + rest.map(|line| self.rows_of(line, cols)).sum::<u64>()
    }

    /// `count` rows from row `from` on (counted among the lines that are held), fewer at the end.
    pub fn window(&mut self, cols: Option<u32>, from: u64, count: usize) -> Vec<Row> {
        let (mut line, mut skip) = self.seek(cols, from);
        let mut out = Vec::with_capacity(count.min(1024));
        while out.len() < count && line < self.held() {
            let shown = self.line(line);
            let number = self.dropped_lines + line as u64 + 1;
            push_rows(&shown, number, cols, skip, count, &mut out);
            skip = 0;
            line += 1;
        }
        out
    }

    /// The lines from line `from` on (counted from 0 among those that are held) as they were written, a row each: what does something in
    /// a terminal instead of being shown there is spelled out, in a fainter style.
    pub fn written(&self, from: u64, count: usize) -> Vec<Row> {
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(self.held());
        let lines = from..from.saturating_add(count).min(self.held());
        let row = |line| {
            let bytes = self.raw(line);
            Row {
                line: self.dropped_lines + line as u64 + 1,
                part: 0,
                start: 0,
                kind: self.line(line).kind(),
                cut: bytes.len() > line::LINE_BYTES,
                folded: false,
                spans: spelled(&bytes[..bytes.len().min(line::LINE_BYTES)]),
            }
        };
        lines.map(row).collect()
    }

    /// The row that the line with this number (from 1) begins in, counted among the lines that are held; that of the first
    /// or last line where it is not.
    pub fn row_of(&mut self, cols: Option<u32>, line: u64) -> u64 {
        let last = self.held().saturating_sub(1);
        let line = line.saturating_sub(self.dropped_lines + 1).min(last as u64) as usize;
        let Some(cols) = cols else {
            return line as u64;
        };
        self.index_rows(cols);
        let block = (line / BLOCK).min(self.wrap.ends.len());
        let before = block.checked_sub(1).map_or(0, |at| self.wrap.ends[at]);
        let rest = block * BLOCK..line;
        before + rest.map(|line| self.rows_of(line, cols)).sum::<u64>()
    }

    /// The lines with these numbers (from 1) that are held as plain text, without escapes, each with a newline. `None`
    /// when that would be more than `max` bytes.
    pub fn text(&self, lines: RangeInclusive<u64>, max: usize) -> Option<String> {
        // How many lines are held up to the one with this number.
        let held = |line: u64| {
            let line = line.saturating_sub(self.dropped_lines);
            line.min(self.held() as u64) as usize
        };
        let mut out = String::new();
        for line in held(lines.start().saturating_sub(1))..held(*lines.end()) {
            match self.plain_text(line) {
                Some(text) => out.push_str(text),
                None => self.line(line).push_text(&mut out),
            }
            out.push('\n');
            if out.len() > max {
                return None;
            }
        }
        Some(out)
    }

    /// The same of [`LogStore::written`].
    pub fn written_text(&self, lines: RangeInclusive<u64>, max: usize) -> Option<String> {
        let first = self.dropped_lines + 1;
        let mut out = String::new();
        for line in *lines.start().max(&first)..=*lines.end().min(&self.lines()) {
            for row in self.written(line - first, 1) {
                out.extend(row.spans.iter().map(|span| span.text.as_str()));
            }
            out.push('\n');
            if out.len() > max {
                return None;
            }
        }
        Some(out)
    }

    /// A line's text, where its bytes are that.
    fn plain_text(&self, line: usize) -> Option<&str> {
        let bytes = self.plain_bytes(line)?;
        std::str::from_utf8(bytes).ok()
    }

    /// Puts what a line shows whose bytes are not known to be that behind `out`; `text` is anything.
    #[cfg(feature = "search")]
    pub(super) fn push_shown(&self, line: usize, out: &mut Vec<u8>, text: &mut String) {
        let raw = self.raw(line);
        let patched = self.patches.get(self.dropped_lines + line as u64).is_some();
        if !patched && raw.len() <= line::LINE_BYTES && super::scan::push_without_colours(raw, out)
        {
            return;
        }
        text.clear();
        self.line(line).push_text(text);
        out.extend_from_slice(text.as_bytes());
    }

    fn rows_of(&mut self, line: usize, cols: u32) -> u64 {
        if self.patches.get(self.dropped_lines + line as u64).is_some() {
            return self.line(line).cells.rows(cols).len() as u64;
        }
        if let Some(text) = self.plain_text(line) {
            return width::rows(text, cols.max(2)).into();
        }
        let mut scratch = std::mem::take(&mut self.wrap.scratch);
        let rows = line::count_rows(self.raw(line), cols, &mut scratch);
        self.wrap.scratch = scratch;
        rows.into()
    }

    /// Counts the rows of the blocks that nothing can change any more.
    fn index_rows(&mut self, cols: u32) {
        if self.wrap.cols != cols {
            self.wrap = Wrap {
                cols,
                ..Wrap::default()
            };
        }
        let complete = self.settled() / BLOCK;
        for block in self.wrap.ends.len()..complete {
            let lines = block * BLOCK..(block + 1) * BLOCK;
            let rows: u64 = lines.map(|line| self.rows_of(line, cols)).sum();
            let before = self.wrap.ends.last().copied().unwrap_or(0);
            self.wrap.ends.push(before + rows);
        }
    }

    /// The line that row `from` is in, and which of its rows it is.
    fn seek(&mut self, cols: Option<u32>, from: u64) -> (usize, usize) {
        let Some(cols) = cols else {
            return (usize::try_from(from).unwrap_or(usize::MAX), 0);
        };
        self.index_rows(cols);
        let block = self.wrap.ends.partition_point(|end| *end <= from);
        let before = block.checked_sub(1).map_or(0, |at| self.wrap.ends[at]);
        let mut left = from - before;
        let mut line = block * BLOCK;
        while line < self.held() {
            let rows = self.rows_of(line, cols);
            if left < rows {
                break;
            }
            left -= rows;
            line += 1;
        }
        (line, left as usize)
    }
}

/// Bytes as text: control characters as their pictures (U+2400 and on, U+2421), bytes that are no UTF-8 as `\\x1F`.
fn spelled(bytes: &[u8]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut push = |letter: &str, dim: bool| match spans.last_mut() {
        Some(last) if last.style.dim == dim => last.text.push_str(letter),
        _ => spans.push(Span {
            text: letter.to_owned(),
            style: Style {
                dim,
                ..Style::default()
            },
            link: None,
        }),
    };
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            let picture = match letter {
                '\t' => None,
                '\0'..='\x1f' => char::from_u32(0x2400 + letter as u32),
                '\x7f' => Some('\u{2421}'),
                _ => None,
            };
            let mut room = [0; 4];
            push(
                picture.unwrap_or(letter).encode_utf8(&mut room),
                picture.is_some(),
            );
        }
        for byte in chunk.invalid() {
            push(&format!("\\x{byte:02X}"), true);
        }
    }
    spans
}

/// The rows of a line from row `skip` on, until there are `count`.
fn push_rows(
    shown: &Line,
    number: u64,
    cols: Option<u32>,
    skip: usize,
    count: usize,
    out: &mut Vec<Row>,
) {
    let kind = shown.kind();
    let mut start = 0;
    for (part, row) in shown.rows(cols).into_iter().enumerate() {
        if out.len() == count {
            break;
        }
        let spans = shown.spans(row);
        let length: usize = spans.iter().map(|span| span.text.len()).sum();
        if part >= skip {
            out.push(Row {
                line: number,
                part: part as u32,
                start,
                kind,
                cut: shown.cut,
                folded: shown.folded,
                spans,
            });
        }
        start += length as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_spelled_out() {
        let mut log = LogStore::default();
        log.append(b"10%\r\x1b[31m20%\x1b[0m\xff\tend\x7f\r\n\n");
        log.append("训练 \u{1f337}".as_bytes());
        let shown = |row: &Row| -> Vec<(String, bool)> {
            let spans = row.spans.iter();
            spans
                .map(|span| (span.text.clone(), span.style.dim))
                .collect()
        };
        let rows = log.written(0, 9);
        let own = |text: &str, dim| (text.to_owned(), dim);
        assert_eq!(
            shown(&rows[0]),
            [
                own("10%", false),
                own("␍␛", true),
                own("[31m20%", false),
                own("␛", true),
                own("[0m", false),
                own("\\xFF", true),
                own("\tend", false),
                own("␡␍", true),
            ]
        );
        assert_eq!((shown(&rows[1]), rows[1].line), (vec![], 2));
        assert_eq!(shown(&rows[2]), [own("训练 \u{1f337}", false)]);
        assert_eq!(
            (rows.len(), log.written(2, 5).len(), log.written(9, 1).len()),
            (3, 1, 0)
        );
        assert_eq!(
            log.written_text(2..=9, 99).as_deref(),
            Some("\n训练 \u{1f337}\n")
        );
        assert_eq!(log.written_text(1..=2, 9), None);
        log.append(&vec![b'a'; line::LINE_BYTES + 1]);
        assert!(log.written(2, 1)[0].cut);
    }
}
