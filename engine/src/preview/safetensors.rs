//! Tensors as safetensors writes them: the header is JSON, the rest is numbers that nobody needs to read for it.

use super::describe::{Cell, Description, Format, Head, Label, Row, Value, Why};
use super::json::{self, Type, Values};
use super::npy::shape_text;
use super::source::{READ_MAX, Source, Stop, number};
use super::{Kind, clip, column, description};
use std::ops::Range;

/// Fields of the user's that are shown.
const METADATA_MAX: usize = 100;
/// Tensors that are listed.
const TENSORS_MAX: usize = 100_000;
/// Values of the header that are read.
const VALUES_MAX: usize = 2_000_000;

/// Types of numbers and their bits.
const TYPES: [(&str, u64); 18] = [
    ("BOOL", 8),
    ("U8", 8),
    ("I8", 8),
    ("F8_E5M2", 8),
    ("F8_E4M3", 8),
    ("F8_E8M0", 8),
    ("F4", 4),
    ("I16", 16),
    ("U16", 16),
    ("F16", 16),
    ("BF16", 16),
    ("I32", 32),
    ("U32", 32),
    ("F32", 32),
    ("I64", 64),
    ("U64", 64),
    ("F64", 64),
    ("C64", 64),
];

/// A file of tensors.
#[derive(Debug)]
pub(super) struct Safetensors(Option<Header>);

#[derive(Debug)]
struct Header {
    tensors: Vec<Tensor>,
    metadata: Vec<(Head, Value)>,
}

#[derive(Debug)]
struct Tensor {
    name: String,
    dtype: String,
    shape: Vec<u64>,
    begin: u64,
    end: u64,
}

impl Safetensors {
    /// A file of which nothing is known.
    pub(super) fn new() -> Self {
        Self(None)
    }
}

impl Kind for Safetensors {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        let header = match &self.0 {
            Some(header) => header,
            None => self.0.insert(Header::read(source)?),
        };
        let count = |tensor: &Tensor| {
            tensor
                .shape
                .iter()
                .fold(1_u64, |all, n| all.saturating_mul(*n))
        };
        let values = header.tensors.iter().map(count);
        let values = values.fold(0, u64::saturating_add);
        let mut facts = vec![
            (
                Head::Known(Label::Tensors),
                Value::Number(header.tensors.len() as u64),
            ),
            (Head::Known(Label::Values), Value::Number(values)),
        ];
        facts.extend(header.metadata.iter().cloned());
        Ok(Description {
            facts,
            columns: vec![
                column(Label::Name, Cell::Text),
                column(Label::Type, Cell::Text),
                column(Label::Shape, Cell::Text),
                column(Label::Size, Cell::Size),
                column(Label::Offset, Cell::Number),
            ],
            rows: header.tensors.len() as u64,
            ..description(Format::Safetensors)
        })
    }

    fn rows(&mut self, _source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop> {
        let tensors = self.0.iter().flat_map(|header| &header.tensors);
        let from = usize::try_from(range.start).unwrap_or(usize::MAX);
        let row = |tensor: &Tensor| {
            Row::of(vec![
                clip(&tensor.name),
                tensor.dtype.clone(),
                clip(&shape_text(&tensor.shape)),
                (tensor.end - tensor.begin).to_string(),
                tensor.begin.to_string(),
            ])
        };
        let count = (range.end - range.start) as usize;
        Ok(tensors.skip(from).take(count).map(row).collect())
    }
}

impl Header {
    fn read(source: &Source) -> Result<Self, Stop> {
        let length = number(&source.read(0, 8)?, 0, 8).unwrap_or(0);
        if length > source.size() - 8 {
            // What begins with other bytes is no such file; one that is cut off begins as it should.
            let begins = source.read_some(8, 1)? == b"{" && length <= READ_MAX;
            let why = if begins { Why::Cut } else { Why::Magic };
            return Err(Stop::fault(why, if begins { source.size() } else { 0 }));
        }
        if length > READ_MAX {
            return Err(Stop::fault(Why::Bound, 0));
        }
        let text = source.read(8, length)?;
        if text.first() != Some(&b'{') {
            return Err(Stop::fault(Why::Magic, 8));
        }
        let values = json::values(&text, true, VALUES_MAX);
        if let Some((why, at)) = values.fault {
            return Err(Stop::fault(why, 8 + at as u64));
        }
        if values.cut || values.nodes[0].count as usize > TENSORS_MAX {
            return Err(Stop::fault(Why::Bound, 8));
        }
        let mut header = Self {
            tensors: Vec::new(),
            metadata: Vec::new(),
        };
        for at in values.children(0) {
            let place = 8 + u64::from(values.nodes[at].at.start);
            let name = values.key(&text, at).unwrap_or_default();
            if name == "__metadata__" {
                header.metadata = metadata(&values, &text, at);
                continue;
            }
            let tensor = tensor(&values, &text, at, name).ok_or(Stop::fault(Why::Syntax, place))?;
            let data = source.size() - 8 - length;
            let fits = tensor.begin <= tensor.end
                && tensor
                    .size()
                    .is_none_or(|size| size == tensor.end - tensor.begin);
            if !fits {
                return Err(Stop::fault(Why::Range, place));
            }
            if tensor.end > data {
                return Err(Stop::fault(Why::Cut, source.size()));
            }
            header.tensors.push(Tensor {
                begin: tensor.begin + 8 + length,
                end: tensor.end + 8 + length,
                ..tensor
            });
        }
        Ok(header)
    }
}

/// What the user wrote beside the tensors.
fn metadata(values: &Values, text: &[u8], of: usize) -> Vec<(Head, Value)> {
    let fields = values.children(of).take(METADATA_MAX);
    let field = |at: usize| {
        let key = values.key(text, at)?;
        let value = clip(&json::text(values.raw(text, at)));
        Some((Head::Named(clip(&key)), Value::Text(value)))
    };
    fields.filter_map(field).collect()
}

fn tensor(values: &Values, text: &[u8], of: usize, name: String) -> Option<Tensor> {
    let dtype = values.field(text, of, "dtype")?;
    let shape = values.field(text, of, "shape")?;
    let offsets = values.field(text, of, "data_offsets")?;
    let numbers = |of: usize| -> Option<Vec<u64>> {
        let list = values.nodes[of].is == Type::Array;
        let numbers = values.children(of).map(|at| values.number(text, at));
        list.then(|| numbers.collect()).flatten()
    };
    let [begin, end] = numbers(offsets)?[..] else {
        return None;
    };
    Some(Tensor {
        name,
        dtype: clip(&json::text(values.raw(text, dtype))),
        shape: numbers(shape)?,
        begin,
        end,
    })
}

impl Tensor {
    /// Bytes that it has to have, if its type is known.
    fn size(&self) -> Option<u64> {
        let (_, bits) = TYPES.iter().find(|(name, _)| *name == self.dtype)?;
        let mut axes = self.shape.iter();
        let bits = axes.try_fold(*bits, |bits, axis| bits.checked_mul(*axis));
        // What cannot be counted fits no file.
        Some(bits.map_or(u64::MAX, |bits| bits.div_ceil(8)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{opened, survives_damage};
    use super::*;

    fn file(header: &str, data: usize) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.resize(bytes.len() + data, 0);
        bytes
    }

    const HEADER: &str = r#"{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"<script>":{"dtype":"BF16","shape":[],"data_offsets":[24,26]}}"#;

    #[test]
    fn tensors_are_listed_with_their_places() {
        let bytes = file(HEADER, 26);
        let mut file = opened("a.safetensors", &bytes);
        let begin = 8 + HEADER.len();
        assert_eq!(
            file.cells(),
            [
                ["a.weight", "F32", "(2, 3)", "24", &begin.to_string()],
                ["<script>", "BF16", "()", "2", &(begin + 24).to_string()]
            ]
        );
        assert_eq!(file.fact(Label::Values), Some(Value::Number(7)));
        let described = file.described();
        let format = (
            Head::Named("format".to_owned()),
            Value::Text("pt".to_owned()),
        );
        assert!(described.facts.contains(&format));
        survives_damage("a.safetensors", &bytes);
    }

    #[test]
    fn of_a_large_file_the_header_is_read() {
        let header = r#"{"w":{"dtype":"U8","shape":[20000000],"data_offsets":[0,20000000]}}"#;
        let file = opened("a.safetensors", &file(header, 20_000_000));
        assert_eq!(file.described().rows, 1);
        assert!(file.asked <= 65_536);
    }

    #[test]
    fn broken_files_say_why() {
        let reply = |bytes: &[u8]| opened("a.safetensors", bytes).reply().unwrap_err();
        let whole = file(HEADER, 26);
        assert_eq!(reply(&whole[..whole.len() - 1]).0, Why::Cut);
        assert_eq!(reply(&whole[..60]).0, Why::Cut);
        assert_eq!(reply(b"PK\x03\x04aaaaaaaaaaaaaa").0, Why::Magic);
        assert_eq!(reply(b"abc").0, Why::Cut);
        let damaged = HEADER.replace("[2,3]", "[2,4]");
        assert_eq!(reply(&file(&damaged, 26)).0, Why::Range);
        let damaged = HEADER.replace("[2,3]", "[18446744073709551615,3]");
        assert_eq!(reply(&file(&damaged, 26)).0, Why::Range);
        let damaged = HEADER.replace("[0,24]", "[24,0]");
        assert_eq!(reply(&file(&damaged, 26)).0, Why::Range);
        let damaged = HEADER.replace("\"shape\"", "\"form\"");
        assert_eq!(reply(&file(&damaged, 26)).0, Why::Syntax);
        assert_eq!(reply(&file("{\"a\":1", 0)).0, Why::Cut);
        assert_eq!(reply(&file("{\"a\":[1,,]}", 0)).0, Why::Syntax);
        let (mut large, length) = (vec![b'{'; 100], (READ_MAX + 1).to_le_bytes());
        large.splice(0..8, length);
        assert_eq!(reply(&large).0, Why::Magic);
    }
}
