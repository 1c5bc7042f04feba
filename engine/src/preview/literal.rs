//! Values as Python writes them: strings, numbers, lists, tuples, dictionaries. For headers of NumPy; nothing is evaluated.

use std::fmt;

/// How deep values may stand in one another.
const DEPTH_MAX: usize = 16;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Number(i128),
    Bool(bool),
    None,
    /// A list or a tuple.
    List(Vec<Literal>),
    Dict(Vec<(Literal, Literal)>),
}

impl Literal {
    /// The value of a dictionary's key.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        let Self::Dict(fields) = self else {
            return None;
        };
        let is = |key: &Self| matches!(key, Self::Text(text) if text == name);
        fields
            .iter()
            .find(|(key, _)| is(key))
            .map(|(_, value)| value)
    }
}

/// Lists in lists are fields of a record, which NumPy writes as tuples.
impl fmt::Display for Literal {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        fn write(value: &Literal, depth: usize, out: &mut fmt::Formatter) -> fmt::Result {
            match value {
                Literal::Text(text) => write!(out, "'{text}'"),
                Literal::Number(number) => write!(out, "{number}"),
                Literal::Bool(true) => out.write_str("True"),
                Literal::Bool(false) => out.write_str("False"),
                Literal::None => out.write_str("None"),
                Literal::List(list) => {
                    let (begin, end) = if depth == 0 { ("[", "]") } else { ("(", ")") };
                    out.write_str(begin)?;
                    for (at, value) in list.iter().enumerate() {
                        out.write_str(if at > 0 { ", " } else { "" })?;
                        write(value, depth + 1, out)?;
                    }
                    out.write_str(if depth > 0 && list.len() == 1 {
                        ","
                    } else {
                        ""
                    })?;
                    out.write_str(end)
                }
                Literal::Dict(fields) => write!(out, "{{ {} }}", fields.len()),
            }
        }
        write(self, 0, out)
    }
}

/// Reads one value; what stands behind it has to be blank.
///
/// # Errors
/// The place where it is none.
pub(super) fn read(text: &[u8]) -> Result<Literal, usize> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.blank();
    match reader.at == text.len() {
        true => Ok(value),
        false => Err(reader.at),
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn blank(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn takes(&mut self, byte: u8) -> bool {
        self.blank();
        let is = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(is);
        is
    }

    fn value(&mut self, depth: usize) -> Result<Literal, usize> {
        self.blank();
        if depth > DEPTH_MAX {
            return Err(self.at);
        }
        match self.text.get(self.at) {
            Some(quote @ (b'\'' | b'"')) => self.string(*quote),
            Some(b'(') => self.list(b')', depth),
            Some(b'[') => self.list(b']', depth),
            Some(b'{') => self.dict(depth),
            _ => self.word(),
        }
    }

    fn string(&mut self, quote: u8) -> Result<Literal, usize> {
        let from = self.at + 1;
        let rest = self.text.get(from..).unwrap_or_default();
        let length = memchr::memchr(quote, rest).ok_or(self.at)?;
        self.at = from + length + 1;
        let text = String::from_utf8_lossy(&rest[..length]).into_owned();
        Ok(Literal::Text(text))
    }

    fn list(&mut self, end: u8, depth: usize) -> Result<Literal, usize> {
        self.at += 1;
        let mut list = Vec::new();
        loop {
            if self.takes(end) {
                return Ok(Literal::List(list));
            }
            list.push(self.value(depth + 1)?);
            if !self.takes(b',') {
                return match self.takes(end) {
                    true => Ok(Literal::List(list)),
                    false => Err(self.at),
                };
            }
        }
    }

    fn dict(&mut self, depth: usize) -> Result<Literal, usize> {
        self.at += 1;
        let mut fields = Vec::new();
        loop {
            if self.takes(b'}') {
                return Ok(Literal::Dict(fields));
            }
            let key = self.value(depth + 1)?;
            if !self.takes(b':') {
                return Err(self.at);
            }
            fields.push((key, self.value(depth + 1)?));
            if !self.takes(b',') {
                return match self.takes(b'}') {
                    true => Ok(Literal::Dict(fields)),
                    false => Err(self.at),
                };
            }
        }
    }

    fn word(&mut self) -> Result<Literal, usize> {
        let rest = &self.text[self.at..];
        let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
        let length = rest.iter().take_while(is_word).count();
        let word = std::str::from_utf8(&rest[..length]).map_err(|_| self.at)?;
        let value = match word {
            "True" => Literal::Bool(true),
            "False" => Literal::Bool(false),
            "None" => Literal::None,
            // Python 2 wrote long numbers with an L.
            _ => Literal::Number(word.trim_end_matches('L').parse().map_err(|_| self.at)?),
        };
        self.at += length;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_and_written_as_python_has_them() {
        let header = read(
            b"{'descr': [('x', '<f4', (3,)), (\"y\", '|S1')], 'shape': (10L, ), 'a': None} \n",
        );
        let header = header.unwrap();
        let descr = header.field("descr").unwrap().to_string();
        assert_eq!(descr, "[('x', '<f4', (3,)), ('y', '|S1')]");
        let ten = Literal::List(vec![Literal::Number(10)]);
        assert_eq!(header.field("shape"), Some(&ten));
        assert_eq!(header.field("b"), None);
    }

    #[test]
    fn what_python_would_run_is_no_value() {
        for text in [
            "__import__('os')",
            "1 + 1",
            "(1",
            "{'a' 1}",
            "'a",
            "",
            "[1 2]",
            "1.5",
        ] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
        assert!(read("(".repeat(100_000).as_bytes()).is_err());
    }
}
