//! Records as TensorFlow writes them, also the events of TensorBoard: a length with its sum, the bytes, their sum.

use super::describe::{Cell, Description, Format, Label, Row, Why};
use super::sequence::{Next, Sequence};
use super::source::{Source, Stop, number};
use super::{Kind, column, description};
use std::ops::Range;

/// Bytes around those of a record.
const AROUND: u64 = 16;

/// A file of records.
#[derive(Debug)]
pub(super) struct TfRecord(Sequence);

impl TfRecord {
    /// A file of which nothing is known.
    pub(super) fn new() -> Self {
        Self(Sequence::new(0))
    }
}

impl Kind for TfRecord {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        self.0.load(source, next, |_| ())?;
        if let (0, Some(fault)) = (self.0.count(), self.0.fault()) {
            return Err(Stop::Fault(fault));
        }
        Ok(Description {
            columns: vec![
                column(Label::Index, Cell::Number),
                column(Label::Offset, Cell::Number),
                column(Label::Size, Cell::Size),
            ],
            rows: self.0.count(),
            read: self.0.more(),
            fault: self.0.fault(),
            ..description(Format::TfRecord)
        })
    }

    fn rows(&mut self, source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop> {
        let records = self.0.rows(source, range.clone(), next)?;
        let rows = records.into_iter().zip(range.start..);
        let row = |((at, length), number): ((u64, u64), u64)| {
            Row::of(vec![number.to_string(), at.to_string(), length.to_string()])
        };
        Ok(rows.map(row).collect())
    }

    fn want_more(&mut self) {
        self.0.want_more();
    }
}

/// Whether a file that begins so has records.
pub(super) fn begins(head: &[u8]) -> bool {
    length(head).is_some()
}

/// The length of a record, if its sum fits.
fn length(head: &[u8]) -> Option<u64> {
    let sum = number(head, 8, 4)?;
    (sum == u64::from(masked(crc32c(&head[..8])))).then(|| number(head, 0, 8))?
}

/// Place and length of the record at `at`.
fn next(source: &Source, at: u64) -> Next<(u64, u64)> {
    if at >= source.size() {
        return Ok(None);
    }
    let Some(length) = length(&source.read(at, 12)?) else {
        let why = if at == 0 { Why::Magic } else { Why::Checksum };
        return Err(Stop::fault(why, at));
    };
    let end = at.checked_add(AROUND).and_then(|at| at.checked_add(length));
    match end.filter(|end| *end <= source.size()) {
        Some(end) => Ok(Some(((at, length), end))),
        None => Err(Stop::fault(Why::Cut, source.size())),
    }
}

/// CRC-32C, bit by bit: it is of eight bytes only.
fn crc32c(bytes: &[u8]) -> u32 {
    let step = |sum: u32| sum >> 1 ^ (0x82F6_3B78 & (sum & 1).wrapping_neg());
    let byte = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum));
    !bytes.iter().fold(!0, byte)
}

/// Sums are turned and moved before they are written.
fn masked(sum: u32) -> u32 {
    sum.rotate_right(15).wrapping_add(0xA282_EAD8)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{opened, survives_damage};
    use super::*;

    fn record(data: &[u8]) -> Vec<u8> {
        let mut bytes = (data.len() as u64).to_le_bytes().to_vec();
        bytes.extend(masked(crc32c(&bytes)).to_le_bytes());
        bytes.extend(data);
        bytes.extend([0; 4]);
        bytes
    }

    #[test]
    fn the_sum_is_that_of_the_standard() {
        assert_eq!(crc32c(b"123456789"), 0xE306_9283);
    }

    #[test]
    fn records_are_listed_whatever_the_file_is_called() {
        let bytes = [record(b"abc"), record(&[0; 100_000]), record(b"")].concat();
        let mut file = opened("events.out.tfevents.1700000000.host", &bytes);
        assert_eq!(file.described().format, Format::TfRecord);
        assert_eq!(
            file.cells(),
            [["0", "0", "3"], ["1", "19", "100000"], ["2", "100035", "0"]]
        );
        let cut = opened("a.tfrecord", &bytes[..50_000]).described();
        assert_eq!(
            (cut.rows, cut.fault.map(|fault| fault.why)),
            (1, Some(Why::Cut))
        );
        assert_eq!(
            opened("a.tfrecord", &[1; 100]).reply(),
            Err((Why::Magic, 0))
        );
        survives_damage("a.tfrecord", &[record(b"abc"), record(&[0; 100])].concat());
    }
}
