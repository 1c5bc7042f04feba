//! Lines with an object: JSON, and what Python prints of a dictionary.

use super::found::{Epoch, Found, Place};
use super::keys::{self, Key};
use super::names::NAME_MAX;
use super::{number, time};
use std::borrow::Cow;

/// Objects within one another whose fields are taken.
const DEPTH_MAX: usize = 6;

/// Where an object with a field may begin in `line`.
pub(super) fn begin(line: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'{', line).find(|at| {
        let inside = line[at + 1..].trim_ascii_start();
        matches!(inside.first(), Some(b'"' | b'\''))
    })
}

/// Reads the object that `text` begins with, and says where it ends. `None` where it has mistakes or is not complete; `found` may
/// have some of its fields then. `zone` is for times without one, see [`time::read`].
///
/// Numbers are taken, and texts that are numbers; names of inner fields are joined with dots. Lists, and what is deeper than
/// six objects, are passed over. An object with a text `metric` and a number `value` is one value of that series.
pub(super) fn read(text: &[u8], zone: i32, found: &mut Found) -> Option<usize> {
    let from = found.values().len();
    let mut reader = Reader {
        text,
        at: 0,
        zone,
        path: String::new(),
        metric: None,
        found,
    };
    reader.object(1)?;
    let end = reader.at;
    if let Some(metric) = reader.metric
        && let Some(name) = found.names.find(metric.as_bytes())
        && let Some(value) = found.take(from, "value")
    {
        found.push(name, value);
    }
    Some(end)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    zone: i32,
    /// Names of the objects around, and of the field.
    path: String,
    /// The text of the field `metric`.
    metric: Option<String>,
    found: &'a mut Found,
}

impl<'a> Reader<'a> {
    fn peek(&mut self) -> Option<u8> {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn skip(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    /// An object, at its brace.
    fn object(&mut self, depth: usize) -> Option<()> {
        self.skip(b'{')?;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        let outer = self.path.len();
        loop {
            self.peek()?;
            let name = self.string()?;
            if outer > 0 {
                self.path.push('.');
            }
            // A name that is too long is none, and need not be kept.
            if self.path.len() + name.len() <= NAME_MAX {
                self.path.push_str(&name);
            } else {
                self.path.push_str(&" ".repeat(NAME_MAX + 1));
            }
            self.skip(b':')?;
            self.value(depth)?;
            self.path.truncate(outer);
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
            // Python and people leave a comma at the end.
            if self.peek()? == b'}' {
                self.at += 1;
                return Some(());
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'"' | b'\'' => {
                let text = self.string()?;
                self.text_field(&text);
                Some(())
            }
            b'{' if depth < DEPTH_MAX => self.object(depth + 1),
            b'{' | b'[' | b'(' => self.pass(),
            _ => self.plain(),
        }
    }

    fn text_field(&mut self, text: &str) {
        if self.path == "metric" {
            self.metric = Some(text.to_owned());
        }
        if let Some(value) = number::whole(text.as_bytes()) {
            self.number(value);
        } else if let Some((at, _)) = time::read(text.as_bytes(), self.zone)
            && self.found.time.is_none()
            && keys::classify(&self.path) == Key::Time
        {
            self.found.time = Some(at);
        }
    }

    fn number(&mut self, value: f64) {
        let Some(name) = self.found.names.find(self.path.as_bytes()) else {
            return;
        };
        match self.found.names.key(name) {
            // What the bars around count is not known to begin anew with it.
            Key::Epoch => {
                let epoch = Epoch {
                    at: value,
                    first: None,
                };
                self.found.epoch.get_or_insert(epoch);
            }
            key => self.found.add(
                key,
                name,
                Place {
                    at: value,
                    total: None,
                },
            ),
        }
    }

    /// A number, a word such as `true`, or a call such as `np.float64(0.5)` or `tensor(0.5, device='cuda:0')`.
    fn plain(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        if let Some((value, length)) = number::read(rest, false) {
            let ends = |byte: &u8| matches!(byte, b',' | b'}') || byte.is_ascii_whitespace();
            rest.get(length).is_some_and(ends).then_some(())?;
            self.at += length;
            self.number(value);
            return Some(());
        }
        let word = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        let length = rest.iter().take_while(word).count();
        if length == 0 {
            return None;
        }
        self.at += length;
        if self.text.get(self.at) == Some(&b'(') {
            if let Some((value, length)) = number::read(&self.text[self.at + 1..], false)
                && let Some(b',' | b')') = self.text.get(self.at + 1 + length)
            {
                self.number(value);
            }
            return self.pass();
        }
        Some(())
    }

    /// Passes over what is in brackets, at the first of them.
    fn pass(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' => depth = depth.checked_sub(1)?,
                b'"' | b'\'' => {
                    self.pass_string()?;
                    continue;
                }
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Passes over a text, at its quote; says what is in it, escapes not read.
    fn pass_string(&mut self) -> Option<&'a [u8]> {
        let quote = *self.text.get(self.at)?;
        if !matches!(quote, b'"' | b'\'') {
            return None;
        }
        let from = self.at + 1;
        let mut at = from;
        loop {
            at += memchr::memchr2(quote, b'\\', self.text.get(at..)?)?;
            if self.text[at] == quote {
                break;
            }
            at += 2;
        }
        self.at = at + 1;
        self.text.get(from..at)
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        let raw = self.pass_string()?;
        let text = String::from_utf8_lossy(raw);
        if !raw.contains(&b'\\') {
            return Some(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text.chars();
        while let Some(next) = rest.next() {
            if next != '\\' {
                out.push(next);
                continue;
            }
            match rest.next()? {
                'n' | 'r' | 't' | 'b' | 'f' => out.push(' '),
                'u' => {
                    let code = rest
                        .as_str()
                        .get(..4)
                        .and_then(|digits| u32::from_str_radix(digits, 16).ok());
                    let code = code.and_then(char::from_u32);
                    out.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
                    rest = rest.as_str().get(4..).unwrap_or_default().chars();
                }
                other => out.push(other),
            }
        }
        Some(out.into())
    }
}

#[cfg(test)]
mod tests;
