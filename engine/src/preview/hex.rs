//! Any file as its bytes, sixteen in a row.

use super::describe::{Cell, Description, Format, Label, Row};
use super::source::{Source, Stop};
use super::{Kind, column, description};
use std::fmt::Write;
use std::ops::Range;

/// Bytes of a row.
const WIDTH: u64 = 16;

/// The bytes of a file.
#[derive(Debug)]
pub(super) struct Hex;

impl Kind for Hex {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        Ok(Description {
            columns: vec![
                column(Label::Offset, Cell::Text),
                column(Label::Bytes, Cell::Text),
                column(Label::Characters, Cell::Text),
            ],
            rows: source.size().div_ceil(WIDTH),
            ..description(Format::Bytes)
        })
    }

    fn rows(&mut self, source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop> {
        let start = range.start.saturating_mul(WIDTH).min(source.size());
        let length = (range.end - range.start).saturating_mul(WIDTH);
        let bytes = source.read_some(start, length)?;
        let rows = bytes.chunks(WIDTH as usize).zip(0..);
        Ok(rows
            .map(|(bytes, row)| row_of(start + row * WIDTH, bytes))
            .collect())
    }
}

fn row_of(offset: u64, bytes: &[u8]) -> Row {
    let mut hex = String::with_capacity(bytes.len() * 3 + 1);
    for (at, byte) in bytes.iter().enumerate() {
        let gap = match at {
            0 => "",
            8 => "  ",
            _ => " ",
        };
        // Writing to a string cannot fail.
        let _ = write!(hex, "{gap}{byte:02x}");
    }
    let shown = |byte: &u8| match byte {
        b' '..=b'~' => char::from(*byte),
        _ => '·',
    };
    Row::of(vec![
        format!("{offset:08x}"),
        hex,
        bytes.iter().map(shown).collect(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bytes_make_a_row() {
        let source = Source::whole((0..40).chain("<b>".bytes()).collect());
        let described = Hex.load(&source).unwrap();
        assert_eq!(described.rows, 3);
        let rows = Hex.rows(&source, 1..9).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            rows[0].cells[1],
            "10 11 12 13 14 15 16 17  18 19 1a 1b 1c 1d 1e 1f"
        );
        assert_eq!(rows[1].cells[0], "00000020");
        assert_eq!(rows[1].cells[2], " !\"#$%&'<b>");
    }

    #[test]
    fn the_end_of_the_largest_file_is_a_row_too() {
        let mut source = Source::new(u64::MAX);
        let rows = Hex.load(&source).unwrap().rows;
        let Err(Stop::Need(need)) = Hex.rows(&source, rows - 1..rows) else {
            panic!("nothing is there");
        };
        source.put(need.start, vec![7; need.length as usize]);
        let last = Hex.rows(&source, rows - 1..rows).unwrap();
        assert_eq!(last[0].cells[0], "fffffffffffffff0");
        assert_eq!(last[0].cells[2].chars().count(), 15);
    }
}
