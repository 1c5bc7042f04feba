//! A reader with an allowance, for parsers that believe the sizes they read.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

/// How many more bytes may be read; shared between the reader inside a parser and whoever feeds the parser.
#[derive(Clone, Debug)]
pub(super) struct Allowance(Rc<Cell<u64>>);

impl Allowance {
    pub(super) fn new() -> Self {
        Self(Rc::new(Cell::new(u64::MAX)))
    }

    /// From here on `bytes` may be read.
    pub(super) fn set(&self, bytes: u64) {
        self.0.set(bytes);
    }
}

/// Fails when more is read than allowed, and remembers how the last bytes looked.
#[derive(Debug)]
pub(super) struct Guard<R> {
    inner: R,
    left: Allowance,
    zeros: Rc<Cell<u64>>,
}

impl<R> Guard<R> {
    pub(super) fn new(inner: R, left: Allowance) -> Self {
        Self {
            inner,
            left,
            zeros: Rc::default(),
        }
    }

    /// How many of the bytes read last, one after the other, were zero.
    pub(super) fn zeros(&self) -> Rc<Cell<u64>> {
        self.zeros.clone()
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.left.0.get();
        let Some(rest) = left.checked_sub(read as u64) else {
            return Err(io::Error::other("a header is larger than any should be"));
        };
        self.left.0.set(rest);
        let zeros = buffer[..read].iter().rev().take_while(|b| **b == 0).count();
        let before = if zeros == read { self.zeros.get() } else { 0 };
        self.zeros.set(before + zeros as u64);
        Ok(read)
    }
}

impl<R: Seek> Seek for Guard<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
