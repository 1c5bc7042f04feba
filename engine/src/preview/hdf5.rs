//! Files of HDF5: recognised, and what their first block says. What is in them would need a library of its own.

use super::describe::{Description, Format, Head, Label, Value, Why};
use super::source::{Source, Stop, number};
use super::{Kind, Row, description};
use std::ops::Range;

/// How a file begins.
pub(super) const MAGIC: &[u8] = b"\x89HDF\r\n\x1a\n";

/// A file of HDF5.
#[derive(Debug)]
pub(super) struct Hdf5;

impl Kind for Hdf5 {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        let first = source.read_some(0, 96)?;
        if !first.starts_with(MAGIC) {
            return Err(Stop::fault(Why::Magic, 0));
        }
        let cut = Stop::fault(Why::Cut, source.size());
        let version = u64::from(*first.get(8).ok_or(cut)?);
        // Where the size of addresses stands, and where the address of the end.
        let (size, end) = match version {
            0 => (13, 24 + 16),
            1 => (13, 28 + 16),
            2 | 3 => (9, 12 + 16),
            _ => return Err(Stop::fault(Why::Version, 8)),
        };
        if *first.get(size).ok_or(cut)? != 8 {
            return Err(Stop::fault(Why::Version, size as u64));
        }
        let end = number(&first, end, 8).ok_or(cut)?;
        if end > source.size() {
            return Err(cut);
        }
        let known = Head::Known;
        Ok(Description {
            facts: vec![
                (known(Label::Version), Value::Number(version)),
                (known(Label::Size), Value::Bytes(end)),
            ],
            ..description(Format::Hdf5)
        })
    }

    fn rows(&mut self, _source: &Source, _range: Range<u64>) -> Result<Vec<Row>, Stop> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{opened, survives_damage};
    use super::*;

    fn file(version: u8) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.resize(200, 0);
        bytes[8] = version;
        let (size, end) = if version < 2 {
            (13, 40 + 4 * version as usize)
        } else {
            (9, 28)
        };
        bytes[size] = 8;
        bytes[end] = 200;
        bytes
    }

    #[test]
    fn files_are_recognised_and_told_from_broken_ones() {
        for version in 0..4 {
            let file = opened("a.xyz", &file(version));
            assert_eq!(file.described().format, Format::Hdf5);
            assert_eq!(
                file.fact(Label::Version),
                Some(Value::Number(version.into()))
            );
        }
        let reply = |bytes: &[u8]| opened("a.h5", bytes).reply().unwrap_err();
        assert_eq!(reply(&file(0)[..199]), (Why::Cut, 199));
        assert_eq!(reply(&file(9)), (Why::Version, 8));
        assert_eq!(reply(b"hello"), (Why::Magic, 0));
        survives_damage("a.h5", &file(2));
    }
}
