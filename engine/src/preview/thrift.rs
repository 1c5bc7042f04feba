//! Thrift's compact protocol, as far as footers of Parquet need it: what is not wanted is passed over, nothing is kept.

use super::describe::Why;

/// How deep structures may stand in one another.
const DEPTH_MAX: usize = 32;

/// What is wrong, and where.
pub(super) type Wrong = (Why, usize);

/// Types of values, as they are numbered.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const INTEGERS: std::ops::RangeInclusive<u8> = 4..=6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LISTS: std::ops::RangeInclusive<u8> = 9..=10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

/// Reads values one behind the other.
pub(super) struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

impl<'a> Thrift<'a> {
    /// From the first of these bytes on.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            depth: 0,
        }
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Wrong> {
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| self.at.checked_add(length));
        let part = end.and_then(|end| self.bytes.get(self.at..end));
        let part = part.ok_or((Why::Cut, self.bytes.len()))?;
        self.at += part.len();
        Ok(part)
    }

    fn byte(&mut self) -> Result<u8, Wrong> {
        Ok(self.take(1)?[0])
    }

    fn varint(&mut self) -> Result<u64, Wrong> {
        let at = self.at;
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err((Why::Syntax, at))
    }

    /// A whole number; its sign is its lowest bit.
    pub(super) fn integer(&mut self) -> Result<i64, Wrong> {
        let number = self.varint()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// A number that is not negative.
    pub(super) fn count(&mut self) -> Result<u64, Wrong> {
        let at = self.at;
        u64::try_from(self.integer()?).map_err(|_| (Why::Range, at))
    }

    /// A text.
    pub(super) fn text(&mut self) -> Result<String, Wrong> {
        let length = self.varint()?;
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    /// Hands each field of a structure to `each`, with its number and type. What `each` does not read it has to
    /// [skip](Self::skip).
    pub(super) fn fields(
        &mut self,
        mut each: impl FnMut(&mut Self, i64, u8) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        self.deeper(|this| {
            let mut id = 0_i64;
            loop {
                let head = this.byte()?;
                if head == 0 {
                    return Ok(());
                }
                id = match head >> 4 {
                    0 => this.integer()?,
                    step => id.wrapping_add(step.into()),
                };
                each(this, id, head & 15)?;
            }
        })
    }

    /// Hands each value of a list to `each`, with its type.
    pub(super) fn list(
        &mut self,
        mut each: impl FnMut(&mut Self, u8) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        self.deeper(|this| {
            let head = this.byte()?;
            let count = match head >> 4 {
                15 => this.varint()?,
                count => count.into(),
            };
            // Each value has a byte at least, so a wrong number of them ends with the bytes.
            for _ in 0..count {
                each(this, head & 15)?;
            }
            Ok(())
        })
    }

    fn deeper(&mut self, inside: impl FnOnce(&mut Self) -> Result<(), Wrong>) -> Result<(), Wrong> {
        if self.depth >= DEPTH_MAX {
            return Err((Why::Bound, self.at));
        }
        self.depth += 1;
        inside(self)?;
        self.depth -= 1;
        Ok(())
    }

    /// Passes over the value of a field.
    pub(super) fn skip(&mut self, kind: u8) -> Result<(), Wrong> {
        match kind {
            // Fields have it in their type.
            TRUE | FALSE => Ok(()),
            _ => self.skip_in_list(kind),
        }
    }

    /// Passes over a value in a list.
    fn skip_in_list(&mut self, kind: u8) -> Result<(), Wrong> {
        let at = self.at;
        match kind {
            TRUE | FALSE | BYTE => self.take(1).map(|_| ()),
            DOUBLE => self.take(8).map(|_| ()),
            BINARY => {
                let length = self.varint()?;
                self.take(length).map(|_| ())
            }
            STRUCT => self.fields(|this, _, kind| this.skip(kind)),
            MAP => self.deeper(|this| {
                let count = this.varint()?;
                let kinds = if count == 0 { 0 } else { this.byte()? };
                for _ in 0..count {
                    this.skip_in_list(kinds >> 4)?;
                    this.skip_in_list(kinds & 15)?;
                }
                Ok(())
            }),
            _ if INTEGERS.contains(&kind) => self.varint().map(|_| ()),
            _ if LISTS.contains(&kind) => self.list(|this, kind| this.skip_in_list(kind)),
            _ => Err((Why::Syntax, at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_wanted_is_passed_over() {
        // 1: i32 -3, 2: true, 3: list of two strings, 5: struct of a double, 6: map, 7: i64 300.
        let mut bytes = vec![0x15, 5, 0x11, 0x19, 0x28, 1, b'a', 0, 0x2C, 0x17];
        bytes.extend([0; 8]);
        bytes.extend([0, 0x1B, 1, 0x58, 2, 0, 0x16, 0xD8, 4, 0]);
        let mut found = Vec::new();
        let mut thrift = Thrift::new(&bytes);
        thrift
            .fields(|thrift, id, kind| match id {
                1 | 7 => {
                    found.push((id, thrift.integer()?));
                    Ok(())
                }
                _ => thrift.skip(kind),
            })
            .unwrap();
        assert_eq!(found, [(1, -3), (7, 300)]);
        assert_eq!(thrift.at, bytes.len());
    }

    #[test]
    fn neither_depth_nor_numbers_hurt() {
        let deep = vec![0x1C; 100_000];
        let skip = |bytes: &[u8]| Thrift::new(bytes).skip(STRUCT).unwrap_err().0;
        assert_eq!(skip(&deep), Why::Bound);
        assert_eq!(skip(&[0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]), Why::Cut);
        assert_eq!(skip(&[0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]), Why::Cut);
        assert_eq!(
            skip(&[
                0x16, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF
            ]),
            Why::Syntax
        );
        assert_eq!(skip(&[0x1E]), Why::Syntax);
    }
}
