//! Zip archives: their members. Arrays of NumPy in one are told with type and shape, checkpoints of PyTorch with their tensors.

use super::archive::{Directory, Member};
use super::describe::{Cell, Description, Format, Head, Label, Row, Value, Why};
use super::pickle::{self, Leaf};
use super::sequence::Sequence;
use super::source::{READ_MAX, Source, Stop};
use super::{Kind, clip, column, description, npy};
use std::ops::Range;

/// Bytes of a member that an array's header is looked for in.
const ARRAY: u64 = 4_096;
/// Times that a checkpoint's list of members is read on, to find what it says of its tensors.
const ROUNDS: usize = 16;

/// What a zip archive is expected to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// Anything.
    Files,
    /// Arrays of NumPy.
    Arrays,
    /// What PyTorch saves, or else anything.
    Checkpoint,
}

/// A zip archive.
#[derive(Debug)]
pub(super) struct Zip {
    inside: Inside,
    found: Option<(Directory, Sequence)>,
    /// What stands in the list of members for the tensors' names.
    pickle: Option<Member>,
    leaves: Option<Vec<Leaf>>,
}

impl Zip {
    /// An archive of which nothing is known.
    pub(super) fn new(inside: Inside) -> Self {
        Self {
            inside,
            found: None,
            pickle: None,
            leaves: None,
        }
    }

    fn checkpoint(&mut self, source: &Source) -> Result<Option<Description>, Stop> {
        let Some((directory, members)) = &mut self.found else {
            return Ok(None);
        };
        if self.leaves.is_none() {
            for _ in 0..ROUNDS {
                if self.pickle.is_some() || members.more().is_none() {
                    break;
                }
                members.want_more();
                load(members, *directory, source, &mut self.pickle)?;
            }
            let Some(member) = &self.pickle else {
                return Ok(None);
            };
            if member.size > READ_MAX {
                return Err(Stop::fault(Why::Bound, directory.start));
            }
            let bytes = member.begin(source, READ_MAX)?;
            let leaves = pickle::leaves(&bytes);
            let leaves = leaves.map_err(|(why, _)| Stop::fault(why, directory.start))?;
            self.leaves = Some(leaves);
        }
        let leaves = self.leaves.as_deref().unwrap_or_default();
        let tensors = leaves.iter().filter(|leaf| leaf.values.is_some());
        let count = tensors.clone().count() as u64;
        let values = tensors.filter_map(|leaf| leaf.values);
        let values = values.fold(0, u64::saturating_add);
        Ok(Some(Description {
            facts: vec![
                (Head::Known(Label::Tensors), Value::Number(count)),
                (Head::Known(Label::Values), Value::Number(values)),
                (
                    Head::Known(Label::Members),
                    Value::Number(directory.members),
                ),
            ],
            columns: vec![
                column(Label::Name, Cell::Text),
                column(Label::Type, Cell::Text),
                column(Label::Shape, Cell::Text),
                column(Label::Size, Cell::Size),
                column(Label::Value, Cell::Text),
            ],
            rows: leaves.len() as u64,
            ..description(Format::Torch)
        }))
    }
}

fn load(
    members: &mut Sequence,
    directory: Directory,
    source: &Source,
    pickle: &mut Option<Member>,
) -> Result<(), Stop> {
    let next = |source: &Source, at| directory.entry(source, at);
    members.load(source, next, |member: Member| {
        let is = |name: &str| name == "data.pkl" || name.ends_with("/data.pkl");
        if pickle.is_none() && is(&member.name) {
            *pickle = Some(member);
        }
    })
}

impl Kind for Zip {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        let (directory, members) = match &mut self.found {
            Some(found) => found,
            None => {
                let directory = Directory::find(source)?;
                let members = Sequence::new(directory.start);
                self.found.insert((directory, members))
            }
        };
        load(members, *directory, source, &mut self.pickle)?;
        let (count, rows, fault) = (directory.members, members.count(), members.fault());
        // The list stands at the end: how far it was read says nothing of the file.
        let read = members.more().map(|at| at - directory.start);
        if self.inside == Inside::Checkpoint
            && let Some(description) = self.checkpoint(source)?
        {
            return Ok(description);
        }
        let mut columns = vec![
            column(Label::Name, Cell::Text),
            column(Label::Size, Cell::Size),
            column(Label::Packed, Cell::Size),
            column(Label::Method, Cell::Text),
            column(Label::Modified, Cell::Text),
        ];
        let format = match self.inside {
            Inside::Arrays => {
                columns.splice(
                    1..1,
                    [
                        column(Label::Type, Cell::Text),
                        column(Label::Shape, Cell::Text),
                    ],
                );
                Format::Npz
            }
            Inside::Files | Inside::Checkpoint => Format::Zip,
        };
        Ok(Description {
            facts: vec![(Head::Known(Label::Members), Value::Number(count))],
            columns,
            rows,
            read,
            fault,
            ..description(format)
        })
    }

    fn rows(&mut self, source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop> {
        if let Some(leaves) = &self.leaves {
            let from = usize::try_from(range.start).unwrap_or(usize::MAX);
            let count = (range.end - range.start) as usize;
            let leaves = leaves.iter().skip(from).take(count);
            return Ok(leaves.map(Leaf::row).collect());
        }
        let Some((directory, members)) = &self.found else {
            return Ok(Vec::new());
        };
        let members = members.rows(source, range, |source, at| directory.entry(source, at))?;
        let row = |member: &Member| {
            let mut cells = vec![
                clip(&member.name),
                member.size.to_string(),
                member.packed.to_string(),
                member.method_name(),
                member.modified.clone(),
            ];
            if self.inside == Inside::Arrays {
                cells.splice(1..1, array(source, member)?);
            }
            Ok(Row::of(cells))
        };
        members.iter().map(row).collect()
    }

    fn want_more(&mut self) {
        if let Some((_, members)) = &mut self.found {
            members.want_more();
        }
    }
}

/// Type and shape of the array that a member is; nothing of what is none.
fn array(source: &Source, member: &Member) -> Result<[String; 2], Stop> {
    let nothing = || Ok([String::new(), String::new()]);
    let begin = match member.begin(source, ARRAY) {
        Ok(begin) => begin,
        Err(Stop::Fault(_)) => return nothing(),
        Err(need) => return Err(need),
    };
    match npy::header(&Source::whole(begin), 0) {
        Ok(array) => Ok([clip(&array.descr), clip(&array.shape_text())]),
        Err(_) => nothing(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::describe::Fault;
    use super::super::tests::{finished, opened, survives_damage};
    use super::*;

    /// An archive of these members, every other one compressed.
    fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
        let (mut bytes, mut list) = (Vec::new(), Vec::new());
        for (at, (name, data)) in members.iter().enumerate() {
            let packed = match at % 2 {
                0 => data.to_vec(),
                _ => miniz_oxide::deflate::compress_to_vec(data, 6),
            };
            let start = bytes.len() as u32;
            let mut common = vec![20, 0, 0, 8, (at % 2 * 8) as u8, 0, 0x20, 0x43, 0x7B, 0x5D];
            common.extend([0; 4]);
            common.extend((packed.len() as u32).to_le_bytes());
            common.extend((data.len() as u32).to_le_bytes());
            common.extend((name.len() as u16).to_le_bytes());
            common.extend([0; 2]);
            bytes.extend(b"PK\x03\x04");
            bytes.extend(&common);
            bytes.extend(name.as_bytes());
            bytes.extend(packed);
            list.extend(b"PK\x01\x02\x14\0");
            list.extend(&common);
            list.extend([0; 10]);
            list.extend(start.to_le_bytes());
            list.extend(name.as_bytes());
        }
        let (start, count) = (bytes.len() as u32, members.len() as u16);
        bytes.extend(&list);
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
        bytes.extend((list.len() as u32).to_le_bytes());
        bytes.extend(start.to_le_bytes());
        bytes.extend([2, 0, b'h', b'i']);
        bytes
    }

    #[test]
    fn members_are_listed_whatever_they_are_called() {
        let bytes = archive(&[("../../etc/passwd", b"x"), ("<img src=x>/名", &[0; 5_000])]);
        for (name, bytes) in [
            ("a.zip", bytes.clone()),
            // One that unpacks itself.
            ("a.zip", [b"#!/bin/sh\n".to_vec(), bytes.clone()].concat()),
            ("a.bin", bytes.clone()),
            ("a.whl", bytes.clone()),
        ] {
            let mut file = opened(name, &bytes);
            assert_eq!(file.described().format, Format::Zip, "{name}");
            let cells = file.cells();
            let first = ["../../etc/passwd", "1", "1", "Store", "2026-11-27 08:25"];
            assert_eq!(cells[0], first);
            assert_eq!(cells[1][0], "<img src=x>/名");
            assert_eq!((&*cells[1][1], &*cells[1][3]), ("5000", "Deflate"));
        }
        survives_damage("a.zip", &bytes);
    }

    #[test]
    fn a_list_that_is_too_long_for_its_fields_is_found() {
        let mut bytes = archive(&[("a", b"x"), ("b", b"y")]);
        let end = bytes.len() - 24;
        let tail = bytes.split_off(end);
        let field = |at: usize| u64::from(u32::from_le_bytes(tail[at..at + 4].try_into().unwrap()));
        let (size, start) = (field(12), field(16));
        let place = bytes.len() as u64;
        bytes.extend(b"PK\x06\x06");
        bytes.extend([0; 28]);
        for number in [2, size, start] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend(place.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend([0xFF; 12]);
        bytes.extend([0; 2]);
        let mut file = opened("a.zip", &bytes);
        assert_eq!(file.fact(Label::Members), Some(Value::Number(2)));
        assert_eq!(file.cells()[1][0], "b");
        survives_damage("a.zip", &bytes);
    }

    #[test]
    fn arrays_are_told_with_type_and_shape() {
        let array = npy::tests::file("'<f4'", false, "(2, 3)", &[0; 24]);
        let bytes = archive(&[("x.npy", &array), ("y.npy", &array), ("z.npy", b"no array")]);
        let mut file = opened("a.npz", &bytes);
        assert_eq!(file.described().format, Format::Npz);
        let cells = file.cells();
        assert_eq!(
            cells[0][..4],
            ["x.npy", "<f4", "(2, 3)", &array.len().to_string()]
        );
        assert_eq!(cells[1][..3], ["y.npy", "<f4", "(2, 3)"]);
        assert_eq!(cells[2][..3], ["z.npy", "", ""]);
        survives_damage("a.npz", &bytes);
    }

    #[test]
    fn a_checkpoint_tells_its_tensors() {
        let pickle = pickle::tests::checkpoint();
        let bytes = archive(&[
            ("m/version", b"3\n"),
            ("m/data.pkl", &pickle),
            ("m/data/0", &[0; 24]),
        ]);
        let mut file = opened("a.pt", &bytes);
        assert_eq!(file.described().format, Format::Torch);
        assert_eq!(file.fact(Label::Tensors), Some(Value::Number(1)));
        let row = ["state.fc.weight", "float32", "(2, 3)", "24", ""];
        assert_eq!(file.cells()[0], row);
        survives_damage("a.pt", &bytes);
        let other = opened("a.pt", &archive(&[("a", b"x")]));
        assert_eq!(other.described().format, Format::Zip);
    }

    #[test]
    fn a_long_list_is_read_in_parts() {
        let names: Vec<String> = (0..20_000)
            .map(|at| format!("folder/file-{at:06}.txt"))
            .collect();
        let members: Vec<(&str, &[u8])> =
            names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        let mut file = opened("a.zip", &archive(&members));
        assert!(file.described().read.is_some());
        assert_eq!(finished(&mut file).rows, 20_000);
        assert_eq!(file.rows(19_999, 5)[0].cells[0], "folder/file-019999.txt");
    }

    #[test]
    fn broken_files_say_why() {
        let whole = archive(&[("a", b"x"), ("b", b"y")]);
        assert_eq!(opened("a.zip", &whole[..60]).reply(), Err((Why::Cut, 60)));
        assert_eq!(opened("a.zip", b"hello").reply(), Err((Why::Magic, 0)));
        let mut damaged = whole.clone();
        let second = whole.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
        damaged[second] = 0;
        let described = opened("a.zip", &damaged).described();
        let fault = Fault {
            why: Why::Syntax,
            at: second as u64,
        };
        assert_eq!((described.rows, described.fault), (1, Some(fault)));
    }
}
