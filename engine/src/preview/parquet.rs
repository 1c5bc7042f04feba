//! Tables of Parquet by their footer: columns, their types and sizes. Values are not read.

use super::describe::{Cell, Description, Format, Head, Label, Row, Value, Why};
use super::source::{READ_MAX, Source, Stop, number};
use super::thrift::{Thrift, Wrong};
use super::{Kind, clip, column, description};
use std::ops::Range;

/// How a file begins, and ends.
pub(super) const MAGIC: &[u8] = b"PAR1";
/// How one ends whose footer is encrypted.
const ENCRYPTED: &[u8] = b"PARE";
/// Columns, groups included, that are listed.
const COLUMNS_MAX: usize = 20_000;
/// Fields of the user's that are shown.
const FIELDS_MAX: usize = 50;

/// A table.
#[derive(Debug)]
pub(super) struct Parquet(Option<Footer>);

/// What a footer says.
#[derive(Debug, Default)]
struct Footer {
    rows: u64,
    groups: u64,
    writer: String,
    fields: Vec<(String, String)>,
    elements: Vec<Element>,
    /// For each leaf, in the order of the schema.
    sizes: Vec<Sizes>,
}

/// An element of the schema: a column, or a group of some.
#[derive(Debug, Default)]
struct Element {
    name: String,
    physical: Option<u64>,
    converted: Option<u64>,
    repetition: u64,
    children: u64,
}

/// What a column takes in all groups of rows.
#[derive(Clone, Debug, Default)]
struct Sizes {
    codec: u64,
    packed: u64,
    size: u64,
}

/// A leaf of the schema, as a row.
struct Leaf<'a> {
    path: String,
    element: &'a Element,
}

impl Parquet {
    /// A table of which nothing is known.
    pub(super) fn new() -> Self {
        Self(None)
    }
}

impl Kind for Parquet {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        let footer = match &self.0 {
            Some(footer) => footer,
            None => self.0.insert(Footer::find(source)?),
        };
        let known = Head::Known;
        let leaves = footer.leaves().len() as u64;
        let mut facts = vec![
            (known(Label::Rows), Value::Number(footer.rows)),
            (known(Label::RowGroups), Value::Number(footer.groups)),
            (known(Label::Columns), Value::Number(leaves)),
        ];
        if !footer.writer.is_empty() {
            facts.push((known(Label::Writer), Value::Text(clip(&footer.writer))));
        }
        let fields = footer.fields.iter();
        facts.extend(
            fields.map(|(name, value)| (Head::Named(clip(name)), Value::Text(clip(value)))),
        );
        Ok(Description {
            facts,
            columns: vec![
                column(Label::Name, Cell::Text),
                column(Label::Type, Cell::Text),
                column(Label::Method, Cell::Text),
                column(Label::Packed, Cell::Size),
                column(Label::Size, Cell::Size),
            ],
            rows: leaves,
            ..description(Format::Parquet)
        })
    }

    fn rows(&mut self, _source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop> {
        let Some(footer) = &self.0 else {
            return Ok(Vec::new());
        };
        let from = usize::try_from(range.start).unwrap_or(usize::MAX);
        let count = (range.end - range.start) as usize;
        let leaves = footer.leaves().into_iter().enumerate();
        let row = |(at, leaf): (usize, Leaf)| {
            let Sizes {
                codec,
                packed,
                size,
            } = footer.sizes.get(at).cloned().unwrap_or_default();
            Row::of(vec![
                clip(&leaf.path),
                leaf.element.type_name(),
                codec_name(codec),
                packed.to_string(),
                size.to_string(),
            ])
        };
        Ok(leaves.skip(from).take(count).map(row).collect())
    }
}

impl Footer {
    fn find(source: &Source) -> Result<Self, Stop> {
        let size = source.size();
        if source.read_some(0, 4)? != MAGIC {
            return Err(Stop::fault(Why::Magic, 0));
        }
        let Some(end) = size.checked_sub(8).filter(|end| *end >= 4) else {
            return Err(Stop::fault(Why::Cut, size));
        };
        let tail = source.read(end, 8)?;
        if tail.ends_with(ENCRYPTED) {
            return Err(Stop::fault(Why::Version, end + 4));
        }
        if !tail.ends_with(MAGIC) {
            return Err(Stop::fault(Why::Cut, size));
        }
        let length = number(&tail, 0, 4).unwrap_or(0);
        if length > READ_MAX {
            return Err(Stop::fault(Why::Bound, end));
        }
        let start = end.checked_sub(length).filter(|start| *start >= 4);
        let start = start.ok_or(Stop::fault(Why::Range, end))?;
        let bytes = source.read(start, length)?;
        Self::read(&bytes).map_err(|(why, at)| Stop::fault(why, start + at as u64))
    }

    fn read(bytes: &[u8]) -> Result<Self, Wrong> {
        let mut footer = Self::default();
        Thrift::new(bytes).fields(|thrift, id, kind| {
            match id {
                2 => thrift.list(|thrift, _| {
                    if footer.elements.len() >= COLUMNS_MAX {
                        return Err((Why::Bound, 0));
                    }
                    footer.elements.push(Element::read(thrift)?);
                    Ok(())
                })?,
                3 => footer.rows = thrift.count()?,
                4 => thrift.list(|thrift, _| {
                    footer.groups += 1;
                    group(thrift, &mut footer.sizes)
                })?,
                5 => thrift.list(|thrift, _| {
                    let (mut name, mut value) = (String::new(), String::new());
                    thrift.fields(|thrift, id, kind| {
                        match id {
                            1 => name = thrift.text()?,
                            2 => value = thrift.text()?,
                            _ => thrift.skip(kind)?,
                        }
                        Ok(())
                    })?;
                    if footer.fields.len() < FIELDS_MAX {
                        footer.fields.push((name, value));
                    }
                    Ok(())
                })?,
                6 => footer.writer = thrift.text()?,
                _ => thrift.skip(kind)?,
            }
            Ok(())
        })?;
        match footer.elements.is_empty() {
            true => Err((Why::Syntax, 0)),
            false => Ok(footer),
        }
    }

    /// Columns with their paths.
    fn leaves(&self) -> Vec<Leaf<'_>> {
        // Groups around the next element: the length of the path before each, and children that are still to come.
        let mut groups: Vec<(usize, u64)> = Vec::new();
        let (mut path, mut leaves) = (String::new(), Vec::new());
        // The first element is the table.
        for element in self.elements.iter().skip(1) {
            while let Some((length, 0)) = groups.last() {
                path.truncate(*length);
                groups.pop();
            }
            if let Some((_, left)) = groups.last_mut() {
                *left -= 1;
            }
            let before = path.len();
            // A path that grows without end is none that anybody reads.
            if before < 1_000 {
                if before > 0 {
                    path.push('.');
                }
                path.push_str(&clip(&element.name));
            }
            if element.children > 0 {
                groups.push((before, element.children));
                continue;
            }
            leaves.push(Leaf {
                path: path.clone(),
                element,
            });
            path.truncate(before);
        }
        leaves
    }
}

/// Adds what the columns of a group of rows take.
fn group(thrift: &mut Thrift, sizes: &mut Vec<Sizes>) -> Result<(), Wrong> {
    thrift.fields(|thrift, id, kind| {
        if id != 1 {
            return thrift.skip(kind);
        }
        let mut at = 0;
        thrift.list(|thrift, _| {
            if at >= COLUMNS_MAX {
                return Err((Why::Bound, 0));
            }
            if at == sizes.len() {
                sizes.push(Sizes::default());
            }
            let of = &mut sizes[at];
            at += 1;
            chunk(thrift, of)
        })
    })
}

fn chunk(thrift: &mut Thrift, of: &mut Sizes) -> Result<(), Wrong> {
    thrift.fields(|thrift, id, kind| {
        if id != 3 {
            return thrift.skip(kind);
        }
        thrift.fields(|thrift, id, kind| {
            match id {
                4 => of.codec = thrift.count()?,
                6 => of.size = of.size.saturating_add(thrift.count()?),
                7 => of.packed = of.packed.saturating_add(thrift.count()?),
                _ => thrift.skip(kind)?,
            }
            Ok(())
        })
    })
}

impl Element {
    fn read(thrift: &mut Thrift) -> Result<Self, Wrong> {
        let mut element = Self::default();
        thrift.fields(|thrift, id, kind| {
            match id {
                1 => element.physical = Some(thrift.count()?),
                3 => element.repetition = thrift.count()?,
                4 => element.name = thrift.text()?,
                5 => element.children = thrift.count()?,
                6 => element.converted = Some(thrift.count()?),
                _ => thrift.skip(kind)?,
            }
            Ok(())
        })?;
        Ok(element)
    }

    fn type_name(&self) -> String {
        const PHYSICAL: [&str; 8] = [
            "BOOLEAN",
            "INT32",
            "INT64",
            "INT96",
            "FLOAT",
            "DOUBLE",
            "BYTE_ARRAY",
            "FIXED_LEN_BYTE_ARRAY",
        ];
        const CONVERTED: [&str; 22] = [
            "UTF8",
            "MAP",
            "MAP_KEY_VALUE",
            "LIST",
            "ENUM",
            "DECIMAL",
            "DATE",
            "TIME_MILLIS",
            "TIME_MICROS",
            "TIMESTAMP_MILLIS",
            "TIMESTAMP_MICROS",
            "UINT_8",
            "UINT_16",
            "UINT_32",
            "UINT_64",
            "INT_8",
            "INT_16",
            "INT_32",
            "INT_64",
            "JSON",
            "BSON",
            "INTERVAL",
        ];
        let name = |names: &[&'static str], at: Option<u64>| {
            let at = usize::try_from(at?).ok()?;
            names.get(at).copied()
        };
        let mut text = name(&PHYSICAL, self.physical).unwrap_or("?").to_owned();
        if let Some(converted) = name(&CONVERTED, self.converted) {
            text = format!("{text} ({converted})");
        }
        match self.repetition {
            0 => text,
            1 => format!("{text}, optional"),
            _ => format!("{text}, repeated"),
        }
    }
}

fn codec_name(codec: u64) -> String {
    const CODECS: [&str; 8] = [
        "UNCOMPRESSED",
        "SNAPPY",
        "GZIP",
        "LZO",
        "BROTLI",
        "LZ4",
        "ZSTD",
        "LZ4_RAW",
    ];
    let name = usize::try_from(codec)
        .ok()
        .and_then(|codec| CODECS.get(codec));
    name.map_or_else(|| codec.to_string(), |name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{opened, survives_damage};
    use super::*;

    fn text(field: u8, text: &str) -> Vec<u8> {
        [&[field, text.len() as u8], text.as_bytes()].concat()
    }

    /// A table of an optional text and of a number in a group, in two groups of rows.
    fn file() -> Vec<u8> {
        let chunk = |codec: u8, size: u8| {
            // Field 3, a structure: 4 the codec, 6 and 7 the sizes.
            vec![0x3C, 0x45, codec * 2, 0x26, size * 4, 0x16, size * 2, 0, 0]
        };
        let group = [
            vec![0x19, 0x2C],
            chunk(1, 10),
            chunk(6, 20),
            vec![0x26, 6, 0],
        ]
        .concat();
        let footer = [
            vec![0x15, 4, 0x19, 0x4C],
            [text(0x48, "schema"), vec![0x15, 4, 0]].concat(),
            [
                vec![0x15, 12, 0x25, 2],
                text(0x18, "<name>"),
                vec![0x25, 0, 0],
            ]
            .concat(),
            [text(0x48, "group"), vec![0x15, 2, 0]].concat(),
            [vec![0x15, 10, 0x25, 0], text(0x18, "x"), vec![0]].concat(),
            vec![0x16, 6, 0x19, 0x2C],
            group.clone(),
            group,
            vec![0x19, 0x1C],
            [text(0x18, "key"), text(0x18, "value"), vec![0]].concat(),
            text(0x18, "a writer"),
            vec![0],
        ]
        .concat();
        let mut bytes = b"PAR1data".to_vec();
        bytes.extend(&footer);
        bytes.extend((footer.len() as u32).to_le_bytes());
        bytes.extend(b"PAR1");
        bytes
    }

    #[test]
    fn columns_are_listed_with_their_sizes_in_all_groups() {
        let mut file = opened("a.parquet", &file());
        assert_eq!(
            file.cells(),
            [
                [
                    "<name>",
                    "BYTE_ARRAY (UTF8), optional",
                    "SNAPPY",
                    "20",
                    "40"
                ],
                ["group.x", "DOUBLE", "ZSTD", "40", "80"],
            ]
        );
        assert_eq!(file.fact(Label::Rows), Some(Value::Number(3)));
        assert_eq!(file.fact(Label::RowGroups), Some(Value::Number(2)));
        let writer = Value::Text("a writer".to_owned());
        assert_eq!(file.fact(Label::Writer), Some(writer));
    }

    #[test]
    fn broken_files_say_why() {
        let reply = |bytes: &[u8]| opened("a.parquet", bytes).reply().unwrap_err().0;
        let whole = file();
        assert_eq!(reply(&whole[..whole.len() - 1]), Why::Cut);
        assert_eq!(reply(b"hello, world"), Why::Magic);
        assert_eq!(reply(b"PAR1\0\0\0\0PARE"), Why::Version);
        assert_eq!(reply(b"PAR1\xFF\0\0\0PAR1"), Why::Range);
        assert_eq!(reply(b"PAR1\x01\0\0\0\0PAR1"), Why::Cut);
        survives_damage("a.parquet", &whole);
    }
}
