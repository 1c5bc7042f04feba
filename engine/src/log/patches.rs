//! Lines whose bytes do not say how they look, because the cursor came back to them.

use std::collections::BTreeMap;

/// About what an entry takes beside its bytes.
const ENTRY: usize = 64;

/// How such a line looks.
#[derive(Debug)]
pub(super) struct Patch {
    /// Bytes that write it.
    pub(super) bytes: Box<[u8]>,
    /// How often what it showed began to be written over.
    pub(super) earlier: u32,
}

/// Patches by line, counted from 0 over the whole log.
#[derive(Debug, Default)]
pub(super) struct Patches {
    lines: BTreeMap<u64, Patch>,
    size: usize,
}

impl Patches {
    /// How a line looks, if its bytes do not say so.
    pub(super) fn get(&self, line: u64) -> Option<&Patch> {
        self.lines.get(&line)
    }

    /// From now on a line looks so.
    pub(super) fn set(&mut self, line: u64, patch: Patch) {
        self.size += patch.bytes.len() + ENTRY;
        if let Some(before) = self.lines.insert(line, patch) {
            self.size -= before.bytes.len() + ENTRY;
        }
    }

    /// Forgets lines before `line`.
    pub(super) fn drop_before(&mut self, line: u64) {
        while let Some(entry) = self.lines.first_entry().filter(|entry| *entry.key() < line) {
            self.size -= entry.remove().bytes.len() + ENTRY;
        }
    }

    /// About how many bytes of memory they take.
    pub(super) fn size(&self) -> usize {
        self.size
    }
}
