//! Arrays of NumPy: shape, type and values, of which no more is read than is shown.

use super::columns::short;
use super::csv::COLUMNS_MAX;
use super::describe::{Cell, Column, Description, Format, Head, Label, Row, Value, Why};
use super::element::{Element, element};
use super::literal::{self, Literal};
use super::source::{BLOCK, Source, Stop, number};
use super::{Kind, clip, column, description};
use std::ops::Range;

/// How a file begins.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";
/// Bytes that a header may have.
const HEADER_MAX: u64 = 64 * 1024;
/// Axes that an array may have, as NumPy has it.
const AXES_MAX: usize = 64;

/// What a header says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Array {
    /// The type as NumPy writes it.
    pub(super) descr: String,
    /// Whether the first axis changes fastest.
    pub(super) fortran: bool,
    /// How many values along each axis.
    pub(super) shape: Vec<u64>,
    /// Where the values begin.
    pub(super) data: u64,
    /// How each value is written; none for what is not shown.
    element: Option<Element>,
}

/// A file with one array.
#[derive(Debug)]
pub(super) struct Npy(Option<Array>);

impl Npy {
    /// A file of which nothing is known.
    pub(super) fn new() -> Self {
        Self(None)
    }
}

/// Reads a header that begins at `start`.
pub(super) fn header(source: &Source, start: u64) -> Result<Array, Stop> {
    let first = source.read_some(start, 12)?;
    if !first.starts_with(MAGIC) {
        return Err(Stop::fault(Why::Magic, start));
    }
    let (begin, length) = match first.get(6) {
        Some(1) => (10, number(&first, 8, 2)),
        Some(2 | 3) => (12, number(&first, 8, 4)),
        Some(_) => return Err(Stop::fault(Why::Version, start + 6)),
        None => (0, None),
    };
    let length = length.ok_or(Stop::fault(Why::Cut, source.size()))?;
    if length > HEADER_MAX {
        return Err(Stop::fault(Why::Bound, start + 8));
    }
    let begin = start + begin;
    let text = source.read(begin, length)?;
    let wrong = |at: usize| Stop::fault(Why::Syntax, begin + at as u64);
    let said = literal::read(&text).map_err(wrong)?;
    let field = |name: &str| said.field(name).ok_or(wrong(0));
    let descr = match field("descr")? {
        Literal::Text(descr) => descr.clone(),
        other => other.to_string(),
    };
    let &Literal::Bool(fortran) = field("fortran_order")? else {
        return Err(wrong(0));
    };
    let Literal::List(shape) = field("shape")? else {
        return Err(wrong(0));
    };
    let axis = |axis: &Literal| match axis {
        Literal::Number(axis) => u64::try_from(*axis).ok(),
        _ => None,
    };
    let shape: Option<Vec<u64>> = shape.iter().map(axis).collect();
    let shape = shape
        .filter(|shape| shape.len() <= AXES_MAX)
        .ok_or(wrong(0))?;
    let array = Array {
        element: element(&descr),
        descr,
        fortran,
        shape,
        data: begin + length,
    };
    // Whether there are so many values at all is the reader's question; that they can be counted is this one's.
    match array.bytes() {
        Some(_) => Ok(array),
        None => Err(Stop::fault(Why::Range, begin)),
    }
}

impl Array {
    /// Values.
    pub(super) fn count(&self) -> Option<u64> {
        let mut axes = self.shape.iter();
        axes.try_fold(1_u64, |count, axis| count.checked_mul(*axis))
    }

    /// Bytes of all values, where their size is known.
    fn bytes(&self) -> Option<u64> {
        let size = self.element.map_or(1, |element| element.size);
        self.count()?.checked_mul(size)
    }

    /// The shape as it is written.
    pub(super) fn shape_text(&self) -> String {
        shape_text(&self.shape)
    }

    /// The axes from the one that changes slowest to the one that changes fastest.
    fn axes(&self) -> Vec<u64> {
        let mut axes = self.shape.clone();
        if self.fortran {
            axes.reverse();
        }
        axes
    }

    /// Values of a row, and rows.
    fn table(&self) -> (u64, u64) {
        let count = self.count().unwrap_or(0);
        match self.axes()[..] {
            [] | [_] => (1, count),
            [.., width] if width > 0 => (width, count / width),
            _ => (0, 0),
        }
    }
}

/// A shape as it is written: `(3, 4)`.
pub(super) fn shape_text(shape: &[u64]) -> String {
    let axes: Vec<String> = shape.iter().map(ToString::to_string).collect();
    match axes.len() {
        1 => format!("({},)", axes[0]),
        _ => format!("({})", axes.join(", ")),
    }
}

impl Kind for Npy {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        let array = match &self.0 {
            Some(array) => array,
            None => self.0.insert(header(source, 0)?),
        };
        if array.element.is_some()
            && array.data.saturating_add(array.bytes().unwrap_or(u64::MAX)) > source.size()
        {
            return Err(Stop::fault(Why::Cut, source.size()));
        }
        let known = Head::Known;
        let mut facts = vec![
            (known(Label::Type), Value::Text(clip(&array.descr))),
            (known(Label::Shape), Value::Text(array.shape_text())),
            (
                known(Label::Values),
                Value::Number(array.count().unwrap_or(0)),
            ),
        ];
        if array.shape.len() > 1 {
            let order = if array.fortran { "Fortran" } else { "C" };
            facts.push((known(Label::Order), Value::Text(order.to_owned())));
        }
        facts.extend(statistics(array, source)?);
        let (width, rows) = array.table();
        let mut columns = vec![column(Label::Index, Cell::Text)];
        if array.element.is_none() {
            columns.clear();
        } else if array.shape.len() < 2 {
            columns.push(column(Label::Value, Cell::Number));
        } else {
            let shown = width.min(COLUMNS_MAX as u64);
            columns.extend((0..shown).map(|at| Column {
                head: Head::Named(at.to_string()),
                ..column(Label::Value, Cell::Number)
            }));
        }
        Ok(Description {
            facts,
            rows: if columns.is_empty() { 0 } else { rows },
            columns,
            ..description(Format::Npy)
        })
    }

    fn rows(&mut self, source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop> {
        let Some((array, element)) = self
            .0
            .as_ref()
            .and_then(|array| Some((array, array.element?)))
        else {
            return Ok(Vec::new());
        };
        let (width, rows) = array.table();
        let axes = array.axes();
        let shown = width.min(COLUMNS_MAX as u64);
        let row = |row: u64| {
            // The sizes were multiplied without fault when the header was read.
            let start = array.data + row * width * element.size;
            let bytes = source.read(start, shown * element.size)?;
            let mut cells = vec![index(row, &axes)];
            match element.size {
                0 => cells.resize(shown as usize + 1, String::new()),
                size => cells.extend(bytes.chunks(size as usize).map(|value| element.text(value))),
            }
            Ok(Row::of(cells))
        };
        (range.start.min(rows)..range.end.min(rows))
            .map(row)
            .collect()
    }
}

/// The place of a row along all axes but the last.
fn index(row: u64, axes: &[u64]) -> String {
    let outer = match axes.len() {
        0 => return "()".to_owned(),
        1 => axes,
        length => &axes[..length - 1],
    };
    let mut left = row;
    let mut parts: Vec<String> = Vec::new();
    for axis in outer.iter().rev() {
        let axis = (*axis).max(1);
        parts.push((left % axis).to_string());
        left /= axis;
    }
    parts.reverse();
    parts.join(", ")
}

/// The smallest, the largest and the mean of the first values.
fn statistics(array: &Array, source: &Source) -> Result<Vec<(Head, Value)>, Stop> {
    let Some(element) = array.element.filter(|element| element.is_number()) else {
        return Ok(Vec::new());
    };
    let all = array.count().unwrap_or(0);
    let looked = all.min(BLOCK / element.size);
    let bytes = source.read(array.data, looked * element.size)?;
    let (mut smallest, mut largest, mut sum, mut count) =
        (f64::INFINITY, f64::NEG_INFINITY, 0.0, 0_u64);
    let values = bytes.chunks_exact(element.size as usize);
    for value in values.map(|value| element.number(value)) {
        if !value.is_nan() {
            (smallest, largest) = (smallest.min(value), largest.max(value));
            (sum, count) = (sum + value, count + 1);
        }
    }
    let known = Head::Known;
    let mut facts = vec![(known(Label::Looked), Value::Number(looked))];
    if count < looked {
        facts.push((known(Label::NotANumber), Value::Number(looked - count)));
    }
    if count > 0 {
        for (label, value) in [
            (Label::Smallest, smallest),
            (Label::Largest, largest),
            (Label::Mean, sum / count as f64),
        ] {
            facts.push((known(label), Value::Text(short(value))));
        }
    }
    Ok(facts)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{opened, survives_damage};
    use super::*;

    /// A file with this type, order, shape and these bytes.
    pub(crate) fn file(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
        let fortran = if fortran { "True" } else { "False" };
        let header =
            format!("{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\0".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn cells(descr: &str, shape: &str, data: &[u8]) -> Vec<Vec<String>> {
        opened("a.npy", &file(descr, false, shape, data)).cells()
    }

    #[test]
    fn values_of_all_types_are_shown() {
        let one = |descr: &str, data: &[u8]| cells(descr, "()", data)[0][1].clone();
        assert_eq!(one("'<f4'", &0.1_f32.to_le_bytes()), "0.1");
        assert_eq!(one("'>f8'", &(-2.5_f64).to_be_bytes()), "-2.5");
        assert_eq!(one("'<f2'", &[0x00, 0x3E]), "1.5");
        assert_eq!(one("'<f2'", &[0x01, 0x00]), "5.9604645e-8");
        assert_eq!(one("'|i1'", &[0xFE]), "-2");
        assert_eq!(one("'<u8'", &[0xFF; 8]), u64::MAX.to_string());
        assert_eq!(one("'|b1'", &[1]), "True");
        assert_eq!(one("'<c8'", &[0, 0, 128, 63, 0, 0, 128, 191]), "1-1j");
        assert_eq!(one("'<U3'", b"a\0\0\0\x0d\x54\0\0\0\0\0\0"), "a名");
        assert_eq!(one("'|S4'", b"<b>\0"), "<b>");
        assert_eq!(one("'|V2'", &[0xAB, 1]), "ab01");
        assert_eq!(one("'<M8[ns]'", &i64::MIN.to_le_bytes()), "NaT");
    }

    #[test]
    fn rows_are_the_last_axis() {
        let data: Vec<u8> = (0..24).collect();
        let mut three = opened("a.npy", &file("'|u1'", false, "(2, 3, 4)", &data));
        assert_eq!(three.described().rows, 6);
        let rows = three.rows(4, 9);
        assert_eq!(rows[0].cells, ["1, 1", "16", "17", "18", "19"]);
        let mut turned = opened("a.npy", &file("'|u1'", true, "(4, 6)", &data));
        assert_eq!(turned.described().rows, 6);
        assert_eq!(turned.rows(1, 1)[0].cells, ["1", "4", "5", "6", "7"]);
        assert_eq!(cells("'|u1'", "(3,)", &[7, 8, 9])[2], ["2", "9"]);
        assert!(cells("'|u1'", "(3, 0)", &[]).is_empty());
        assert_eq!(cells("'|S0'", "(2, 2)", &[])[1], ["1", "", ""]);
    }

    #[test]
    fn what_is_known_of_the_values_is_told() {
        let values = [1.0_f32, f32::NAN, 4.0].map(f32::to_le_bytes).concat();
        let file = opened("a.npy", &file("'<f4'", false, "(3,)", &values));
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        assert_eq!(file.fact(Label::Shape), text("(3,)"));
        assert_eq!(file.fact(Label::Mean), text("2.5"));
        assert_eq!(file.fact(Label::NotANumber), Some(Value::Number(1)));
    }

    #[test]
    fn of_a_large_array_little_is_read() {
        let data = vec![1; 50_000_000];
        let mut file = opened("a.npy", &file("'<f8'", false, "(6250, 1000)", &data));
        file.rows(3_000, 50);
        assert!(file.asked < 50 * 66_000 + 200_000, "{}", file.asked);
    }

    #[test]
    fn records_are_described_and_objects_are_not_looked_into() {
        let records = opened(
            "a.npy",
            &file(
                "[('x', '<f4'), ('y', '<i8', (2,))]",
                false,
                "(1,)",
                &[0; 20],
            ),
        );
        let descr = "[('x', '<f4'), ('y', '<i8', (2,))]".to_owned();
        assert_eq!(records.fact(Label::Type), Some(Value::Text(descr)));
        assert_eq!(records.described().rows, 0);
        let objects = opened("a.npy", &file("'|O'", false, "(1,)", b"\x80\x04."));
        assert!(objects.described().columns.is_empty());
    }

    #[test]
    fn broken_files_say_why() {
        let reply = |bytes: &[u8]| opened("a.npy", bytes).reply().unwrap_err();
        let whole = file("'<f4'", false, "(3,)", &[0; 12]);
        assert_eq!(reply(b"PK\x03\x04"), (Why::Magic, 0));
        assert_eq!(reply(&whole[..whole.len() - 1]).0, Why::Cut);
        assert_eq!(reply(&whole[..40]).0, Why::Cut);
        assert_eq!(reply(b"\x93NUMPY\x09\0\0\0\0\0").0, Why::Version);
        assert_eq!(reply(&file("'<f4'", false, "(-1,)", &[])).0, Why::Syntax);
        let huge = "(18446744073709551615, 2)";
        assert_eq!(reply(&file("'<f4'", false, huge, &[])).0, Why::Range);
        let some = file("'<f4'", false, "(2, 3)", &[1; 24]);
        survives_damage("a.npy", &some);
        survives_damage("a.npy", &file("'<U2'", true, "(2, 3)", &[1; 48]));
    }
}
