//! One JSON value as a tree, of which what is open is shown.

use super::describe::{Cell, Description, Fault, Format, Head, Label, Row, Value, Why};
use super::json::{self, Type, Values};
use super::source::{READ_MAX, Source, Stop};
use super::{Kind, clip, column, description};
use std::collections::HashSet;
use std::ops::Range;

/// The mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// Bytes that are read first.
const FIRST: u64 = 256 * 1024;
/// Values that are listed.
const VALUES_MAX: usize = 200_000;
/// Values in one another that are opened at once.
const OPEN_MAX: u32 = 50;

/// A JSON file.
#[derive(Debug)]
pub(super) struct Tree {
    /// Bytes that are wanted.
    wanted: u64,
    /// Bytes that were read, from `start` on.
    bytes: Vec<u8>,
    /// Bytes of the mark that some texts begin with.
    start: u64,
    values: Values,
    /// Values whose state is not the one they begin with.
    turned: HashSet<u32>,
    /// Values that are shown.
    shown: Vec<u32>,
}

impl Tree {
    /// A file of which nothing is known.
    pub(super) fn new() -> Self {
        Self {
            wanted: FIRST,
            bytes: Vec::new(),
            start: 0,
            values: Values::default(),
            turned: HashSet::new(),
            shown: Vec::new(),
        }
    }

    /// Whether what is in a value is shown: at first that of the outermost, and of a few below it.
    fn is_open(&self, at: u32) -> bool {
        let node = &self.values.nodes[at as usize];
        let at_first = node.depth == 0 || (node.depth == 1 && node.count <= OPEN_MAX);
        let few = self.values.nodes[0].count <= OPEN_MAX;
        (at_first && (node.depth == 0 || few)) != self.turned.contains(&at)
    }

    fn show(&mut self) {
        let mut shown = Vec::new();
        let mut at = 0;
        while let Some(node) = self.values.nodes.get(at as usize) {
            shown.push(at);
            let inside = node.count > 0 && self.is_open(at);
            at = if inside { at + 1 } else { node.next };
        }
        self.shown = shown;
    }

    fn row(&self, at: u32) -> Row {
        let node = &self.values.nodes[at as usize];
        let raw = self.values.raw(&self.bytes, at as usize);
        let key = match &node.key {
            Some(_) => self
                .values
                .key(&self.bytes, at as usize)
                .unwrap_or_default(),
            None if node.depth > 0 => node.index.to_string(),
            None => "$".to_owned(),
        };
        let (name, value) = match node.is {
            Type::Object => ("object", format!("{{ {} }}", node.count)),
            Type::Array => ("array", format!("[ {} ]", node.count)),
            // Of a long text no more than is shown needs to be read.
            Type::String => ("string", json::text(&raw[..raw.len().min(4_096)])),
            Type::Number => ("number", String::from_utf8_lossy(raw).into_owned()),
            Type::Boolean => ("boolean", String::from_utf8_lossy(raw).into_owned()),
            Type::Null => ("null", String::new()),
        };
        Row {
            cells: vec![clip(&key), clip(&value), name.to_owned()],
            depth: node.depth,
            open: (node.count > 0).then(|| self.is_open(at)),
        }
    }
}

impl Kind for Tree {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        let wanted = self.wanted.min(source.size());
        if self.start + (self.bytes.len() as u64) < wanted {
            let mut bytes = source.read(0, wanted)?;
            let whole = wanted == source.size();
            if bytes.starts_with(MARK) {
                bytes.drain(..MARK.len());
                self.start = MARK.len() as u64;
            }
            self.values = json::values(&bytes, whole, VALUES_MAX);
            if let (Some((why, at)), true) = (self.values.fault, self.values.nodes.is_empty()) {
                return Err(Stop::fault(why, self.start + at as u64));
            }
            self.bytes = bytes;
        }
        self.show();
        let most = wanted.max(READ_MAX.min(source.size()));
        let goes_on = self.values.cut && self.values.fault.is_none();
        let full = wanted == most || self.values.nodes.len() >= VALUES_MAX;
        let fault = match self.values.fault {
            Some((why, at)) => Some(Fault {
                why,
                at: self.start + at as u64,
            }),
            None if goes_on && full => Some(Fault {
                why: Why::Bound,
                at: wanted,
            }),
            None => None,
        };
        Ok(Description {
            facts: vec![(
                Head::Known(Label::Values),
                Value::Number(self.values.nodes.len() as u64),
            )],
            columns: vec![
                column(Label::Name, Cell::Text),
                column(Label::Value, Cell::Text),
                column(Label::Type, Cell::Text),
            ],
            rows: self.shown.len() as u64,
            read: (goes_on && !full).then_some(wanted),
            fault,
            ..description(Format::Json)
        })
    }

    fn rows(&mut self, _source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop> {
        let from = usize::try_from(range.start).unwrap_or(usize::MAX);
        let count = (range.end - range.start) as usize;
        let shown = self.shown.iter().skip(from).take(count);
        Ok(shown.map(|at| self.row(*at)).collect())
    }

    fn want_more(&mut self) {
        self.wanted = (self.wanted * 4).min(READ_MAX);
    }

    fn toggle(&mut self, row: u64) {
        let at = usize::try_from(row)
            .ok()
            .and_then(|row| self.shown.get(row));
        if let Some(at) = at.copied()
            && !self.turned.remove(&at)
        {
            self.turned.insert(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finished, opened, survives_damage};
    use super::*;

    #[test]
    fn values_are_opened_and_closed() {
        let mut file = opened("a.json", br#"{"a": {"b": [1, 2]}, "<script>": "x"}"#);
        let names =
            |rows: &[Row]| -> Vec<String> { rows.iter().map(|row| row.cells[0].clone()).collect() };
        let rows = file.rows(0, 100);
        assert_eq!(names(&rows), ["$", "a", "b", "<script>"]);
        assert_eq!(
            (rows[1].open, rows[2].open, rows[3].open),
            (Some(true), Some(false), None)
        );
        assert_eq!(rows[2].cells[1], "[ 2 ]");
        assert_eq!(file.toggle(2).rows, 6);
        assert_eq!(
            names(&file.rows(0, 100)),
            ["$", "a", "b", "0", "1", "<script>"]
        );
        assert_eq!(file.toggle(1).rows, 3);
        assert_eq!(file.toggle(0).rows, 1);
        assert_eq!(file.toggle(7).rows, 1);
    }

    #[test]
    fn a_large_file_is_read_in_parts() {
        let text = format!("[{}0]", "{\"loss\": 0.25, \"step\": 1000},".repeat(100_000));
        let mut file = opened("a.json", text.as_bytes());
        let first = file.described();
        assert_eq!(first.read, Some(FIRST));
        assert!(first.rows > 8_000);
        let described = finished(&mut file);
        assert_eq!(described.fault.map(|fault| fault.why), Some(Why::Bound));
    }

    #[test]
    fn a_broken_file_says_where_and_shows_what_came_before() {
        let described = opened("a.json", br#"{"a": 1, "b": oops}"#).described();
        assert_eq!(described.rows, 2);
        let fault = Fault {
            why: Why::Syntax,
            at: 14,
        };
        assert_eq!(described.fault, Some(fault));
        assert_eq!(opened("a.json", b"oops").reply(), Err((Why::Syntax, 4)));
        let marked = opened("a.json", b"\xEF\xBB\xBF[1, oops]").described();
        assert_eq!(
            (marked.rows, marked.fault.map(|fault| fault.at)),
            (2, Some(7))
        );
        survives_damage(
            "a.json",
            br#"{"a": [1, 2, {"b": "\u00e9"}], "c": [[[[]]]]}"#,
        );
    }
}
