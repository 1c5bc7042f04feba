//! JSON as a list of its values, made without recursion. A text that goes on where the bytes end is read up to there.

use super::describe::Why;
use std::ops::Range;

/// How deep values may stand in one another.
pub(super) const DEPTH_MAX: usize = 128;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Values around it.
    pub(super) depth: u8,
    /// Where its name stands, quotes included, in an object.
    pub(super) key: Option<Range<u32>>,
    /// Its number among those beside it.
    pub(super) index: u32,
    /// What it is.
    pub(super) is: Type,
    /// Where it stands.
    pub(super) at: Range<u32>,
    /// The value behind it and all that is in it.
    pub(super) next: u32,
    /// Values that stand in it.
    pub(super) count: u32,
}

/// The values of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    /// In the order in which they stand in the text.
    pub(super) nodes: Vec<Node>,
    /// Whether the text went on where the bytes ended, or there were more values than were wanted.
    pub(super) cut: bool,
    /// What is wrong, and where. What comes before is there.
    pub(super) fault: Option<(Why, usize)>,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Value,
    ValueOrEnd,
    KeyOrEnd,
    Key,
    Colon,
    CommaOrEnd,
    Nothing,
}

/// Reads the first value of `bytes`, at most `most` values of it. `whole` says that the text does not go on behind them.
pub(super) fn values(bytes: &[u8], whole: bool, most: usize) -> Values {
    let mut reading = Reading {
        bytes,
        values: Values::default(),
        open: Vec::new(),
        key: None,
        then: Then::Value,
    };
    let end = reading.run(most);
    let Reading {
        mut values,
        open,
        then,
        ..
    } = reading;
    match end {
        Err((why, at)) if whole || at < bytes.len() => values.fault = Some((why, at)),
        Err(_) => values.cut = true,
        Ok(()) => values.cut = then != Then::Nothing,
    }
    // What was still open goes as far as there are values.
    let (last, length) = (values.nodes.len() as u32, bytes.len() as u32);
    for at in open {
        values.nodes[at].next = last;
        values.nodes[at].at.end = length;
    }
    values
}

struct Reading<'a> {
    bytes: &'a [u8],
    values: Values,
    open: Vec<usize>,
    key: Option<Range<u32>>,
    then: Then,
}

/// What is wrong, and where; the end of the bytes when they may go on.
type Wrong = (Why, usize);

impl Reading<'_> {
    fn run(&mut self, most: usize) -> Result<(), Wrong> {
        let mut at = 0;
        loop {
            while matches!(self.bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
                at += 1;
            }
            let Some(byte) = self.bytes.get(at) else {
                return match self.then {
                    Then::Nothing => Ok(()),
                    _ => Err((Why::Cut, at)),
                };
            };
            if self.values.nodes.len() >= most {
                return Ok(());
            }
            at = match (self.then, byte) {
                (Then::Value | Then::ValueOrEnd, b'{' | b'[') => self.begin(at)?,
                (Then::ValueOrEnd, b']') | (Then::KeyOrEnd, b'}') => self.end(at),
                (Then::Value | Then::ValueOrEnd, _) => self.scalar(at)?,
                (Then::Key | Then::KeyOrEnd, b'"') => {
                    let end = string_end(self.bytes, at)?;
                    self.key = Some(at as u32..end as u32);
                    self.then = Then::Colon;
                    end
                }
                (Then::Colon, b':') => {
                    self.then = Then::Value;
                    at + 1
                }
                (Then::CommaOrEnd, b',') => {
                    self.then = match self.in_object() {
                        true => Then::Key,
                        false => Then::Value,
                    };
                    at + 1
                }
                (Then::CommaOrEnd, b'}') if self.in_object() => self.end(at),
                (Then::CommaOrEnd, b']') if !self.in_object() => self.end(at),
                _ => return Err((Why::Syntax, at)),
            };
        }
    }

    fn in_object(&self) -> bool {
        let last = self.open.last();
        last.is_some_and(|last| self.values.nodes[*last].is == Type::Object)
    }

    fn push(&mut self, is: Type, at: Range<usize>) {
        let index = self.open.last().map_or(0, |last| {
            let parent = &mut self.values.nodes[*last];
            parent.count += 1;
            parent.count - 1
        });
        let next = self.values.nodes.len() as u32 + 1;
        self.values.nodes.push(Node {
            depth: self.open.len() as u8,
            key: self.key.take(),
            index,
            is,
            at: at.start as u32..at.end as u32,
            next,
            count: 0,
        });
    }

    fn begin(&mut self, at: usize) -> Result<usize, Wrong> {
        if self.open.len() >= DEPTH_MAX {
            return Err((Why::Bound, at));
        }
        let (is, then) = match self.bytes[at] {
            b'{' => (Type::Object, Then::KeyOrEnd),
            _ => (Type::Array, Then::ValueOrEnd),
        };
        self.push(is, at..at + 1);
        self.open.push(self.values.nodes.len() - 1);
        self.then = then;
        Ok(at + 1)
    }

    fn end(&mut self, at: usize) -> usize {
        let last = self.values.nodes.len() as u32;
        if let Some(node) = self.open.pop() {
            let node = &mut self.values.nodes[node];
            node.next = last;
            node.at.end = at as u32 + 1;
        }
        self.after();
        at + 1
    }

    fn after(&mut self) {
        self.then = match self.open.is_empty() {
            true => Then::Nothing,
            false => Then::CommaOrEnd,
        };
    }

    fn scalar(&mut self, at: usize) -> Result<usize, Wrong> {
        if self.bytes[at] == b'"' {
            let end = string_end(self.bytes, at)?;
            self.push(Type::String, at..end);
            self.after();
            return Ok(end);
        }
        let is_word =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let length = self.bytes[at..].iter().take_while(|b| is_word(b)).count();
        let end = at + length;
        let is = match &self.bytes[at..end] {
            b"true" | b"false" => Type::Boolean,
            b"null" => Type::Null,
            // Python writes these.
            b"NaN" | b"Infinity" | b"-Infinity" => Type::Number,
            word if is_number(word) => Type::Number,
            // What ends here may go on.
            _ if end == self.bytes.len() && length > 0 => return Err((Why::Syntax, end)),
            _ => return Err((Why::Syntax, at)),
        };
        self.push(is, at..end);
        self.after();
        Ok(end)
    }
}

fn is_number(word: &[u8]) -> bool {
    let begins = matches!(word, [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..]);
    begins && std::str::from_utf8(word).is_ok_and(|word| word.parse::<f64>().is_ok())
}

/// The place behind the string at `at`.
fn string_end(bytes: &[u8], at: usize) -> Result<usize, Wrong> {
    let mut from = at + 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[from.min(bytes.len())..]) {
        let found = from + found;
        if bytes[found] == b'"' {
            return Ok(found + 1);
        }
        from = found + 2;
    }
    Err((Why::Cut, bytes.len()))
}

/// What a string with its quotes says. What is wrong in it becomes U+FFFD.
pub(super) fn text(raw: &[u8]) -> String {
    let inner = raw.strip_prefix(b"\"").unwrap_or(raw);
    let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
    let inner = String::from_utf8_lossy(inner);
    if !inner.contains('\\') {
        return inner.into_owned();
    }
    let mut out = String::with_capacity(inner.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = inner.as_ref();
    while let Some(first) = rest.chars().next() {
        let escaped = rest.strip_prefix("\\u").and_then(|rest| rest.get(..4));
        if let Some(unit) = escaped.and_then(|hex| u16::from_str_radix(hex, 16).ok()) {
            units.push(unit);
            rest = &rest[6..];
            continue;
        }
        flush(&mut out, &mut units);
        if first != '\\' {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let mut chars = rest.chars();
        chars.next();
        out.push(match chars.next() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(c @ ('"' | '\\' | '/')) => c,
            _ => '\u{FFFD}',
        });
        rest = chars.as_str();
    }
    flush(&mut out, &mut units);
    out
}

/// UTF-16 that was escaped comes in pairs.
fn flush(out: &mut String, units: &mut Vec<u16>) {
    out.extend(
        char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)),
    );
}

impl Values {
    /// Numbers of the values that stand directly in the one of this number.
    pub(super) fn children(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.nodes.get(of).map_or(0, |node| node.next as usize);
        let mut at = of + 1;
        std::iter::from_fn(move || {
            let now = (at < end).then_some(at)?;
            at = self.nodes[now].next as usize;
            Some(now)
        })
    }

    /// The value of a field of an object.
    pub(super) fn field(&self, bytes: &[u8], of: usize, name: &str) -> Option<usize> {
        self.children(of)
            .find(|at| self.key(bytes, *at).as_deref() == Some(name))
    }

    /// The name of a value in an object.
    pub(super) fn key(&self, bytes: &[u8], of: usize) -> Option<String> {
        let key = self.nodes.get(of)?.key.clone()?;
        Some(text(&bytes[key.start as usize..key.end as usize]))
    }

    /// What stands in the text for a value.
    pub(super) fn raw<'a>(&self, bytes: &'a [u8], of: usize) -> &'a [u8] {
        let range = self.nodes.get(of).map_or(0..0, |node| node.at.clone());
        &bytes[range.start as usize..range.end as usize]
    }

    /// A number that is whole and not negative.
    pub(super) fn number(&self, bytes: &[u8], of: usize) -> Option<u64> {
        std::str::from_utf8(self.raw(bytes, of)).ok()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_listed_with_what_is_in_them() {
        let bytes = br#"{"a": [1, {"b": null}], "c": "x\n\u00e9\ud83d\ude00", "d": -1.5e3} "#;
        let values = values(bytes, true, 100);
        assert_eq!((values.fault, values.cut), (None, false));
        let depths: Vec<u8> = values.nodes.iter().map(|node| node.depth).collect();
        assert_eq!(depths, [0, 1, 2, 2, 3, 1, 1]);
        let a = values.field(bytes, 0, "a").unwrap();
        assert_eq!((values.nodes[a].count, values.nodes[a].next), (2, 5));
        assert_eq!(values.raw(bytes, a), br#"[1, {"b": null}]"#);
        let c = values.field(bytes, 0, "c").unwrap();
        assert_eq!(text(values.raw(bytes, c)), "x\né😀");
        assert_eq!(values.children(0).count(), 3);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, at) in [
            ("{\"a\": }", 6),
            ("{\"a\" 1}", 5),
            ("[1 2]", 3),
            ("[1,]", 3),
            ("{\"a\":1]", 6),
            ("[01x]", 1),
            ("1 2", 2),
            ("", 0),
            ("[1", 2),
            ("tru", 3),
            ("\"abc", 4),
        ] {
            let fault = values(text.as_bytes(), true, 100).fault;
            assert_eq!(fault.map(|(_, at)| at), Some(at), "{text}");
        }
    }

    #[test]
    fn a_text_that_goes_on_is_no_fault() {
        let whole = br#"{"a": [true, "x\\\"y", 1.5], "b": {}}"#;
        for end in 0..whole.len() {
            let values = values(&whole[..end], false, 100);
            assert_eq!((values.fault, values.cut), (None, true), "{end}");
            for node in &values.nodes {
                assert!(node.next as usize <= values.nodes.len());
                assert!(node.at.end as usize <= end);
            }
        }
        assert!(values(whole, true, 3).cut);
    }

    #[test]
    fn depth_has_a_bound() {
        let deep = "[".repeat(1_000_000);
        let values = values(deep.as_bytes(), true, usize::MAX);
        assert_eq!(values.fault, Some((Why::Bound, DEPTH_MAX)));
    }

    #[test]
    fn damaged_strings_are_read_all_the_same() {
        for (raw, said) in [
            ("\"a\\", "a\u{FFFD}"),
            ("\"\\ud83d\"", "\u{FFFD}"),
            ("\"\\u12é\"", "\u{FFFD}12é"),
            ("\"\\q\"", "\u{FFFD}"),
        ] {
            assert_eq!(text(raw.as_bytes()), said);
        }
    }
}
