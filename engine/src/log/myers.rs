//! Which parts of two sequences have no counterpart in the other: the algorithm of Myers in linear space, with a bound.
//!
//! E. W. Myers, *An O(ND) difference algorithm and its variations*, 1986. What differs most, and would take the square of the length, is
//! cut in two where the search has come furthest.

use super::bits::Bits;
use std::collections::HashSet;
use std::ops::Range;

/// Differences up to twice this many are the fewest there can be, while there is time.
const FAR: usize = 1024;
/// The same once [`STEPS`] have been made.
const NEAR: usize = 64;
/// Steps with the wide bound: some tenths of a second.
const STEPS: u64 = 100_000_000;
/// A diagonal that nothing leads to.
const NOWHERE: isize = isize::MIN / 2;

/// What of `before`, and what of `after`, has no counterpart; the rest of both is the same in the same order.
pub(super) fn unmatched(before: &[u64], after: &[u64]) -> [Bits; 2] {
    searched(before, after).0
}

/// The same, and how many steps it took.
fn searched(before: &[u64], after: &[u64]) -> ([Bits; 2], u64) {
    let [mut removed, mut added] = [before, after].map(|side| {
        let mut bits = Bits::default();
        bits.grow(side.len());
        bits
    });
    let (first, last) = common(before, after);
    let within = |side: &[u64]| first..side.len() - last;
    let (old, new) = (within(before), within(after));
    // What the other has nowhere needs no search; most of what differs goes with that.
    let kept_old = shared(before, old.clone(), &after[new.clone()], &mut removed);
    let kept_new = shared(after, new, &before[old], &mut added);
    let tokens = |side: &[u64], kept: &[usize]| kept.iter().map(|at| side[*at]).collect();
    let mut search = Search {
        sides: [tokens(before, &kept_old), tokens(after, &kept_new)],
        reach: std::array::from_fn(|_| vec![NOWHERE; 2 * FAR + 3]),
        steps: 0,
    };
    search.all(
        &mut |at| {
            removed.set(kept_old[at]);
        },
        &mut |at| {
            added.set(kept_new[at]);
        },
    );
    ([removed, added], search.steps)
}

/// How much two sequences have in common at their begins and, of the rest, at their ends.
fn common(a: &[u64], b: &[u64]) -> (usize, usize) {
    let first = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let rest = (a[first..].iter().rev()).zip(b[first..].iter().rev());
    (first, rest.take_while(|(a, b)| a == b).count())
}

/// Where in `range` of `side` there is what `other` has, too; what it has not is marked.
fn shared(side: &[u64], range: Range<usize>, other: &[u64], marked: &mut Bits) -> Vec<usize> {
    let other: HashSet<u64> = other.iter().copied().collect();
    let has = |at: &usize| other.contains(&side[*at]) || !marked.set(*at);
    range.filter(has).collect()
}

/// The search for the fewest differences.
struct Search {
    sides: [Vec<u64>; 2],
    /// How far of the first side each diagonal has come, from the begin and from the end.
    reach: [Vec<isize>; 2],
    steps: u64,
}

impl Search {
    /// Marks what has no counterpart.
    fn all(&mut self, removed: &mut dyn FnMut(usize), added: &mut dyn FnMut(usize)) {
        let mut open = vec![(0..self.sides[0].len(), 0..self.sides[1].len())];
        while let Some((a, b)) = open.pop() {
            let (first, last) = common(&self.sides[0][a.clone()], &self.sides[1][b.clone()]);
            self.steps += (first + last) as u64;
            let (a, b) = (a.start + first..a.end - last, b.start + first..b.end - last);
            if a.is_empty() || b.is_empty() {
                a.for_each(&mut *removed);
                b.for_each(&mut *added);
                continue;
            }
            let (x, y) = self.split(a.clone(), b.clone());
            let (x, y) = (a.start + x, b.start + y);
            open.push((x..a.end, y..b.end));
            open.push((a.start..x, b.start..y));
        }
    }

    /// Where to cut both parts, neither of which is empty, and which begin and end differently: on a way with the fewest differences if
    /// these are within the bound.
    fn split(&mut self, a: Range<usize>, b: Range<usize>) -> (usize, usize) {
        let bound = if self.steps < STEPS { FAR } else { NEAR };
        let [a, b] = [&self.sides[0][a], &self.sides[1][b]];
        let (n, m) = (a.len() as isize, b.len() as isize);
        let [forward, backward] = &mut self.reach;
        let middle = FAR as isize + 1;
        for reach in [&mut *forward, &mut *backward] {
            reach[FAR - bound..=FAR + bound + 2].fill(NOWHERE);
            reach[FAR + 2] = 0;
        }
        let ahead = |x: isize, y: isize| a[x as usize] == b[y as usize];
        let behind = |x: isize, y: isize| a[(n - 1 - x) as usize] == b[(m - 1 - y) as usize];
        let met = |own: isize, other: &[isize], k: isize, distance: isize| {
            let k = n - m - k;
            k.abs() <= distance && own + other[(middle + k) as usize] >= n
        };
        let (mut furthest, mut steps) = ([(0, 0); 2], 0);
        for distance in 0..=bound as isize {
            for k in (-distance..=distance).step_by(2) {
                let (x, y, went) = advance(forward, middle, k, (n, m), ahead);
                steps += went;
                if x + y > furthest[0].0 + furthest[0].1 {
                    furthest[0] = (x, y);
                }
                if (n - m) % 2 != 0 && met(x, backward, k, distance - 1) {
                    self.steps += steps;
                    return (x as usize, y as usize);
                }
            }
            for k in (-distance..=distance).step_by(2) {
                let (x, y, went) = advance(backward, middle, k, (n, m), behind);
                steps += went;
                if x + y > furthest[1].0 + furthest[1].1 {
                    furthest[1] = (x, y);
                }
                if (n - m) % 2 == 0 && met(x, forward, k, distance) {
                    self.steps += steps;
                    return ((n - x) as usize, (m - y) as usize);
                }
            }
        }
        self.steps += steps;
        let [(x, y), (from_end_x, from_end_y)] = furthest;
        match x + y >= from_end_x + from_end_y {
            true => (x as usize, y as usize),
            false => ((n - from_end_x) as usize, (m - from_end_y) as usize),
        }
    }
}

/// Goes one difference further on a diagonal, and on over what is the same; where that is, and how many steps it took.
fn advance(
    reach: &mut [isize],
    middle: isize,
    k: isize,
    (n, m): (isize, isize),
    same: impl Fn(isize, isize) -> bool,
) -> (isize, isize, u64) {
    let at = (middle + k) as usize;
    let (right, down) = (reach[at - 1] + 1, reach[at + 1]);
    let right = if right <= n { right } else { NOWHERE };
    let down = if down - k <= m { down } else { NOWHERE };
    let begin = right.max(down);
    if begin < 0 {
        reach[at] = NOWHERE;
        return (0, 0, 1);
    }
    let mut x = begin;
    while x < n && x - k < m && same(x, x - k) {
        x += 1;
    }
    reach[at] = x;
    (x, x - k, 1 + (x - begin) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// How much has no counterpart; checks that the rest is the same.
    fn differences(a: &[u64], b: &[u64]) -> usize {
        let [removed, added] = unmatched(a, b);
        let rest = |side: &[u64], marked: &Bits| -> Vec<u64> {
            let rest = (0..side.len()).filter(|at| !marked.get(*at));
            rest.map(|at| side[at]).collect()
        };
        assert_eq!(rest(a, &removed), rest(b, &added));
        removed.count(0..a.len()) + added.count(0..b.len())
    }

    /// The fewest there can be, by the whole table.
    fn fewest(a: &[u64], b: &[u64]) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, one) in a.iter().enumerate() {
            let mut diagonal = std::mem::replace(&mut row[0], i + 1);
            for (j, other) in b.iter().enumerate() {
                let best = match one == other {
                    true => diagonal,
                    false => row[j].min(row[j + 1]) + 1,
                };
                diagonal = std::mem::replace(&mut row[j + 1], best);
            }
        }
        row[b.len()]
    }

    #[test]
    fn differences_are_the_fewest_there_can_be() {
        let mut random = Random::new(3);
        for round in 0..3_000 {
            let letters = 1 + random.below(12);
            let mut some = |most| -> Vec<u64> {
                let length = random.below(most);
                (0..length).map(|_| random.below(letters) as u64).collect()
            };
            let (a, b) = (some(40), some(40));
            assert_eq!(differences(&a, &b), fewest(&a, &b), "{round}: {a:?} {b:?}");
        }
    }

    #[test]
    fn few_among_many_are_found_and_a_moved_line_is_one() {
        let same = |count: usize| std::iter::repeat_n(7, count);
        let with = |at| -> Vec<u64> { same(at).chain([1]).chain(same(9_000 - at)).collect() };
        assert_eq!(differences(&with(3_000), &with(5_000)), 2);
        // Epochs of 50 steps, and of 51.
        let epochs = |steps| -> Vec<u64> {
            let epoch = || [1].into_iter().chain(same(steps)).chain([2]);
            (0..100).flat_map(|_| epoch()).collect()
        };
        assert_eq!(differences(&epochs(50), &epochs(51)), 100);
    }

    #[test]
    fn what_has_nothing_to_do_with_each_other_takes_no_square() {
        let count = 20_000;
        let mut random = Random::new(8);
        let mut cases: Vec<[Vec<u64>; 2]> = Vec::new();
        for letters in [2, 50, 5_000] {
            let mut some = || (0..count).map(|_| random.below(letters) as u64).collect();
            cases.push([some(), some()]);
        }
        let up = || 0..count as u64;
        cases.push([up().collect(), up().rev().collect()]);
        cases.push([
            up().collect(),
            up().map(|at| at / 10 * 10 + 9 - at % 10).collect(),
        ]);
        for [a, b] in cases {
            let (_, steps) = searched(&a, &b);
            assert!(steps < 4 * (FAR * count) as u64, "{steps}");
        }
    }
}
