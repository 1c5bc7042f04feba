//! Names and numbers in a line of text.
//!
//! What is taken, where the number is a whole one (`0.31`, `91.2%`, `1,024`, `nan`; not `10.0.0.3`, `187it/s`, `12 MB`):
//!
//! - `name=0.31`, whatever the name and whatever stands before it;
//! - `name: 0.31` and `name = 0.31` where nothing but a separator stands before the name, and `train loss: 0.31` where its last word is a
//!   known one;
//! - `loss:0.31` where the name is a known one, or that of a step or an epoch; `loss 0.31` for those after a separator or a number
//!   only, as prose is full of words before numbers;
//! - `epoch 3`, `Epoch [3/10]`, `Step: 100/600`, and what bars count: `[640/60000`, `| 938/938 [`, `938/938 ━━━`, `━━━ 938/938`, `123it [`,
//!   `[10]` and `10:` before a tab.

mod pieces;

use super::found::{Found, Place};
use super::keys::{self, Key};
use super::number;
use pieces::{blanks, blanks_to_tab, is_letter, number_end, word_end, wrapper};
use std::borrow::Cow;
use std::ops::Range;

/// What Chinese text has for a colon.
const WIDE_COLON: &str = "：";
/// Words of a name.
const WORDS_MAX: usize = 3;

/// The last place of a line where a name and its number may be joined: a cheap look that finds none in most lines without a pair.
fn last_joint(text: &[u8]) -> Option<usize> {
    let begins = |at: usize| match &text[at..][blanks_to_tab(&text[at..])..] {
        [b'"' | b'\'' | b'[', rest @ ..] => number::may_begin(&rest[blanks(rest)..]),
        rest @ [b't' | b'n' | b'a', ..] => number::may_begin(rest) || wrapper(rest).is_some(),
        rest => number::may_begin(rest),
    };
    let last = memchr::memrchr3_iter(b'=', b':', b' ', text).find(|at| begins(at + 1));
    let wide = memchr::memrchr_iter(WIDE_COLON.as_bytes()[0], text).find(|at| {
        let end = at + WIDE_COLON.len();
        text[*at..].starts_with(WIDE_COLON.as_bytes()) && begins(end + blanks(&text[end..]))
    });
    last.max(wide)
}

/// Reads the pairs of a line, and what bars count that stand before the last of them or behind a blank.
pub(super) fn read(text: &[u8], found: &mut Found) {
    if let Some(last) = last_joint(text) {
        // The number may stand in a bracket.
        read_until(text, last + 3, found);
    }
}

/// Reads the pairs whose names end, and the counters that begin, before `end`.
fn read_until(text: &[u8], end: usize, found: &mut Found) {
    let mut at = 0;
    let mut phrase = Phrase::default();
    while let Some(byte) = text.get(at).filter(|_| at < end) {
        match byte {
            b' ' => at += 1,
            b'0'..=b'9' => {
                count(text, at, found);
                at = number_end(text, at);
                phrase.clear();
            }
            // Options of a command, paths, parts of an address: what follows belongs to them.
            b'-' | b'/' | b'.' | b'&' | b'?' | b'@' | b'$' | b'%'
                if word_end(text, at + 1) > at + 1 =>
            {
                at = word_end(text, at + 1);
                phrase.clear();
            }
            _ => {
                let end = word_end(text, at);
                if end == at {
                    at += 1;
                    phrase.clear();
                    continue;
                }
                phrase.push(at..end);
                at = end;
                if let Some(end) = pair(text, &phrase, found) {
                    at = end;
                    phrase.clear();
                } else if keys::is_level(&text[phrase.last()]) {
                    phrase.clear();
                }
            }
        }
    }
}

/// The words before a place, back to a separator or a number.
#[derive(Debug, Default)]
struct Phrase {
    words: [Range<usize>; WORDS_MAX],
    count: usize,
}

impl Phrase {
    fn clear(&mut self) {
        self.count = 0;
    }

    fn push(&mut self, word: Range<usize>) {
        self.words.rotate_left(1);
        self.words[WORDS_MAX - 1] = word;
        self.count += 1;
    }

    fn last(&self) -> Range<usize> {
        self.words[WORDS_MAX - 1].clone()
    }

    /// The name that its last word, the known one of a metric, ends: all of it, or the words that tell whose or which.
    fn name<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let words = &self.words[WORDS_MAX - self.count.min(WORDS_MAX)..];
        let from = match self.count <= WORDS_MAX {
            true => 0,
            false => {
                let before = &words[..words.len() - 1];
                let other = before
                    .iter()
                    .rposition(|word| !keys::is_qualifier(&text[word.clone()]));
                other.map_or(0, |at| at + 1)
            }
        };
        let words = &words[from..];
        let single = words
            .windows(2)
            .all(|pair| pair[0].end + 1 == pair[1].start);
        match single {
            true => text[words[0].start..self.last().end].into(),
            false => {
                let words: Vec<&[u8]> = words.iter().map(|word| &text[word.clone()]).collect();
                words.join(&b' ').into()
            }
        }
    }
}

/// How a name and its number are joined.
#[derive(Clone, Copy, PartialEq)]
enum Joint {
    /// `name=0.31`.
    Tight,
    /// `name: 0.31`, `name = 0.31`.
    Spaced,
    /// `name:0.31`.
    Colon,
    /// `name 0.31`.
    Gap,
}

/// The pair whose name is the last word of `phrase`: takes it, and says where it ends. Also one that is known to be none ends.
fn pair(text: &[u8], phrase: &Phrase, found: &mut Found) -> Option<usize> {
    let word = phrase.last();
    let mut at = word.end;
    let quote = word.start.checked_sub(1).map(|before| text[before]);
    if matches!(quote, Some(b'"' | b'\'')) && text.get(at).copied() == quote {
        at += 1;
    }
    let (joint, length) = joint(&text[at..])?;
    at += length;
    let (value, end) = value(text, at)?;
    let name = found.names.find(&text[word])?;
    let key = found.names.key(name);
    let placed = matches!(key, Key::Step(_) | Key::Epoch);
    if (value.bracket && !placed) || (value.place.total.is_some() && !placed && key != Key::Known) {
        return None;
    }
    let alone = phrase.count == 1;
    let takes = match (key, joint) {
        (_, Joint::Tight) => true,
        (Key::Step(_) | Key::Epoch, Joint::Gap) => phrase.count <= 2,
        (Key::Step(_) | Key::Epoch, _) | (Key::Known, Joint::Spaced | Joint::Colon) => true,
        (Key::Known, Joint::Gap) => phrase.count <= WORDS_MAX,
        (Key::Time | Key::Ignored | Key::Other, joint) => alone && joint == Joint::Spaced,
    };
    if !takes {
        return None;
    }
    let mut place = value.place;
    if let (Key::Known, Some(total)) = (key, place.total) {
        place.at /= total;
    }
    let mut named = name;
    if key == Key::Known && joint != Joint::Tight && !alone {
        named = found.names.find(&phrase.name(text))?;
    }
    found.add(key, named, place);
    Some(end)
}

/// What joins a name with what follows it, and its length with the blanks around it.
fn joint(all: &[u8]) -> Option<(Joint, usize)> {
    let gap = blanks(all);
    let rest = &all[gap..];
    let (joint, length) = match rest {
        [b'=', b'=' | b'>' | b'~', ..] | [b':', b':' | b'/' | b'=', ..] => return None,
        [b'=', next, ..] if gap == 0 && *next != b' ' => (Joint::Tight, 1),
        [b'=', ..] => (Joint::Spaced, 1),
        [b':', b' ' | b'\t', ..] => (Joint::Spaced, 1),
        [b':', ..] => (Joint::Colon, 1),
        _ if rest.starts_with(WIDE_COLON.as_bytes()) => (Joint::Spaced, WIDE_COLON.len()),
        _ if gap > 0 && !all[..gap].contains(&b'\t') => (Joint::Gap, 0),
        _ => return None,
    };
    Some((joint, gap + length + blanks(&rest[length..])))
}

/// A number with what is around it.
struct Value {
    place: Place,
    /// Whether it stands in brackets.
    bracket: bool,
}

/// The value at `from`, and where it ends. `None` where it is a part of something else.
fn value(text: &[u8], from: usize) -> Option<(Value, usize)> {
    let mut at = from;
    let open = text.get(at).copied();
    let bracket = open == Some(b'[');
    let quote = open.filter(|open| matches!(open, b'"' | b'\''));
    let mut wrapped = false;
    if bracket || quote.is_some() {
        at += 1 + blanks(&text[at + 1..]);
    } else if let Some(wrapper) = wrapper(&text[at..]) {
        (at, wrapped) = (at + wrapper.len(), true);
    }
    let (number, length) = number::read(&text[at..], true)?;
    at += length;
    let mut place = Place {
        at: number,
        total: None,
    };
    if text.get(at) == Some(&b'/') {
        let blanks = blanks(&text[at + 1..]);
        let total = number::read(&text[at + 1 + blanks..], false);
        let (total, length) = total.filter(|(total, _)| *total > 0.0)?;
        place.total = Some(total);
        at += 1 + blanks + length;
    }
    if text.get(at) == Some(&b'%') {
        // That of a bar is none.
        if text.get(at + 1) == Some(&b'|') {
            return None;
        }
        at += 1;
    }
    if let Some(quote) = quote {
        let closed = text.get(at) == Some(&quote);
        return (closed && ends(&text[at + 1..])).then_some((Value { place, bracket }, at + 1));
    }
    let ends = match text.get(at) {
        Some(b']') if bracket => true,
        _ if bracket => false,
        Some(b',' | b')') if wrapped => true,
        _ => ends(&text[at..]) && !keys::has_unit(&text[at..]),
    };
    ends.then_some((Value { place, bracket }, at))
}

/// Whether a number that `rest` follows is whole.
fn ends(rest: &[u8]) -> bool {
    match rest {
        []
        | [
            b' ' | b'\t' | b';' | b'|' | b')' | b']' | b'}' | b'"' | b'\'' | b'>',
            ..,
        ] => true,
        [b',', next, ..] => !next.is_ascii_digit(),
        [b'.' | b':' | b'!', next, ..] => matches!(next, b' ' | b'\t'),
        [b',' | b'.' | b':' | b'!'] => true,
        [first, ..] if !first.is_ascii() => !is_letter(rest),
        _ => false,
    }
}

/// Takes what a bar counts, where the number at `at` is that.
fn count(text: &[u8], at: usize, found: &mut Found) {
    if found.counter.is_some() {
        return;
    }
    let end = number_end(text, at);
    let token = &text[at..end];
    let digits = token
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let Some((number, length)) = number::read(&token[..digits], false) else {
        return;
    };
    let (rest, behind) = (&token[length..], &text[end..]);
    let before = text[..at].trim_ascii_end();
    let total = match rest
        .strip_prefix(b"/")
        .map(|total| (number::read(total, false), total.len()))
    {
        // `938/938 ━━━` and `938/938 [===>..]` begin a line.
        Some((Some((total, length)), all)) if length == all && total > 0.0 && number <= total => {
            let bar = || behind.starts_with(b" [") || behind.starts_with(" ━".as_bytes());
            let after_bar =
                matches!(before.last(), Some(b'[' | b'|')) || before.ends_with("━".as_bytes());
            let known = after_bar || (before.is_empty() && bar());
            known.then_some(Some(total))
        }
        // What XGBoost, LightGBM and CatBoost begin their lines with.
        None if rest.is_empty()
            && matches!(
                (before, behind),
                (b"[", [b']', b'\t', ..]) | (b"", [b':', b'\t', ..])
            ) =>
        {
            Some(None)
        }
        // A bar of tqdm that does not know the end.
        None if rest == b"it" && behind.starts_with(b" [") => Some(None),
        _ => None,
    };
    if let Some(total) = total {
        found.counter = Some(Place { at: number, total });
    }
}

#[cfg(test)]
mod tests;
