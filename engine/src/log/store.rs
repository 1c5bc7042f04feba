//! The bytes of a log with an index of its lines.

use super::escape::{Action, Parser};
use super::line::{self, Line, LineKind, Span};
use super::style::Style;
use serde::{Deserialize, Serialize};

/// Lines between two entries of the index of wrapped rows.
const BLOCK: usize = 128;

/// What is in one row of the view.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Row {
    /// The line's number, from 1.
    pub line: u64,
    /// Which row of a wrapped line, from 0.
    pub part: u32,
    /// Who wrote the line.
    pub kind: LineKind,
    /// Whether more of the line exists than is shown.
    pub cut: bool,
    /// The row's text.
    pub spans: Vec<Span>,
}

/// A log's bytes as they came, and where its lines are.
///
/// Memory: the bytes, at most a quarter more for growth, 4 bytes a line, and 16 bytes for each line that begins in
/// another style than the one before. When the bytes exceed the store's limit, the oldest lines go, down to three
/// quarters of it; line numbers and byte counts stay right.
#[derive(Debug)]
pub struct LogStore {
    limit: usize,
    bytes: Vec<u8>,
    /// Where each line begins in `bytes`; the last one is still being written.
    starts: Vec<u32>,
    /// Lines that begin in another style than the one before.
    styles: Vec<(u32, Style)>,
    parser: Parser,
    style: Style,
    dropped_lines: u64,
    dropped_bytes: u64,
    wrap: Wrap,
    /// Lines from the top that the platform wrote, as far as was looked; `None` once the program wrote one.
    silent: Option<usize>,
}

/// Rows that whole blocks of lines take when wrapped.
#[derive(Debug, Default)]
struct Wrap {
    cols: u32,
    /// Rows of all lines up to the end of each block.
    ends: Vec<u64>,
}

impl Default for LogStore {
    /// A store for 256 MiB.
    fn default() -> Self {
        Self::with_limit(256 * 1024 * 1024)
    }
}

impl LogStore {
    /// A store that holds at most `limit` bytes (and the longest piece appended).
    pub fn with_limit(limit: usize) -> Self {
        Self {
            limit: limit.clamp(1024, 1 << 31),
            bytes: Vec::new(),
            starts: vec![0],
            styles: Vec::new(),
            parser: Parser::default(),
            style: Style::default(),
            dropped_lines: 0,
            dropped_bytes: 0,
            wrap: Wrap::default(),
            silent: Some(0),
        }
    }

    /// Bytes that came, dropped ones counted.
    pub fn bytes(&self) -> u64 {
        self.dropped_bytes + self.bytes.len() as u64
    }

    /// Lines that came, dropped ones counted; one that is still being written is a line.
    pub fn lines(&self) -> u64 {
        self.dropped_lines + self.held() as u64
    }

    /// Lines that are no longer held because the log is larger than the store.
    pub fn dropped_lines(&self) -> u64 {
        self.dropped_lines
    }

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

    /// Takes the next bytes, cut anywhere.
    pub fn append(&mut self, piece: &[u8]) {
        let room = self.bytes.capacity() - self.bytes.len();
        if room < piece.len() {
            self.bytes
                .reserve_exact(piece.len().max(self.bytes.len() / 4));
        }
        let base = self.bytes.len();
        self.bytes.extend_from_slice(piece);
        let mut at = 0;
        while at < piece.len() {
            if self.parser.is_ground() {
                match piece[at..]
                    .iter()
                    .position(|byte| matches!(byte, b'\n' | 0x1b))
                {
                    Some(skip) => at += skip,
                    None => break,
                }
            }
            let byte = piece[at];
            at += 1;
            if byte == b'\n' {
                self.parser.reset();
                self.begin_line((base + at) as u32);
            } else if self.parser.feed(byte) == Action::Style {
                self.style.apply(self.parser.params());
            }
        }
        if self.bytes.len() > self.limit {
            self.drop_oldest();
        }
    }

    fn begin_line(&mut self, start: u32) {
        let before = self
            .styles
            .last()
            .map_or(Style::default(), |(_, style)| *style);
        if before != self.style {
            self.styles.push((self.starts.len() as u32, self.style));
        }
        self.starts.push(start);
    }

    /// Drops whole lines from the top; a line that alone is too long loses its beginning.
    fn drop_oldest(&mut self) {
        let cut = self.bytes.len() - self.limit / 4 * 3;
        let lines = self
            .starts
            .partition_point(|start| (*start as usize) < cut)
            .min(self.starts.len() - 1);
        let bytes = (self.starts[lines] as usize).max(if lines + 1 == self.starts.len() {
            cut
        } else {
            0
        });
        let style = self.style_of(lines);
        self.bytes.drain(..bytes);
        self.starts.drain(..lines);
        for start in &mut self.starts {
            *start = start.saturating_sub(bytes as u32);
        }
        self.styles.retain(|(line, _)| *line as usize > lines);
        for (line, _) in &mut self.styles {
            *line -= lines as u32;
        }
        self.styles.insert(0, (0, style));
        self.dropped_lines += lines as u64;
        self.dropped_bytes += bytes as u64;
        self.wrap = Wrap::default();
        self.silent = self.silent.map(|line| line.saturating_sub(lines));
    }

    /// Rows of the whole log in a view of `cols` columns; `None`: not wrapped, a row is a line.
    pub fn rows(&mut self, cols: Option<u32>) -> u64 {
        let Some(cols) = cols else {
            return self.held() as u64;
        };
        self.index(cols);
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
            let (kind, cut) = (shown.kind(), shown.cut);
            let rows = shown.rows(cols);
            for (part, row) in rows.into_iter().enumerate().skip(skip) {
                if out.len() == count {
                    break;
                }
                out.push(Row {
                    line: self.dropped_lines + line as u64 + 1,
                    part: part as u32,
                    kind,
                    cut,
                    spans: shown.spans(row),
                });
            }
            skip = 0;
            line += 1;
        }
        out
    }

    /// The lines that are held as plain text, without escapes, each with a newline. `None` when that would be more
    /// than `max` bytes.
    pub fn text(&self, max: usize) -> Option<String> {
        let mut out = String::new();
        for line in 0..self.held() {
            out.extend(self.line(line).text());
            out.push('\n');
            if out.len() > max {
                return None;
            }
        }
        Some(out)
    }

    /// Lines in memory.
    fn held(&self) -> usize {
        let open = self
            .starts
            .last()
            .is_some_and(|start| (*start as usize) < self.bytes.len());
        self.starts.len() - usize::from(!open)
    }

    /// A line's bytes without its newline.
    fn raw(&self, line: usize) -> &[u8] {
        let from = self.starts[line] as usize;
        let to = self
            .starts
            .get(line + 1)
            .map_or(self.bytes.len(), |next| *next as usize - 1);
        &self.bytes[from..to]
    }

    fn line(&self, line: usize) -> Line {
        Line::render(self.raw(line), self.style_of(line))
    }

    fn style_of(&self, line: usize) -> Style {
        let at = self
            .styles
            .partition_point(|(begin, _)| *begin as usize <= line);
        at.checked_sub(1)
            .map_or(Style::default(), |at| self.styles[at].1)
    }

    fn rows_of(&self, line: usize, cols: u32) -> u64 {
        line::count_rows(self.raw(line), cols).into()
    }

    /// Counts the rows of the blocks that are complete.
    fn index(&mut self, cols: u32) {
        if self.wrap.cols != cols {
            self.wrap = Wrap {
                cols,
                ends: Vec::new(),
            };
        }
        let complete = (self.starts.len() - 1) / BLOCK;
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
        self.index(cols);
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

#[cfg(test)]
mod tests;
