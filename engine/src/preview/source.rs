//! The bytes of a file that are there, and what it means that others are not.

use super::describe::{Fault, Need, Why};
use std::collections::VecDeque;

/// Bytes that are asked for at a time when fewer would do.
pub(super) const BLOCK: u64 = 64 * 1024;
/// Requests begin at multiples of this, so that reading upwards does not ask for almost the same again.
const STEP: u64 = 16 * 1024;
/// Most bytes of one request.
const REQUEST_MAX: u64 = 2 * 1024 * 1024;
/// Most bytes that are looked at in one piece.
pub(super) const READ_MAX: u64 = 16 * 1024 * 1024;
/// Bytes that are kept. What was needed least lately goes first.
const HELD_MAX: usize = 32 * 1024 * 1024;

/// Why something could not be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// These bytes are not there yet.
    Need(Need),
    /// The file is not as it should be.
    Fault(Fault),
}

impl Stop {
    /// A fault.
    pub(super) fn fault(why: Why, at: u64) -> Self {
        Self::Fault(Fault { why, at })
    }
}

/// What is there of a file. Whatever is missing is an error that names it: who reads begins anew once it is there.
#[derive(Debug)]
pub(super) struct Source {
    size: u64,
    pieces: VecDeque<(u64, Vec<u8>)>,
    held: usize,
}

impl Source {
    /// A file of `size` bytes, of which nothing is there.
    pub(super) fn new(size: u64) -> Self {
        Self {
            size,
            pieces: VecDeque::new(),
            held: 0,
        }
    }

    /// A file that is there as a whole.
    pub(super) fn whole(bytes: Vec<u8>) -> Self {
        let mut source = Self::new(bytes.len() as u64);
        source.put(0, bytes);
        source
    }

    /// Bytes of the file.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The file ends here, whatever was said of its size.
    pub(super) fn ends_at(&mut self, size: u64) {
        self.size = self.size.min(size);
    }

    /// Takes bytes that stand at `start`.
    pub(super) fn put(&mut self, start: u64, bytes: Vec<u8>) {
        self.held += bytes.len();
        self.pieces.push_back((start, bytes));
        while self.held > HELD_MAX && self.pieces.len() > 1 {
            if let Some((_, gone)) = self.pieces.pop_front() {
                self.held -= gone.len();
            }
        }
    }

    /// What is there in one piece from `at` on, which is before the end: at least one byte.
    pub(super) fn rest(&self, at: u64) -> Result<&[u8], Stop> {
        let pieces = self.pieces.iter().filter_map(|(start, bytes)| {
            let from = usize::try_from(at.checked_sub(*start)?).ok()?;
            let most = usize::try_from(self.size - start.min(&self.size)).unwrap_or(usize::MAX);
            bytes.get(from..bytes.len().min(most))
        });
        match pieces.max_by_key(|rest| rest.len()) {
            Some(rest) if !rest.is_empty() => Ok(rest),
            _ if at >= self.size => Err(Stop::fault(Why::Cut, self.size)),
            _ => Err(self.need(at, 1)),
        }
    }

    /// `length` bytes from `start` on.
    ///
    /// # Errors
    /// [`Why::Cut`] when the file ends before, [`Why::Bound`] for more than [`READ_MAX`].
    pub(super) fn read(&self, start: u64, length: u64) -> Result<Vec<u8>, Stop> {
        let end = start.checked_add(length).filter(|end| *end <= self.size);
        let end = end.ok_or(Stop::fault(Why::Cut, self.size))?;
        if length > READ_MAX {
            return Err(Stop::fault(Why::Bound, start));
        }
        let mut bytes = Vec::with_capacity(length as usize);
        while start + (bytes.len() as u64) < end {
            let at = start + bytes.len() as u64;
            let left = (end - at) as usize;
            match self.rest(at) {
                Ok(rest) => bytes.extend_from_slice(&rest[..rest.len().min(left)]),
                Err(Stop::Need(_)) => return Err(self.need(at, end - at)),
                Err(fault) => return Err(fault),
            }
        }
        Ok(bytes)
    }

    /// At most `length` bytes from `start` on: fewer where the file ends.
    ///
    /// # Errors
    /// As for [`Self::read`], but for the file's end.
    pub(super) fn read_some(&self, start: u64, length: u64) -> Result<Vec<u8>, Stop> {
        let start = start.min(self.size);
        self.read(start, length.min(self.size - start))
    }

    fn need(&self, at: u64, length: u64) -> Stop {
        let start = at / STEP * STEP;
        let wanted = (at - start)
            .saturating_add(length)
            .clamp(BLOCK, REQUEST_MAX);
        Stop::Need(Need {
            start,
            length: wanted.min(self.size - start),
        })
    }
}

/// The bytes of a number at `at`, little end first. `None` outside of `bytes`.
pub(super) fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let part = bytes.get(at..at.checked_add(length)?)?;
    Some(
        part.iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_and_what_is_there_is_joined() {
        let mut source = Source::new(200_000);
        let need = |start, length| Err(Stop::Need(Need { start, length }));
        assert_eq!(source.read(20_000, 10), need(16_384, BLOCK));
        source.put(16_384, vec![1; 65_536]);
        assert_eq!(source.read(20_000, 10), Ok(vec![1; 10]));
        assert_eq!(source.read(81_915, 10), need(81_920, BLOCK));
        source.put(81_920, vec![2; 65_536]);
        let both = source.read(81_915, 10).unwrap();
        assert_eq!(both, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
        assert_eq!(source.read(199_999, 1), need(196_608, 3_392));
        assert_eq!(source.read_some(300_000, 5), Ok(Vec::new()));
    }

    #[test]
    fn behind_the_end_nothing_is_asked_for() {
        let mut source = Source::new(10);
        assert_eq!(source.read(5, 6), Err(Stop::fault(Why::Cut, 10)));
        assert_eq!(source.read(5, u64::MAX), Err(Stop::fault(Why::Cut, 10)));
        source.put(0, vec![0; 4]);
        source.ends_at(4);
        assert_eq!(source.read(0, 5), Err(Stop::fault(Why::Cut, 4)));
        let source = Source::new(u64::MAX);
        assert_eq!(
            source.read(0, READ_MAX + 1),
            Err(Stop::fault(Why::Bound, 0))
        );
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        let mut source = Source::new(u64::MAX);
        for at in 0..100 {
            source.put(at << 20, vec![0; 1 << 20]);
        }
        assert!(source.held <= HELD_MAX);
        assert!(source.rest(0).is_err());
        assert!(source.rest(99 << 20).is_ok());
    }

    #[test]
    fn numbers_have_their_little_end_first() {
        assert_eq!(number(&[1, 2, 3], 1, 2), Some(0x302));
        assert_eq!(number(&[1, 2, 3], 2, 2), None);
        assert_eq!(number(&[1], usize::MAX, 2), None);
    }
}
