//! Which lines have a match, and how many matches there are.

use super::super::bits::Bits;
use std::ops::Range;

/// Lines whose matches are counted together.
const BLOCK: u64 = 1024;

/// What was found in lines that were searched, counted from 0 over the whole log.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// The first line that is held.
    first: u64,
    lines: Bits,
    set: u64,
    /// Matches in each block of lines; the first may be cut.
    blocks: Vec<u32>,
    matches: u64,
}

impl Hits {
    /// The first line that was not searched.
    pub(super) fn end(&self) -> u64 {
        self.first + self.lines.len() as u64
    }

    /// Matches.
    pub(super) fn matches(&self) -> u64 {
        self.matches
    }

    /// Lines with a match.
    pub(super) fn lines(&self) -> u64 {
        self.set
    }

    /// So many more lines were searched; matches in them are told by [`Self::add`].
    pub(super) fn push_lines(&mut self, count: usize) {
        self.lines.grow(count);
        if count > 0 {
            let blocks = self.block(self.end() - 1) + 1;
            self.blocks.resize(blocks, 0);
        }
    }

    /// So many matches more in a line that was searched.
    pub(super) fn add(&mut self, line: u64, count: u32) {
        if count == 0 {
            return;
        }
        self.set += u64::from(self.lines.set((line - self.first) as usize));
        let block = self.block(line);
        self.blocks[block] = self.blocks[block].saturating_add(count);
        self.matches += u64::from(count);
    }

    fn block(&self, line: u64) -> usize {
        (line / BLOCK - self.first / BLOCK) as usize
    }

    /// Forgets lines before `first`. Of the block that is cut, the lines that are left are to be counted anew, and told by
    /// [`Self::set_first_block`].
    pub(super) fn drop_before(&mut self, first: u64) -> Option<Range<u64>> {
        if first <= self.first {
            return None;
        }
        let gone = (first - self.first).min(self.lines.len() as u64) as usize;
        let blocks = (self.block(first)).min(self.blocks.len());
        let matches: u64 = self.blocks.drain(..blocks).map(u64::from).sum();
        self.matches -= matches;
        self.set -= self.lines.count(0..gone) as u64;
        self.lines.drop_front(gone);
        self.first = first;
        let end = (first / BLOCK + 1) * BLOCK;
        Some(first..end.min(self.end()))
    }

    /// Matches in the first block, counted anew.
    pub(super) fn set_first_block(&mut self, count: u32) {
        if let Some(block) = self.blocks.first_mut() {
            self.matches = self.matches + u64::from(count) - u64::from(*block);
            *block = count;
        }
    }

    /// The first line from `line` on with a match.
    pub(super) fn next(&self, line: u64) -> Option<u64> {
        let from = line.saturating_sub(self.first) as usize;
        Some(self.first + self.lines.next(from, true)? as u64)
    }

    /// The last line before `line` with a match.
    pub(super) fn previous(&self, line: u64) -> Option<u64> {
        let end = line.saturating_sub(self.first) as usize;
        Some(self.first + self.lines.last_before(end)? as u64)
    }

    /// How many of some lines have a match.
    pub(super) fn lines_in(&self, lines: Range<u64>) -> u32 {
        let at = |line: u64| line.saturating_sub(self.first) as usize;
        self.lines.count(at(lines.start)..at(lines.end)) as u32
    }
}
