//! Values between separators: CSV, TSV and their kin. Read from the begin on, since only that tells whether a line end is
//! one or stands in quotes.

use super::columns::Columns;
use super::describe::{Cell, Column, Description, Format, Head, Label, Row, Value, Why};
use super::sequence::{Next, Sequence};
use super::source::{BLOCK, Source, Stop};
use super::{Kind, clip, description};
use std::ops::Range;

/// Bytes that a row may have.
const ROW_MAX: u64 = 1024 * 1024;
/// Columns that are shown.
pub(super) const COLUMNS_MAX: usize = 200;
/// Rows that separator and head are guessed from.
const LOOKED: usize = 20;
/// Separators, the most usual first.
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// A table of values between separators.
#[derive(Debug)]
pub(super) struct Csv {
    tabs: bool,
    table: Option<Table>,
}

#[derive(Debug)]
struct Table {
    separator: u8,
    head: Option<Vec<String>>,
    rows: Sequence,
    columns: Columns,
    /// Most values of a row.
    widest: usize,
}

impl Csv {
    /// A table; `tabs` when its name says that tabs separate its values.
    pub(super) fn new(tabs: bool) -> Self {
        Self { tabs, table: None }
    }
}

impl Kind for Csv {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        let table = match &mut self.table {
            Some(table) => table,
            None => self.table.insert(Table::open(source, self.tabs)?),
        };
        table.load(source)
    }

    fn rows(&mut self, source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop> {
        let Some(table) = &self.table else {
            return Ok(Vec::new());
        };
        let next = |source: &Source, at| record(source, at, table.separator);
        let rows = table.rows.rows(source, range, next)?;
        Ok(rows.into_iter().map(row_of).collect())
    }

    fn want_more(&mut self) {
        if let Some(table) = &mut self.table {
            table.rows.want_more();
        }
    }
}

fn row_of(values: Vec<String>) -> Row {
    let shown = values.iter().take(COLUMNS_MAX);
    Row::of(shown.map(|value| clip(value)).collect())
}

impl Table {
    fn open(source: &Source, tabs: bool) -> Result<Self, Stop> {
        let first = source.read_some(0, BLOCK)?;
        if first.starts_with(&[0xFF, 0xFE]) || first.starts_with(&[0xFE, 0xFF]) {
            return Err(Stop::fault(Why::Version, 0));
        }
        if let Some(at) = first.iter().position(|byte| *byte == 0) {
            return Err(Stop::fault(Why::Magic, at as u64));
        }
        let start = if first.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        let looked = &first[start..];
        let whole = first.len() as u64 == source.size();
        let separator = match tabs {
            true => b'\t',
            false => guess_separator(looked, whole),
        };
        let rows = some_rows(looked, separator, whole);
        let (head, begin) = match rows.first() {
            Some((head, end)) if is_head(head) => (Some(head.clone()), start + end),
            _ => (None, start),
        };
        Ok(Self {
            separator,
            widest: head.as_ref().map_or(0, Vec::len),
            head,
            rows: Sequence::new(begin as u64),
            columns: Columns::default(),
        })
    }

    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        let (columns, widest, separator) = (&mut self.columns, &mut self.widest, self.separator);
        self.rows.load(
            source,
            |source, at| record(source, at, separator),
            |values: Vec<String>| {
                *widest = values.len().max(*widest);
                columns.add(values.iter().map(String::as_str));
            },
        )?;
        let named = |at: usize| self.head.as_ref().and_then(|head| head.get(at));
        let columns = (0..self.widest.min(COLUMNS_MAX)).map(|at| {
            let statistics = self.columns.statistics(at);
            let name = named(at).map_or_else(|| (at + 1).to_string(), |name| clip(name));
            Column {
                head: Head::Named(name),
                cell: match statistics.guess.is_number() {
                    true => Cell::Number,
                    false => Cell::Text,
                },
                statistics: Some(statistics),
            }
        });
        let separator = match self.separator {
            b'\t' => "Tab".to_owned(),
            other => char::from(other).to_string(),
        };
        Ok(Description {
            facts: vec![
                (
                    Head::Known(Label::Columns),
                    Value::Number(self.widest as u64),
                ),
                (Head::Known(Label::Separator), Value::Text(separator)),
            ],
            columns: columns.collect(),
            rows: self.rows.count(),
            read: self.rows.more(),
            fault: self.rows.fault(),
            ..description(Format::Csv)
        })
    }
}

/// The row at `at`.
fn record(source: &Source, at: u64, separator: u8) -> Next<Vec<String>> {
    if at >= source.size() {
        return Ok(None);
    }
    let rest = source.rest(at)?;
    let row = |values: Vec<String>, length: usize| Ok(Some((values, at + length as u64)));
    if let Some((values, length)) = split(rest, separator, at + rest.len() as u64 == source.size())
    {
        return row(values, length);
    }
    // It goes on in what comes next: twice as much each time.
    let mut length = (rest.len() as u64 + BLOCK).min(ROW_MAX);
    loop {
        let bytes = source.read_some(at, length)?;
        let whole = at + bytes.len() as u64 == source.size();
        if let Some((values, length)) = split(&bytes, separator, whole) {
            return row(values, length);
        }
        if length >= ROW_MAX {
            return Err(Stop::fault(Why::Bound, at));
        }
        length = (length * 2).min(ROW_MAX);
    }
}

/// The values of the row that begins `bytes`, and its length with its end. `None` when it does not end in them and they
/// are not all that is left.
fn split(bytes: &[u8], separator: u8, whole: bool) -> Option<(Vec<String>, usize)> {
    let mut values = Vec::new();
    let mut at = 0;
    loop {
        let (value, end) = match bytes.get(at) {
            Some(b'"') => quoted(bytes, at, separator, whole)?,
            _ => {
                let left = bytes.get(at..)?;
                let end = memchr::memchr3(separator, b'\n', b'\r', left);
                let end = match end {
                    Some(end) => at + end,
                    None if whole => bytes.len(),
                    None => return None,
                };
                (String::from_utf8_lossy(&bytes[at..end]).into_owned(), end)
            }
        };
        values.push(value);
        match bytes.get(end) {
            Some(byte) if *byte == separator => at = end + 1,
            Some(b'\r') => match bytes.get(end + 1) {
                Some(b'\n') => return Some((values, end + 2)),
                None if !whole => return None,
                _ => return Some((values, end + 1)),
            },
            Some(_) => return Some((values, end + 1)),
            None => return whole.then_some((values, end)),
        }
    }
}

/// The value in quotes at `at`, and where it ends; what stands behind its last quote belongs to it.
fn quoted(bytes: &[u8], at: usize, separator: u8, whole: bool) -> Option<(String, usize)> {
    let mut value = Vec::new();
    let mut from = at + 1;
    loop {
        match memchr::memchr(b'"', bytes.get(from..)?) {
            Some(quote) => {
                let quote = from + quote;
                value.extend_from_slice(&bytes[from..quote]);
                if bytes.get(quote + 1) == Some(&b'"') {
                    value.push(b'"');
                    from = quote + 2;
                    continue;
                }
                let left = &bytes[quote + 1..];
                let end = match memchr::memchr3(separator, b'\n', b'\r', left) {
                    Some(end) => quote + 1 + end,
                    None if whole => bytes.len(),
                    None => return None,
                };
                value.extend_from_slice(&bytes[quote + 1..end]);
                return Some((String::from_utf8_lossy(&value).into_owned(), end));
            }
            // A quote that is never closed: the file ends in it.
            None if whole => {
                value.extend_from_slice(&bytes[from..]);
                return Some((String::from_utf8_lossy(&value).into_owned(), bytes.len()));
            }
            None => return None,
        }
    }
}

/// The first rows, each with the place behind it.
fn some_rows(bytes: &[u8], separator: u8, whole: bool) -> Vec<(Vec<String>, usize)> {
    let mut rows: Vec<(Vec<String>, usize)> = Vec::new();
    let mut at = 0;
    while rows.len() < LOOKED
        && at < bytes.len()
        && let Some((values, length)) = split(&bytes[at..], separator, whole)
    {
        at += length;
        rows.push((values, at));
    }
    rows
}

/// What makes the first rows equally wide, and as wide as can be.
fn guess_separator(bytes: &[u8], whole: bool) -> u8 {
    let score = |separator: u8| {
        let rows = some_rows(bytes, separator, whole);
        let width = rows.first().map_or(0, |(values, _)| values.len());
        let alike = rows.iter().filter(|(values, _)| values.len() == width);
        (width > 1).then(|| (alike.count() * 100 / rows.len(), width))
    };
    let best = SEPARATORS.iter().rev().max_by_key(|s| score(**s));
    best.copied()
        .filter(|separator| score(*separator).is_some())
        .unwrap_or(b',')
}

/// Whether a first row names the columns: each value another word, none a number.
fn is_head(values: &[String]) -> bool {
    let word = |value: &String| !value.trim().is_empty() && value.trim().parse::<f64>().is_err();
    let mut sorted: Vec<&String> = values.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    values.iter().all(word) && sorted.len() == values.len()
}

#[cfg(test)]
mod tests {
    use super::super::describe::Guess;
    use super::super::tests::{finished, opened};
    use super::*;

    fn table(text: &str) -> (Description, Vec<Vec<String>>) {
        let mut preview = opened("a.csv", text.as_bytes());
        let described = preview.described();
        (described, preview.cells())
    }

    fn names(described: &Description) -> Vec<&str> {
        described
            .columns
            .iter()
            .filter_map(|column| match &column.head {
                Head::Named(name) => Some(name.as_str()),
                Head::Known(_) => None,
            })
            .collect()
    }

    #[test]
    fn values_stand_between_separators_and_in_quotes() {
        let (described, rows) = table("name,note,n\r\n\"a,b\",\"say \"\"hi\"\"\nyou\",1\r\nc,,2.5");
        assert_eq!(names(&described), ["name", "note", "n"]);
        assert_eq!(rows, [["a,b", "say \"hi\"\nyou", "1"], ["c", "", "2.5"]]);
        let n = described.columns[2].statistics.as_ref().unwrap();
        assert_eq!(n.guess, Guess::Real);
        assert_eq!((n.smallest.as_str(), n.largest.as_str()), ("1", "2.5"));
        assert_eq!(n.mean, "1.75");
        assert_eq!(described.columns[1].statistics.as_ref().unwrap().empty, 1);
    }

    #[test]
    fn separators_are_guessed() {
        for (text, separator) in [
            ("a;b\n1,5;2,5\n", ";"),
            ("a\tb\n1\t2\n", "Tab"),
            ("a|b|c\n1|2|3\n", "|"),
            ("one column\n1\n", ","),
            ("", ","),
        ] {
            let (described, _) = table(text);
            let value = Value::Text(separator.to_owned());
            assert_eq!(described.facts[1].1, value, "{text:?}");
        }
    }

    #[test]
    fn a_first_row_with_numbers_is_no_head() {
        let (described, rows) = table("1,2\n3,4\n");
        assert_eq!(names(&described), ["1", "2"]);
        assert_eq!(rows.len(), 2);
        assert_eq!(table("a,a\n3,4\n").1.len(), 2);
    }

    #[test]
    fn rows_are_found_again_wherever_the_pieces_end() {
        let mut text = "id,text,value\n".to_owned();
        for row in 0..60_000 {
            text.push_str(&format!("{row},\"a \"\"quoted\"\", row\n{row}\",0.5\n"));
        }
        let mut preview = opened("a.csv", text.as_bytes());
        let first = preview.described();
        assert!(
            first.read.is_some_and(|read| read <= 5 * BLOCK),
            "{first:?}"
        );
        let described = finished(&mut preview);
        assert_eq!((described.rows, described.read), (60_000, None));
        for row in [0, 63, 64, 1_000, 59_999] {
            let rows = preview.rows(row, 1);
            assert_eq!(rows[0].cells[0], row.to_string());
            assert_eq!(rows[0].cells[1], format!("a \"quoted\", row\n{row}"));
        }
    }

    #[test]
    fn a_row_without_an_end_is_given_up() {
        let text = format!("a,b\n1,2\n\"{}", "x,\n".repeat(1_000_000));
        let mut preview = opened("a.csv", text.as_bytes());
        let described = finished(&mut preview);
        assert_eq!(described.rows, 1);
        assert_eq!(described.fault.unwrap().why, Why::Bound);
    }

    #[test]
    fn bytes_are_no_table() {
        let fault = opened("a.csv", b"a,b\n\0\0").reply();
        assert_eq!(fault, Err((Why::Magic, 4)));
    }
}
