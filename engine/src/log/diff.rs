//! What two logs have apart: lines that only one of them has, as a text that a log store shows.

use super::bits::Bits;
use super::myers::unmatched;
use super::numbers::hash_without_numbers;
use super::store::LogStore;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::iter;
use std::ops::Range;

/// Lines in common that are shown before and after those that are not.
const CONTEXT: usize = 3;
/// Text that is handed over at a time, in bytes.
const PIECE: usize = 64 * 1024;

/// Two logs line by line. Lines are compared as a terminal shows them: colours, and what was overwritten, count for nothing.
#[derive(Debug)]
pub struct Comparison {
    /// Lines of each that the other has not.
    apart: [Bits; 2],
}

/// Lines of the first log in place of which the second has others; counted from 0 among those that were held.
struct Hunk {
    before: Range<usize>,
    after: Range<usize>,
}

impl Comparison {
    /// Compares the lines that are held. With `numbers`, those that differ in numbers alone are different; without, alike, since no two
    /// runs print the same times and losses.
    ///
    /// Needs a bit for each line, and while it compares some 50 bytes; the time grows with the lines, not with their square.
    pub fn new(before: &LogStore, after: &LogStore, numbers: bool) -> Self {
        let (mut shown, mut text) = (Vec::new(), String::new());
        let mut hashes = |store: &LogStore| -> Vec<u64> {
            let hash = |line| {
                let bytes = shown_bytes(store, line, &mut shown, &mut text);
                let mut hasher = DefaultHasher::new();
                match numbers {
                    true => bytes.hash(&mut hasher),
                    false => hash_without_numbers(bytes, &mut hasher),
                }
                hasher.finish()
            };
            (0..store.held()).map(hash).collect()
        };
        let (before, after) = (hashes(before), hashes(after));
        Self {
            apart: unmatched(&before, &after),
        }
    }

    /// How many lines only the first has.
    pub fn removed(&self) -> u64 {
        count(&self.apart[0])
    }

    /// How many lines only the second has.
    pub fn added(&self) -> u64 {
        count(&self.apart[1])
    }

    /// How many lines both have.
    pub fn common(&self) -> u64 {
        self.apart[0].len() as u64 - self.removed()
    }

    /// What the two have apart, from top to end.
    fn hunks(&self) -> impl Iterator<Item = Hunk> {
        let [removed, added] = &self.apart;
        let (mut before, mut after) = (0, 0);
        let next = |bits: &Bits, from, wanted| bits.next(from, wanted).unwrap_or(bits.len());
        iter::from_fn(move || {
            // What lies between two hunks is as long in both.
            let same = (next(removed, before, true) - before).min(next(added, after, true) - after);
            let from = (before + same, after + same);
            before = next(removed, from.0, false);
            after = next(added, from.1, false);
            let hunk = Hunk {
                before: from.0..before,
                after: from.1..after,
            };
            (!hunk.before.is_empty() || !hunk.after.is_empty()).then_some(hunk)
        })
    }

    /// Writes what the two have apart, like `diff -u` and in its colours: lines that only the first has begin with `-`, those that only the
    /// second has with `+`, others around them with a blank. The stores are those that were compared, unchanged.
    pub fn write(&self, before: &LogStore, after: &LogStore, out: &mut LogStore) {
        let mut page = Page::default();
        let mut hunks = self.hunks().peekable();
        while let Some(first) = hunks.next() {
            let mut group = vec![first];
            while let Some(next) = hunks.next_if(|next| {
                let last = &group[group.len() - 1];
                next.before.start - last.before.end <= 2 * CONTEXT
            }) {
                group.push(next);
            }
            self.write_group(&group, [before, after], &mut page, out);
        }
        out.append(&page.out);
    }

    /// Writes changes that are near one another.
    fn write_group(
        &self,
        group: &[Hunk],
        stores: [&LogStore; 2],
        page: &mut Page,
        out: &mut LogStore,
    ) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            return;
        };
        let lead = CONTEXT.min(first.before.start).min(first.after.start);
        let ends = [last.before.end, last.after.end];
        let all = self.apart.each_ref().map(Bits::len);
        let trail = CONTEXT.min(all[0] - ends[0]).min(all[1] - ends[1]);
        let sides = [
            (stores[0], first.before.start - lead..ends[0] + trail),
            (stores[1], first.after.start - lead..ends[1] + trail),
        ];
        page.head(&sides);
        let mut next = first.after.start - lead;
        for hunk in group {
            page.lines(stores[1], next..hunk.after.start, Mark::Both, out);
            page.lines(stores[0], hunk.before.clone(), Mark::Removed, out);
            page.lines(stores[1], hunk.after.clone(), Mark::Added, out);
            next = hunk.after.end;
        }
        page.lines(stores[1], next..ends[1] + trail, Mark::Both, out);
    }
}

/// Which log has a line.
#[derive(Clone, Copy)]
enum Mark {
    Both,
    Removed,
    Added,
}

/// Text that is not handed over yet.
#[derive(Default)]
struct Page {
    out: Vec<u8>,
    shown: Vec<u8>,
    text: String,
}

impl Page {
    /// Which lines of both follow, by their numbers.
    fn head(&mut self, sides: &[(&LogStore, Range<usize>); 2]) {
        let [before, after] = sides.each_ref().map(|(store, lines)| {
            let first = store.dropped_lines() + lines.start as u64 + u64::from(!lines.is_empty());
            format!("{first},{}", lines.len())
        });
        // A vector takes all that is written.
        let _ = writeln!(self.out, "\x1b[36m@@ -{before} +{after} @@\x1b[0m");
    }

    fn lines(&mut self, store: &LogStore, lines: Range<usize>, mark: Mark, out: &mut LogStore) {
        for line in lines {
            let bytes = shown_bytes(store, line, &mut self.shown, &mut self.text);
            let (begin, end): (&[u8], &[u8]) = match mark {
                Mark::Both => (b" ", b"\n"),
                Mark::Removed => (b"\x1b[31m-", b"\x1b[0m\n"),
                Mark::Added => (b"\x1b[32m+", b"\x1b[0m\n"),
            };
            for part in [begin, bytes, end] {
                self.out.extend_from_slice(part);
            }
            if self.out.len() >= PIECE {
                out.append(&self.out);
                self.out.clear();
            }
        }
    }
}

/// What a line shows; `shown` and `text` are anything.
fn shown_bytes<'a>(
    store: &'a LogStore,
    line: usize,
    shown: &'a mut Vec<u8>,
    text: &mut String,
) -> &'a [u8] {
    match store.plain_bytes(line) {
        Some(bytes) => bytes,
        None => {
            shown.clear();
            store.push_shown(line, shown, text);
            shown
        }
    }
}

fn count(bits: &Bits) -> u64 {
    bits.count(0..bits.len()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn store(text: &str) -> LogStore {
        let mut store = LogStore::default();
        store.append(text.as_bytes());
        store
    }

    /// What two logs have apart, as text, and how much only the first and only the second has.
    fn apart(before: &str, after: &str, numbers: bool) -> (String, u64, u64) {
        let (before, after, mut out) = (store(before), store(after), LogStore::default());
        let comparison = Comparison::new(&before, &after, numbers);
        comparison.write(&before, &after, &mut out);
        let text = out.text(1..=u64::MAX, usize::MAX).unwrap_or_default();
        (text, comparison.removed(), comparison.added())
    }

    fn numbered(lines: impl IntoIterator<Item = u32>) -> String {
        lines
            .into_iter()
            .map(|line| format!("line {line}\n"))
            .collect()
    }

    #[test]
    fn lines_that_one_of_them_has_stand_between_those_around_them() {
        let before = numbered(1..=20);
        let after = before.replace("line 10\n", "another\n");
        assert_eq!(
            apart(&before, &after, true),
            (
                "@@ -7,7 +7,7 @@\n line 7\n line 8\n line 9\n-line 10\n+another\n line 11\n line 12\n line 13\n".to_owned(),
                1,
                1
            )
        );
        // Changes that are near one another stand together, others do not.
        let near = after.replace("line 17\n", "");
        let (text, removed, added) = apart(&before, &near, true);
        assert_eq!((text.matches("@@ -").count(), removed, added), (1, 2, 1));
        let (text, ..) = apart(&before, &after.replace("line 18\n", ""), true);
        assert_eq!(text.matches("@@ -").count(), 2);
    }

    #[test]
    fn begins_and_ends_and_nothing() {
        assert_eq!(apart("a\n", "a\n", true), (String::new(), 0, 0));
        assert_eq!(apart("", "", true), (String::new(), 0, 0));
        assert_eq!(
            apart("", "a\nb", true),
            ("@@ -0,0 +1,2 @@\n+a\n+b\n".to_owned(), 0, 2)
        );
        assert_eq!(
            apart("a\n", "", true),
            ("@@ -1,1 +0,0 @@\n-a\n".to_owned(), 1, 0)
        );
        assert_eq!(
            apart("a\nb\n", "b\n", true),
            ("@@ -1,2 +1,1 @@\n-a\n b\n".to_owned(), 1, 0)
        );
    }

    #[test]
    fn what_a_terminal_shows_is_compared_and_nothing_else_is_written() {
        assert_eq!(
            apart("\x1b[31mred\x1b[0m\n1%\r100%\n", "red\r\n100%\n", true).1,
            0
        );
        let (before, after) = (
            store("a\n"),
            store("\x1b[1mb \x1b]8;;http://x\x07link\x1b]8;;\x07\x1b[3A\n"),
        );
        let mut out = LogStore::default();
        Comparison::new(&before, &after, true).write(&before, &after, &mut out);
        let rows = out.window(None, 0, 9);
        let text = |at: usize| {
            rows[at]
                .spans
                .iter()
                .map(|span| span.text.as_str())
                .collect::<String>()
        };
        assert_eq!((text(1), text(2)), ("-a".to_owned(), "+b link".to_owned()));
        // A colour each, from the mark to the end, and none of its own.
        assert!(
            rows[1].spans.len() == 1 && rows[2].spans.len() == 1 && rows[2].spans[0].link.is_none()
        );
        assert_ne!(rows[1].spans[0].style, rows[2].spans[0].style);
    }

    #[test]
    fn numbers_count_for_nothing_if_that_is_wanted() {
        let (a, b) = (
            "begin\nstep 9 loss 0.25\nend\n",
            "begin\nstep 9 loss 1.5\nend\n",
        );
        assert_eq!(apart(a, b, false), (String::new(), 0, 0));
        assert_eq!(apart(a, b, true).1, 1);
        // Lines around are those of the second.
        let (text, ..) = apart(a, &b.replace("end", "done"), false);
        assert_eq!(
            text,
            "@@ -1,3 +1,3 @@\n begin\n step 9 loss 1.5\n-end\n+done\n"
        );
        let comparison = Comparison::new(&store(a), &store(b), true);
        assert_eq!(comparison.common(), 2);
    }

    #[test]
    fn lines_that_are_gone_are_counted() {
        let mut before = LogStore::with_limit(1024);
        before.append(numbered(1..=200).as_bytes());
        let gone = before.dropped_lines();
        assert!(gone > 0);
        let after = store(&numbered(gone as u32 + 1..=200).replace("line 200\n", "end\n"));
        let mut out = LogStore::default();
        let comparison = Comparison::new(&before, &after, true);
        comparison.write(&before, &after, &mut out);
        assert_eq!((comparison.removed(), comparison.added()), (1, 1));
        let head = out.text(1..=1, 99).unwrap_or_default();
        assert_eq!(head, format!("@@ -197,4 +{},4 @@\n", 197 - gone));
    }

    #[test]
    fn the_text_leads_from_one_log_to_the_other() {
        // Whatever the two are: lines with `-` or a blank are those of the first in order, with `+` or a blank those of the second.
        let mut random = Random::new(7);
        let mut next = |below: u32| random.below(below as usize) as u32;
        for _ in 0..200 {
            let length = 1 + next(40);
            let before: Vec<u32> = (0..length).map(|_| next(6)).collect();
            let mut after = before.clone();
            for _ in 0..1 + next(8) {
                let at = next(after.len() as u32 + 1) as usize;
                match next(2) {
                    0 => after.insert(at, next(6)),
                    _ => drop((at < after.len()).then(|| after.remove(at))),
                }
            }
            let (old, new) = (
                numbered(before.iter().copied()),
                numbered(after.iter().copied()),
            );
            let (text, removed, added) = apart(&old, &new, true);
            assert_eq!(before.len() as u64 - removed, after.len() as u64 - added);
            assert_eq!(patched(&old, &text), new);
        }
    }

    /// A text with what `diff -u` says of it, as `patch` makes it.
    fn patched(old: &str, diff: &str) -> String {
        let old: Vec<&str> = old.lines().collect();
        let (mut out, mut at) = (String::new(), 0);
        let mut take = |line: &str| out.push_str(&format!("{line}\n"));
        for line in diff.lines() {
            match line.split_at(1) {
                ("@", _) => {
                    let numbers: Vec<usize> = line[4..]
                        .split([',', ' '])
                        .take(2)
                        .map(|n| n.parse().unwrap())
                        .collect();
                    let first = numbers[0] - usize::from(numbers[1] > 0);
                    old[at..first].iter().for_each(|line| take(line));
                    at = first;
                }
                ("+", text) => take(text),
                (mark, text) => {
                    assert_eq!(old[at], text);
                    at += 1;
                    if mark == " " {
                        take(text);
                    }
                }
            }
        }
        old[at..].iter().for_each(|line| take(line));
        out
    }
}
