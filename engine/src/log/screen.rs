//! What a program does that moves the cursor up: the last lines of the log as a terminal's screen.
//!
//! Ordinary output needs none of this: its bytes are kept and looked at when they are shown. From the first sequence
//! that leaves the last line until a newline begins a new one, bytes are written into cells instead. The lines
//! that were touched are kept as [`Patch`]es, in the form of bytes that write them.

use super::cells::{Cells, Pen};
use super::escape::{Action, Vertical};
use super::line::Line;
use super::patches::Patch;
use super::scan;
use super::store::LogStore;
use super::style::Style;
use std::collections::BTreeMap;

/// Most cells that are kept ready for a cursor that comes back.
const READY_MAX: usize = 1 << 20;

/// The lines that the cursor came back to and may come back to again.
#[derive(Debug, Default)]
pub(super) struct Screen {
    /// Whether what comes is written into cells.
    pub(super) on: bool,
    /// The cursor's line, counted from 0 over the whole log.
    row: u64,
    pen: Pen,
    saved: Option<Saved>,
    /// Whether the cursor will come back to what is saved, in this line.
    returns: bool,
    /// Whether it is on a line that is none of the log's until then, such as the status line that apt draws below.
    away: bool,
    lines: BTreeMap<u64, Live>,
}

#[derive(Debug)]
struct Saved {
    row: u64,
    at: usize,
    style: Style,
}

#[derive(Debug)]
struct Live {
    cells: Cells,
    /// Whether its patch is older than it.
    changed: bool,
}

impl Screen {
    fn put(&mut self, row: u64, cells: Cells) {
        self.lines.insert(
            row,
            Live {
                cells,
                changed: true,
            },
        );
    }

    fn go(&mut self, row: u64, at: usize) {
        self.pen.arrived |= row != self.row || at == 0;
        (self.row, self.pen.at) = (row, at);
    }
}

impl LogStore {
    /// The last line, counted from 0 over the whole log.
    fn bottom(&self) -> u64 {
        self.dropped_lines + self.starts.len() as u64 - 1
    }

    /// The first line that the cursor reaches.
    fn top(&self) -> u64 {
        self.dropped_lines + self.settled() as u64
    }

    /// Lines from the first that is held on that nothing can change any more.
    pub(super) fn settled(&self) -> usize {
        self.starts.len().saturating_sub(self.reach)
    }

    /// What comes from now on is written into cells; the last line's bytes end at `at`.
    pub(super) fn enter(&mut self, at: usize) {
        let last = self.starts.len() - 1;
        let (row, style) = (self.bottom(), self.style_of(last));
        let bytes = &self.bytes[self.starts[last] as usize..at];
        let watch = &mut self.watch;
        let (line, pen) = Line::with_pen(bytes, style, |cells| {
            if let Some(watch) = watch {
                watch.see(row, cells);
            }
        });
        self.screen.on = true;
        self.screen.row = row;
        self.screen.pen = Pen {
            style: self.style,
            ..pen
        };
        self.screen.put(row, line.cells);
        self.open.control = true;
    }

    /// The cursor leaves the last line by a sequence that ends at `at`.
    pub(super) fn leave_line(&mut self, what: Vertical, at: usize) {
        self.enter(at);
        let mut screen = std::mem::take(&mut self.screen);
        self.vertical(&mut screen, what, at);
        self.screen = screen;
    }

    /// Writes bytes from `at` on into cells, until the end or the begin of a new line; says where that is.
    pub(super) fn write(&mut self, mut at: usize) -> usize {
        let mut screen = std::mem::take(&mut self.screen);
        while screen.on && at < self.bytes.len() {
            if self.parser.is_ground() {
                let (length, _) = scan::control(&self.bytes[at..]);
                if length > 0 && screen.away {
                    at += length;
                    continue;
                }
                if length > 0 {
                    let row = screen.row;
                    let cells = self.cells(&mut screen.lines, row);
                    let watch = &mut self.watch;
                    cells.text(&self.bytes[at..at + length], &mut screen.pen, |cells| {
                        if let Some(watch) = watch {
                            watch.see(row, cells);
                        }
                    });
                    at += length;
                    continue;
                }
            }
            let byte = self.bytes[at];
            at += 1;
            if byte == b'\n' {
                self.parser.reset();
                self.vertical(&mut screen, Vertical::Index(true), at);
                continue;
            }
            match self.parser.feed(byte) {
                Action::Nothing => {}
                Action::Vertical(vertical) => self.vertical(&mut screen, vertical, at),
                _ if screen.away => {}
                action if screen.pen.pending.is_empty() && screen.pen.act(action, &self.parser) => {
                }
                action => {
                    let row = screen.row;
                    let cells = self.cells(&mut screen.lines, row);
                    let watch = &mut self.watch;
                    cells.act(action, &self.parser, &mut screen.pen, |cells| {
                        if let Some(watch) = watch {
                            watch.see(row, cells);
                        }
                    });
                }
            }
        }
        self.screen = screen;
        at
    }

    /// Does what concerns other lines; the bytes that asked for it end at `at`.
    fn vertical(&mut self, screen: &mut Screen, what: Vertical, at: usize) {
        if !screen.pen.pending.is_empty() {
            self.cells(&mut screen.lines, screen.row)
                .flush(&mut screen.pen);
        }
        let column = |begin: bool, pen: &Pen| if begin { 0 } else { pen.at };
        if screen.away && matches!(what, Vertical::Index(_) | Vertical::Restore) {
            screen.away = false;
            self.vertical(screen, Vertical::Restore, at);
        }
        match what {
            _ if screen.away => {}
            Vertical::Up(count, begin) => {
                let row = screen.row.saturating_sub(count.into()).max(self.top());
                screen.go(row, column(begin, &screen.pen));
            }
            Vertical::Down(count, begin) => {
                let row = (screen.row + u64::from(count)).min(self.lowest());
                while self.bottom() < row {
                    self.extend(screen, at);
                }
                screen.go(row, column(begin, &screen.pen));
            }
            Vertical::Index(begin) => {
                screen.returns = false;
                screen.pen.link.clear();
                if screen.row < self.bottom() {
                    screen.go(screen.row + 1, column(begin, &screen.pen));
                } else if begin {
                    screen.on = false;
                    self.style = screen.pen.style;
                    self.begin_line(at as u32);
                } else {
                    self.extend(screen, at);
                    screen.go(screen.row + 1, screen.pen.at);
                }
            }
            Vertical::ReverseIndex if screen.row > self.top() => {
                screen.go(screen.row - 1, screen.pen.at);
            }
            Vertical::ReverseIndex => self.shift(screen, 1, true, at),
            Vertical::EraseBelow => {
                let row = screen.row;
                for line in row..=self.bottom() {
                    let cells = self.cells(&mut screen.lines, line);
                    let watch = &mut self.watch;
                    let before = |cells: &Cells| {
                        if let Some(watch) = watch {
                            watch.see(line, cells);
                        }
                    };
                    if line == row {
                        cells.erase_after(&mut screen.pen, before);
                    } else {
                        cells.clear(before);
                    }
                }
            }
            Vertical::InsertLines(count) | Vertical::DeleteLines(count) => {
                self.shift(
                    screen,
                    count.into(),
                    matches!(what, Vertical::InsertLines(_)),
                    at,
                );
                screen.go(screen.row, 0);
            }
            Vertical::Away => screen.away = screen.returns,
            Vertical::Save => {
                screen.returns = true;
                screen.saved = Some(Saved {
                    row: screen.row,
                    at: screen.pen.at,
                    style: screen.pen.style,
                });
            }
            Vertical::Restore => {
                screen.returns = false;
                if let Some(Saved { row, at, style }) = screen.saved {
                    screen.pen.style = style;
                    screen.go(row.clamp(self.top(), self.bottom()), at);
                }
            }
        }
    }

    /// The last line the cursor may go to without a newline: a screen has lines below a short log.
    fn lowest(&self) -> u64 {
        self.bottom().max(self.top() + self.reach as u64 - 1)
    }

    /// An empty line behind the last.
    fn extend(&mut self, screen: &mut Screen, at: usize) {
        self.style = screen.pen.style;
        self.begin_line(at as u32);
        self.open.control = true;
        screen.put(self.bottom(), Cells::default());
    }

    /// Moves the lines from the cursor's on down or up by so many.
    fn shift(&mut self, screen: &mut Screen, count: usize, down: bool, at: usize) {
        let room = (self.lowest() - screen.row + 1) as usize;
        let count = count.min(room);
        let rows = screen.row..=self.bottom();
        let mut list: Vec<Cells> = rows
            .map(|row| std::mem::take(self.cells(&mut screen.lines, row)))
            .collect();
        let earlier: Vec<u32> = list.iter().map(|cells| cells.earlier).collect();
        if down {
            list.splice(0..0, std::iter::repeat_with(Cells::default).take(count));
            list.truncate(room);
        } else {
            let length = list.len();
            list.drain(..count.min(length));
            list.resize_with(length, Cells::default);
        }
        for (line, mut cells) in (screen.row..).zip(list) {
            if line > self.bottom() {
                self.extend(screen, at);
            }
            // How often a line was written over stays with its place.
            cells.earlier = earlier
                .get((line - screen.row) as usize)
                .copied()
                .unwrap_or(0);
            screen.put(line, cells);
        }
    }

    /// A line's cells, to be changed.
    fn cells<'a>(&self, lines: &'a mut BTreeMap<u64, Live>, row: u64) -> &'a mut Cells {
        let live = lines.entry(row).or_insert_with(|| Live {
            cells: self.line((row - self.dropped_lines) as usize).cells,
            changed: true,
        });
        live.changed = true;
        &mut live.cells
    }

    /// Keeps what was written into cells, for those who read.
    pub(super) fn keep_changes(&mut self) {
        if self.screen.lines.is_empty() {
            return;
        }
        let mut screen = std::mem::take(&mut self.screen);
        for (row, live) in screen.lines.iter_mut().filter(|(_, live)| live.changed) {
            live.changed = screen.on && *row == screen.row && !screen.pen.pending.is_empty();
            if live.changed {
                let mut shown = live.cells.clone();
                shown.flush(&mut screen.pen.clone());
                self.patch(*row, &shown);
            } else {
                self.patch(*row, &live.cells);
            }
        }
        let top = self.top();
        let ready: usize = screen.lines.values().map(|live| live.cells.len()).sum();
        screen
            .lines
            .retain(|row, live| *row >= top && (live.changed || ready <= READY_MAX));
        self.screen = screen;
    }

    fn patch(&mut self, row: u64, cells: &Cells) {
        self.plain.clear((row - self.dropped_lines) as usize);
        let patch = Patch {
            bytes: cells.encode().into(),
            earlier: cells.earlier,
        };
        self.patches.set(row, patch);
    }

    /// Lines whose first bytes go look as before, as far as the cursor may come back to them. Lines from the first that is held on.
    pub(super) fn freeze(&mut self, lines: std::ops::Range<usize>) {
        for line in lines {
            let row = self.dropped_lines + line as u64;
            if self.patches.get(row).is_none() {
                self.patch(row, &self.line(line).cells);
            }
        }
    }

    /// Forgets cells of lines that are no longer held.
    pub(super) fn forget_dropped(&mut self) {
        let first = self.dropped_lines;
        self.screen.lines.retain(|row, _| *row >= first);
        self.patches.drop_before(first);
    }
}
