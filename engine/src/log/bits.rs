//! A bit for each line.

#[cfg(feature = "search")]
use std::ops::Range;

/// Bits in a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    length: usize,
}

impl Bits {
    /// Puts one behind the last.
    pub(super) fn push(&mut self, bit: bool) {
        if self.length.is_multiple_of(64) {
            self.words.push(0);
        }
        self.words[self.length / 64] |= u64::from(bit) << (self.length % 64);
        self.length += 1;
    }

    /// Bit `at`; beyond the last there are none.
    pub(super) fn get(&self, at: usize) -> bool {
        at < self.length && self.words[at / 64] >> (at % 64) & 1 == 1
    }

    /// Takes bit `at` back.
    pub(super) fn clear(&mut self, at: usize) {
        if at < self.length {
            self.words[at / 64] &= !(1 << (at % 64));
        }
    }

    /// Drops so many from the front.
    pub(super) fn drop_front(&mut self, count: usize) {
        let count = count.min(self.length);
        self.words.drain(..count / 64);
        let shift = count % 64;
        if shift > 0 {
            for at in 0..self.words.len() {
                let above = self
                    .words
                    .get(at + 1)
                    .map_or(0, |word| word << (64 - shift));
                self.words[at] = self.words[at] >> shift | above;
            }
        }
        self.length -= count;
        self.words.truncate(self.length.div_ceil(64));
    }

    /// Bytes of memory.
    pub(super) fn size(&self) -> usize {
        self.words.capacity() * 8
    }
}

#[cfg(feature = "search")]
impl Bits {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Puts so many behind the last that are not set.
    pub(super) fn grow(&mut self, count: usize) {
        self.length += count;
        self.words.resize(self.length.div_ceil(64), 0);
    }

    /// Sets bit `at`; says whether it was not.
    pub(super) fn set(&mut self, at: usize) -> bool {
        let bit = 1 << (at % 64);
        let new = self.words[at / 64] & bit == 0;
        self.words[at / 64] |= bit;
        new
    }

    /// The first bit from `from` on that is `wanted`.
    pub(super) fn next(&self, from: usize, wanted: bool) -> Option<usize> {
        let mut at = from;
        while at < self.length {
            let word = self.words[at / 64] ^ if wanted { 0 } else { u64::MAX };
            let rest = word >> (at % 64);
            if rest != 0 {
                return Some(at + rest.trailing_zeros() as usize).filter(|at| *at < self.length);
            }
            at = (at / 64 + 1) * 64;
        }
        None
    }

    /// The last set bit before `end`.
    pub(super) fn last_before(&self, end: usize) -> Option<usize> {
        let mut end = end.min(self.length);
        while end > 0 {
            let from = (end - 1) / 64 * 64;
            let word = self.words[from / 64] & mask(end - from);
            if word != 0 {
                return Some(from + 63 - word.leading_zeros() as usize);
            }
            end = from;
        }
        None
    }

    /// How many are set in `range`.
    pub(super) fn count(&self, range: Range<usize>) -> usize {
        let (mut at, end) = (range.start, range.end.min(self.length));
        let mut count = 0;
        while at < end {
            let from = at / 64 * 64;
            let word = self.words[at / 64] & mask(end - from) & !mask(at - from);
            count += word.count_ones() as usize;
            at = from + 64;
        }
        count
    }
}

#[cfg(feature = "search")]
/// The lowest `count` bits, all from 64 on.
fn mask(count: usize) -> u64 {
    if count >= 64 {
        u64::MAX
    } else {
        (1 << count) - 1
    }
}

#[cfg(all(test, feature = "search"))]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn they_are_what_a_list_of_truths_is() {
        let mut random = Random::new(5);
        for _ in 0..300 {
            let rare = 1 + random.below(90);
            let mut list: Vec<bool> = (0..random.below(400))
                .map(|_| random.below(rare) == 0)
                .collect();
            let mut bits = Bits::default();
            list.iter().for_each(|bit| bits.push(*bit));
            let front = random.below(150);
            bits.drop_front(front);
            list.drain(..front.min(list.len()));
            let gone = random.below(100);
            bits.clear(gone);
            if let Some(bit) = list.get_mut(gone) {
                *bit = false;
            }
            bits.push(true);
            list.push(true);
            let more = random.below(70);
            bits.grow(more);
            list.resize(list.len() + more, false);
            let set = random.below(list.len());
            assert_eq!(bits.set(set), !std::mem::replace(&mut list[set], true));
            assert_eq!(bits.len(), list.len());
            for _ in 0..20 {
                let (from, to) = (random.below(420), random.below(420));
                let set = |range: &Range<usize>| {
                    range
                        .clone()
                        .filter(|at| list.get(*at) == Some(&true))
                        .count()
                };
                assert_eq!(bits.get(from), list.get(from) == Some(&true));
                assert_eq!(bits.count(from..to), set(&(from..to)));
                for wanted in [true, false] {
                    let next = (from..list.len()).find(|at| list[*at] == wanted);
                    assert_eq!(bits.next(from, wanted), next);
                }
                assert_eq!(
                    bits.last_before(from),
                    (0..from.min(list.len())).rfind(|at| list[*at])
                );
            }
        }
    }
}
