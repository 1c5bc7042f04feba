//! JSON as a text: where values begin and end. Nothing here is generic.

use super::Error;
use std::borrow::Cow;

/// How deep lists and objects may stand in one another.
const DEPTH: usize = 128;

/// A number.
pub(super) enum Number {
    /// From 0 on, without a fraction.
    Natural(u64),
    /// Below 0, without a fraction.
    Negative(i64),
    /// All others.
    Float(f64),
}

/// A text, and how far it has been read.
pub struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: usize,
}

impl<'de> Reader<'de> {
    /// At the beginning of a text.
    pub fn new(text: &'de str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
        }
    }

    fn wrong(&self) -> Error {
        Error(format!("not JSON at byte {}", self.at).into())
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The text from `begin` on to where one is.
    fn since(&self, begin: usize) -> Result<&'de str, Error> {
        self.text.get(begin..self.at).ok_or_else(|| self.wrong())
    }

    /// The byte that the next value begins with; none at the end.
    pub fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Whether this byte comes next; then it is behind.
    fn takes(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expects(&mut self, byte: u8) -> Result<(), Error> {
        match self.takes(byte) {
            true => Ok(()),
            false => Err(self.wrong()),
        }
    }

    /// Nothing may follow.
    ///
    /// # Errors
    /// When something does.
    pub fn end(&mut self) -> Result<(), Error> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.wrong()),
        }
    }

    /// Whether this word comes next; then it is behind.
    pub(super) fn word(&mut self, word: &str) -> bool {
        self.peek();
        self.exactly(word)
    }

    /// The same without space before it.
    fn exactly(&mut self, word: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let found = rest.starts_with(word.as_bytes());
        if found {
            self.at += word.len();
        }
        found
    }

    /// Whether a list or object begins with this bracket here; then one is in it.
    pub(super) fn opens(&mut self, bracket: u8) -> Result<bool, Error> {
        if !self.takes(bracket) {
            return Ok(false);
        }
        self.depth += 1;
        match self.depth < DEPTH {
            true => Ok(true),
            false => Err(self.wrong()),
        }
    }

    /// Leaves a list or object.
    pub(super) fn closes(&mut self, bracket: u8) -> Result<(), Error> {
        self.depth -= 1;
        self.expects(bracket)
    }

    /// Whether another entry follows; its comma is behind then.
    pub(super) fn entry(&mut self, first: bool, close: u8) -> Result<bool, Error> {
        if self.peek() == Some(close) {
            return Ok(false);
        }
        if !first {
            self.expects(b',')?;
        }
        if close == b'}' && self.peek() != Some(b'"') {
            return Err(self.wrong());
        }
        Ok(true)
    }

    pub(super) fn colon(&mut self) -> Result<(), Error> {
        self.expects(b':')
    }

    /// Reads an object: `each` is given each key and reads its value.
    ///
    /// # Errors
    /// When it is none, and those of `each`.
    pub fn object(
        &mut self,
        each: &mut dyn FnMut(&str, &mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if !self.opens(b'{')? {
            return Err(self.wrong());
        }
        let mut first = true;
        while self.entry(std::mem::take(&mut first), b'}')? {
            let key = self.text()?;
            self.colon()?;
            each(&key, self)?;
        }
        self.closes(b'}')
    }

    /// Passes over a value, which it answers as it stands there.
    ///
    /// # Errors
    /// When there is none.
    pub fn skip(&mut self) -> Result<&'de str, Error> {
        let next = self.peek();
        let begin = self.at;
        match next {
            Some(b'{') => self.object(&mut |_, reader| reader.skip().map(drop))?,
            Some(b'[') => {
                self.opens(b'[')?;
                let mut first = true;
                while self.entry(std::mem::take(&mut first), b']')? {
                    self.skip()?;
                }
                self.closes(b']')?;
            }
            Some(b'"') => {
                self.text()?;
            }
            _ if self.word("null") || self.word("true") || self.word("false") => {}
            _ => {
                self.number()?;
            }
        }
        self.since(begin)
    }

    fn digits(&mut self) -> Result<(), Error> {
        let begin = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        match self.at > begin {
            true => Ok(()),
            false => Err(self.wrong()),
        }
    }

    /// Reads a number.
    pub(super) fn number(&mut self) -> Result<Number, Error> {
        let negative = self.takes(b'-');
        let begin = self.at;
        self.digits()?;
        let digits = self.since(begin)?;
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(self.wrong());
        }
        let mut whole = true;
        if self.byte() == Some(b'.') {
            whole = false;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            whole = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        let value = digits.bytes().try_fold(0_u64, |value, digit| {
            value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
        });
        Ok(match value.filter(|_| whole) {
            Some(value) if !negative => Number::Natural(value),
            // Zero has a sign as a float alone.
            Some(value) if value > 0 && value <= 1 << 63 => {
                Number::Negative((value as i64).wrapping_neg())
            }
            _ => {
                let value = float(self.since(begin)?);
                match value.is_finite() {
                    true => Number::Float(if negative { -value } else { value }),
                    false => return Err(self.wrong()),
                }
            }
        })
    }

    /// Reads a text in quotes.
    pub(super) fn text(&mut self) -> Result<Cow<'de, str>, Error> {
        self.expects(b'"')?;
        let mut begin = self.at;
        let mut read = String::new();
        loop {
            match self.byte() {
                Some(b'"') => {
                    let rest = self.since(begin)?;
                    self.at += 1;
                    if read.is_empty() {
                        return Ok(Cow::Borrowed(rest));
                    }
                    read.push_str(rest);
                    return Ok(Cow::Owned(read));
                }
                Some(b'\\') => {
                    read.push_str(self.since(begin)?);
                    self.at += 1;
                    read.push(self.escaped()?);
                    begin = self.at;
                }
                None | Some(0..0x20) => return Err(self.wrong()),
                Some(_) => self.at += 1,
            }
        }
    }

    /// What follows a backslash.
    fn escaped(&mut self) -> Result<char, Error> {
        let byte = self.byte();
        self.at += 1;
        Ok(match byte {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let mut code = self.unit()?;
                // The first half of a pair.
                if (0xd800..0xdc00).contains(&code) && self.exactly("\\u") {
                    let low = self.unit()?;
                    if !(0xdc00..0xe000).contains(&low) {
                        return Err(self.wrong());
                    }
                    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                }
                char::from_u32(code).ok_or_else(|| self.wrong())?
            }
            _ => return Err(self.wrong()),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Error> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16));
            code = code * 16 + digit.ok_or_else(|| self.wrong())?;
            self.at += 1;
        }
        Ok(code)
    }
}

/// A number that is one. The browser reads it: Rust's tables for it are as large as this file's code.
#[cfg(target_arch = "wasm32")]
fn float(digits: &str) -> f64 {
    js_sys::Number::parse_float(digits)
}

#[cfg(not(target_arch = "wasm32"))]
fn float(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::NAN)
}
