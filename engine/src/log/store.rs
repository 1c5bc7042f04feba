//! The bytes of a log with an index of its lines.

use super::bits::Bits;
use super::earlier::Watch;
use super::escape::{Action, Parser, Vertical};
use super::line::{LINE_BYTES, Line};
use super::patches::Patches;
use super::scan;
use super::screen::Screen;
use super::style::Style;
use super::view::Wrap;

/// Lines of the screen that the cursor moves on, where the program was not told how many there are.
const REACH: u32 = 128;

/// A log's bytes as they came, and where its lines are.
///
/// Memory: the bytes, at most a quarter more for growth, 4 bytes and a bit for each line, 20 bytes for each line that
/// begins in another style than the one before, and the text of lines that the cursor came back to. When bytes and
/// that text exceed the store's limit, the oldest lines go, down to three quarters of it; line numbers and byte counts stay right.
#[derive(Debug)]
pub struct LogStore {
    limit: usize,
    pub(super) reach: usize,
    pub(super) bytes: Vec<u8>,
    /// Where each line begins in `bytes`; the last one is still being written.
    pub(super) starts: Vec<u32>,
    /// Lines that ended, from the first that is held on: whether a line's bytes are its text.
    pub(super) plain: Bits,
    /// Lines that begin in another style than the one before.
    styles: Vec<(u32, Style)>,
    pub(super) open: Open,
    pub(super) parser: Parser,
    pub(super) style: Style,
    pub(super) dropped_lines: u64,
    dropped_bytes: u64,
    pub(super) screen: Screen,
    pub(super) patches: Patches,
    pub(super) watch: Option<Watch>,
    pub(super) wrap: Wrap,
    /// Lines from the top that the platform wrote, as far as was looked; `None` once the program wrote one.
    pub(super) silent: Option<usize>,
}

/// What is known of the line that is still being written.
#[derive(Debug, Default)]
pub(super) struct Open {
    /// Whether it has control characters.
    pub(super) control: bool,
    /// Whether it has bytes that are not ASCII.
    high: bool,
    /// Where it has a carriage return, which means nothing before a newline.
    returned: Option<usize>,
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
            reach: REACH as usize,
            bytes: Vec::new(),
            starts: vec![0],
            plain: Bits::default(),
            styles: Vec::new(),
            open: Open::default(),
            parser: Parser::default(),
            style: Style::default(),
            dropped_lines: 0,
            dropped_bytes: 0,
            screen: Screen::default(),
            patches: Patches::default(),
            watch: None,
            wrap: Wrap::default(),
            silent: Some(0),
        }
    }

    /// The empty store for a program that was told of a screen with so many lines (1 to 1,024): the cursor goes up
    /// no further than that.
    #[must_use]
    pub fn with_screen(mut self, lines: u32) -> Self {
        self.reach = lines.clamp(1, 1024) as usize;
        self
    }

    /// Makes room for a log of so many bytes, as far as it will be held, so that nothing is copied while it grows.
    pub fn expect(&mut self, bytes: u64) {
        let held = usize::try_from(bytes - bytes.min(self.dropped_bytes)).unwrap_or(usize::MAX);
        let more = held.min(self.limit).saturating_sub(self.bytes.len());
        // Without the room it grows as it comes.
        let _ = self.bytes.try_reserve_exact(more);
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

    /// The bytes that are held, and how many came before them.
    #[cfg(feature = "metrics")]
    pub(crate) fn held_bytes(&self) -> (&[u8], u64) {
        (&self.bytes, self.dropped_bytes)
    }

    /// Bytes that came before a line, counted from 0 over the whole log; `None` where it did not begin or is not held.
    #[cfg(feature = "metrics")]
    pub(crate) fn line_begin(&self, line: u64) -> Option<u64> {
        let at = usize::try_from(line.checked_sub(self.dropped_lines)?).ok()?;
        Some(self.dropped_bytes + u64::from(*self.starts.get(at)?))
    }

    /// How many lines the cursor moves on, the last one among them.
    #[cfg(feature = "metrics")]
    pub(crate) fn reach(&self) -> u64 {
        self.reach as u64
    }

    /// Bytes of memory.
    pub fn memory(&self) -> usize {
        self.bytes.capacity()
            + self.starts.capacity() * size_of::<u32>()
            + self.styles.capacity() * size_of::<(u32, Style)>()
            + self.plain.size()
            + self.patches.size()
            + self.wrap.size()
    }

    /// Takes the next bytes, cut anywhere.
    pub fn append(&mut self, piece: &[u8]) {
        let room = self.bytes.capacity() - self.bytes.len();
        if room < piece.len() {
            self.bytes
                .reserve_exact(piece.len().max(self.bytes.len() / 4));
        }
        let mut at = self.bytes.len();
        self.bytes.extend_from_slice(piece);
        while at < self.bytes.len() {
            at = match self.screen.on {
                true => self.write(at),
                false => self.index(at),
            };
        }
        self.keep_changes();
        if self.bytes.len() + self.patches.size() > self.limit {
            self.drop_oldest();
        }
    }

    /// Finds the lines in the bytes from `at` on, until their end or a sequence that leaves the line; says where that is.
    fn index(&mut self, mut at: usize) -> usize {
        while at < self.bytes.len() {
            if self.parser.is_ground() {
                let (length, high) = scan::control(&self.bytes[at..]);
                self.open.high |= high;
                at += length;
                if at == self.bytes.len() {
                    break;
                }
            }
            let byte = self.bytes[at];
            at += 1;
            if byte == b'\n' {
                self.parser.reset();
                self.begin_line(at as u32);
                continue;
            }
            if byte == b'\r' && self.open.returned.is_none() && self.parser.is_ground() {
                self.open.returned = Some(at);
                continue;
            }
            self.open.control = true;
            if byte == 0x1b
                && self.parser.is_ground()
                && let Some(length) = self.parser.take_style(&self.bytes[at..])
            {
                self.style.apply(self.parser.params());
                at += length;
                continue;
            }
            match self.parser.feed(byte) {
                Action::Style => self.style.apply(self.parser.params()),
                // There is nothing below the last line, and nowhere to come back to.
                Action::Vertical(Vertical::EraseBelow | Vertical::Away) => {}
                Action::Vertical(what) => {
                    self.leave_line(what, at);
                    break;
                }
                _ => {}
            }
        }
        at
    }

    /// A new line begins at `start`.
    pub(super) fn begin_line(&mut self, start: u32) {
        let open = std::mem::take(&mut self.open);
        let plain = !open.control && {
            let from = self.starts[self.starts.len() - 1] as usize;
            // The newline, and a carriage return right before it, are no text.
            let end = start as usize - 1;
            let text = &self.bytes[from..end - usize::from(open.returned == Some(end))];
            open.returned.is_none_or(|at| at == end)
                && text.len() <= LINE_BYTES
                && (!open.high || scan::is_shown(text))
        };
        self.plain.push(plain);
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
        let excess = (self.bytes.len() + self.patches.size()).saturating_sub(self.limit / 4 * 3);
        let cut = excess.min(self.bytes.len());
        let begun = self.starts.partition_point(|start| (*start as usize) < cut);
        let mut lines = begun.min(self.starts.len() - 1);
        let mut bytes = match lines + 1 == self.starts.len() {
            true => cut.max(self.starts[lines] as usize),
            false => self.starts[lines] as usize,
        };
        if self.screen.on && lines > self.settled() {
            // The cursor may come back to the lines of the screen, not to their bytes.
            lines = self.settled();
            self.freeze(lines..begun);
            bytes = cut;
        }
        let style = self.style_of(lines);
        self.bytes.drain(..bytes);
        self.starts.drain(..lines);
        self.plain.drop_front(lines);
        for start in &mut self.starts {
            *start = start.saturating_sub(bytes as u32);
        }
        self.styles.retain(|(line, _)| *line as usize > lines);
        for (line, _) in &mut self.styles {
            *line -= lines as u32;
        }
        self.styles.insert(0, (0, style));
        let returned = self.open.returned.filter(|at| *at > bytes);
        self.open.returned = returned.map(|at| at - bytes);
        self.dropped_lines += lines as u64;
        self.dropped_bytes += bytes as u64;
        self.forget_dropped();
        self.wrap = Wrap::default();
        self.silent = self.silent.map(|line| line.saturating_sub(lines));
    }

    /// Lines in memory.
    pub(super) fn held(&self) -> usize {
        let last = self.starts.len() - 1;
        let begun = (self.starts[last] as usize) < self.bytes.len();
        // Lines can be moved down to where no byte was written.
        let moved = || self.patches.get(self.dropped_lines + last as u64).is_some();
        last + usize::from(begun || moved())
    }

    /// A line's bytes without its newline.
    pub(super) fn raw(&self, line: usize) -> &[u8] {
        let from = self.starts[line] as usize;
        let to = self
            .starts
            .get(line + 1)
            .map_or(self.bytes.len(), |next| (*next as usize).saturating_sub(1));
        &self.bytes[from..to.max(from)]
    }

    /// A line's text, where its bytes are known to be that.
    pub(super) fn plain_bytes(&self, line: usize) -> Option<&[u8]> {
        let bytes = self.plain.get(line).then(|| self.raw(line))?;
        Some(bytes.strip_suffix(b"\r").unwrap_or(bytes))
    }

    /// How a line looks.
    pub(super) fn line(&self, line: usize) -> Line {
        match self.patches.get(self.dropped_lines + line as u64) {
            Some(patch) => Line::decode(&patch.bytes, patch.earlier),
            None => Line::render(self.raw(line), self.style_of(line)),
        }
    }

    /// The style a line begins in.
    pub(super) fn style_of(&self, line: usize) -> Style {
        let at = self
            .styles
            .partition_point(|(begin, _)| *begin as usize <= line);
        at.checked_sub(1)
            .map_or(Style::default(), |at| self.styles[at].1)
    }
}

#[cfg(test)]
mod tests;
