//! A JSON value in each line: a table of the fields of its objects.

use super::columns::Columns;
use super::csv::COLUMNS_MAX;
use super::describe::{Cell, Column, Description, Format, Head, Label, Row, Value, Why};
use super::json::{self, Type};
use super::sequence::{Next, Sequence};
use super::source::{BLOCK, Source, Stop};
use super::{Kind, clip, description};
use std::ops::Range;

/// Bytes that a line may have.
const LINE_MAX: u64 = 1024 * 1024;
/// Values of a line that are looked at.
const VALUES_MAX: usize = 20_000;

/// Lines of JSON.
#[derive(Debug)]
pub(super) struct JsonLines {
    lines: Sequence,
    names: Vec<String>,
    columns: Columns,
}

/// A line: its fields, or what else stands there.
struct Line {
    fields: Vec<(String, String)>,
    other: Option<String>,
}

impl JsonLines {
    /// Lines of which nothing is known.
    pub(super) fn new() -> Self {
        Self {
            lines: Sequence::new(0),
            names: Vec::new(),
            columns: Columns::default(),
        }
    }

    fn cells(&self, line: &Line) -> Vec<String> {
        let mut cells = vec![String::new(); self.names.len() + 1];
        for (name, value) in &line.fields {
            if let Some(at) = self.names.iter().position(|known| known == name) {
                cells[at].clone_from(value);
            }
        }
        match (&line.other, cells.last_mut()) {
            (Some(other), Some(last)) => last.clone_from(other),
            _ => drop(cells.pop()),
        }
        cells
    }
}

impl Kind for JsonLines {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        let mut lines = std::mem::replace(&mut self.lines, Sequence::new(0));
        let loaded = lines.load(source, next, |line| {
            for (name, _) in &line.fields {
                if self.names.len() < COLUMNS_MAX && !self.names.contains(name) {
                    self.names.push(name.clone());
                }
            }
            let cells = self.cells(&line);
            self.columns.add(cells.iter().map(String::as_str));
        });
        self.lines = lines;
        loaded?;
        if let (0, Some(fault)) = (self.lines.count(), self.lines.fault()) {
            return Err(Stop::Fault(fault));
        }
        let named = self.names.iter().map(|name| Head::Named(clip(name)));
        let heads = named.chain([Head::Known(Label::Value)]);
        let mut columns: Vec<Column> = heads
            .enumerate()
            .map(|(at, head)| {
                let statistics = self.columns.statistics(at);
                Column {
                    head,
                    cell: match statistics.guess.is_number() {
                        true => Cell::Number,
                        false => Cell::Text,
                    },
                    statistics: Some(statistics),
                }
            })
            .collect();
        // All lines are objects: nothing stands beside their fields.
        let others = columns.last().and_then(|column| column.statistics.as_ref());
        if others.is_none_or(|others| others.filled == 0) && columns.len() > 1 {
            columns.pop();
        }
        Ok(Description {
            facts: vec![(
                Head::Known(Label::Columns),
                Value::Number(self.names.len() as u64),
            )],
            columns,
            rows: self.lines.count(),
            read: self.lines.more(),
            fault: self.lines.fault(),
            ..description(Format::JsonLines)
        })
    }

    fn rows(&mut self, source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop> {
        let lines = self.lines.rows(source, range, next)?;
        Ok(lines.iter().map(|line| Row::of(self.cells(line))).collect())
    }

    fn want_more(&mut self) {
        self.lines.want_more();
    }
}

/// The line at `at`. Empty ones are passed over.
fn next(source: &Source, mut at: u64) -> Next<Line> {
    loop {
        if at >= source.size() {
            return Ok(None);
        }
        let rest = source.rest(at)?;
        let (line, end) = match memchr::memchr(b'\n', rest) {
            Some(end) => (
                std::borrow::Cow::Borrowed(&rest[..end]),
                at + end as u64 + 1,
            ),
            None => {
                let bytes = long(source, at)?;
                let end = at + bytes.len() as u64 + 1;
                (std::borrow::Cow::Owned(bytes), end)
            }
        };
        if line.iter().all(u8::is_ascii_whitespace) {
            at = end;
            continue;
        }
        let line = read(&line).map_err(|(why, place)| Stop::fault(why, at + place as u64))?;
        return Ok(Some((line, end)));
    }
}

/// A line that goes on in what comes next, without its end.
fn long(source: &Source, at: u64) -> Result<Vec<u8>, Stop> {
    let mut length = 2 * BLOCK;
    loop {
        let mut bytes = source.read_some(at, length)?;
        if let Some(end) = memchr::memchr(b'\n', &bytes) {
            bytes.truncate(end);
            return Ok(bytes);
        }
        if at + bytes.len() as u64 == source.size() {
            return Ok(bytes);
        }
        if length >= LINE_MAX {
            return Err(Stop::fault(Why::Bound, at));
        }
        length *= 2;
    }
}

fn read(line: &[u8]) -> Result<Line, (Why, usize)> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let values = json::values(line, true, VALUES_MAX);
    if let Some(fault) = values.fault {
        return Err(fault);
    }
    let value = |at: usize| {
        let raw = values.raw(line, at);
        match values.nodes[at].is {
            Type::String => clip(&json::text(raw)),
            Type::Null => String::new(),
            _ => clip(&String::from_utf8_lossy(&raw[..raw.len().min(4_096)])),
        }
    };
    if values.nodes[0].is == Type::Object {
        let fields = values.children(0).filter_map(|at| {
            let name = values.key(line, at)?;
            Some((name, value(at)))
        });
        return Ok(Line {
            fields: fields.collect(),
            other: None,
        });
    }
    Ok(Line {
        fields: Vec::new(),
        other: Some(value(0)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::describe::{Fault, Guess};
    use super::super::tests::{finished, opened, survives_damage};
    use super::*;

    #[test]
    fn fields_are_columns_whatever_line_has_them() {
        let text =
            "{\"step\": 1, \"loss\": 0.5}\n\n{\"loss\": 0.25, \"note\": \"<b>\"}\r\n[1, 2]\n";
        let mut file = opened("a.jsonl", text.as_bytes());
        let described = file.described();
        let heads: Vec<&Head> = described
            .columns
            .iter()
            .map(|column| &column.head)
            .collect();
        let named = |name: &str| Head::Named(name.to_owned());
        let wanted = [
            named("step"),
            named("loss"),
            named("note"),
            Head::Known(Label::Value),
        ];
        assert_eq!(heads, wanted.iter().collect::<Vec<_>>());
        let rows = file.cells();
        assert_eq!(rows[0][..2], ["1", "0.5"]);
        assert_eq!(rows[1], ["", "0.25", "<b>"]);
        assert_eq!(rows[2], ["", "", "", "[1, 2]"]);
        let loss = described.columns[1].statistics.as_ref().unwrap();
        assert_eq!((loss.guess, loss.filled), (Guess::Real, 2));
        survives_damage("a.jsonl", text.as_bytes());
    }

    #[test]
    fn lines_are_found_again_wherever_the_pieces_end() {
        let line = |at: usize| {
            format!(
                "{{\"at\": {at}, \"text\": \"{}\"}}\n",
                "x".repeat(at % 3_000)
            )
        };
        let text: String = (0..2_000).map(line).collect();
        let mut file = opened("a.jsonl", text.as_bytes());
        let described = finished(&mut file);
        assert_eq!((described.rows, described.columns.len()), (2_000, 2));
        for row in [0, 77, 1_999] {
            assert_eq!(file.rows(row, 1)[0].cells[0], row.to_string());
        }
    }

    #[test]
    fn a_broken_line_says_where() {
        let file = opened("a.jsonl", b"{\"a\": 1}\n{\"a\": }\n{}\n");
        let fault = Fault {
            why: Why::Syntax,
            at: 15,
        };
        let described = file.described();
        assert_eq!((described.rows, described.fault), (1, Some(fault)));
        assert_eq!(opened("a.jsonl", b"{").reply(), Err((Why::Cut, 1)));
    }
}
