//! What all kinds have in common: the way bytes come, and that nothing a file says ends in a panic or without end.

use super::*;
use crate::random::Random;

/// Requests that the tests allow for one file.
const REQUESTS: usize = 20_000;

/// A file that is looked into, all of it at hand.
pub(super) struct Opened {
    preview: Preview,
    bytes: Vec<u8>,
    /// Bytes that were asked for.
    pub(super) asked: u64,
    reply: Reply,
}

/// Opens a file.
pub(super) fn opened(name: &str, bytes: &[u8]) -> Opened {
    let mut opened = Opened {
        preview: Preview::new(name, bytes.len() as u64, false),
        bytes: bytes.to_vec(),
        asked: 0,
        reply: Reply::Rows(0, Vec::new()),
    };
    opened.reply = opened.ask(Question::Open);
    opened
}

/// Reads on until there is no more, and says what there is then.
pub(super) fn finished(opened: &mut Opened) -> Description {
    for _ in 0..1_000 {
        let described = opened.described();
        if described.read.is_none() {
            return described;
        }
        opened.reply = opened.ask(Question::More);
    }
    panic!("it reads on for ever");
}

impl Opened {
    pub(super) fn ask(&mut self, question: Question) -> Reply {
        let mut reply = self.preview.ask(question);
        for _ in 0..REQUESTS {
            let Reply::Need(Need { start, length }) = reply else {
                return reply;
            };
            assert!(length > 0 && length <= 2 << 20, "{length} bytes at {start}");
            let end = start + length;
            assert!(
                end <= self.bytes.len() as u64,
                "behind the end: {start}, {length}"
            );
            self.asked += length;
            reply = self
                .preview
                .put(self.bytes[start as usize..end as usize].to_vec());
        }
        panic!("it asks for ever");
    }

    /// What it was described as.
    pub(super) fn described(&self) -> Description {
        self.reply().expect("a description")
    }

    /// The same, or what was wrong and where.
    pub(super) fn reply(&self) -> Result<Description, (Why, u64)> {
        match &self.reply {
            Reply::Described(described) => Ok(described.clone()),
            Reply::Fault(fault) => Err((fault.why, fault.at)),
            other => panic!("{other:?}"),
        }
    }

    /// Shows or hides what is below a row.
    pub(super) fn toggle(&mut self, row: u64) -> Description {
        self.reply = self.ask(Question::Toggle(row));
        self.described()
    }

    pub(super) fn rows(&mut self, first: u64, count: u32) -> Vec<Row> {
        match self.ask(Question::Rows(first, count)) {
            Reply::Rows(from, rows) => {
                assert_eq!(from, first);
                rows
            }
            other => panic!("{other:?}"),
        }
    }

    /// The cells of the first rows.
    pub(super) fn cells(&mut self) -> Vec<Vec<String>> {
        let rows = self.rows(0, 100).into_iter();
        rows.map(|row| row.cells).collect()
    }

    /// The value of a fact.
    pub(super) fn fact(&self, label: Label) -> Option<Value> {
        let facts = self.described().facts.into_iter();
        facts
            .into_iter()
            .find(|(head, _)| *head == Head::Known(label))
            .map(|(_, value)| value)
    }
}

/// Whatever becomes of these bytes, there is an answer. Rows are asked for everywhere.
pub(super) fn survives(name: &str, bytes: &[u8]) {
    let mut opened = opened(name, bytes);
    for _ in 0..3 {
        let Ok(described) = opened.reply() else {
            return;
        };
        for first in [
            0,
            described.rows / 2,
            described.rows.saturating_sub(3),
            u64::MAX - 3,
        ] {
            let reply = opened.ask(Question::Rows(first, 20));
            assert!(
                matches!(reply, Reply::Rows(..) | Reply::Fault(_)),
                "{reply:?}"
            );
        }
        opened.reply = opened.ask(Question::Toggle(described.rows / 2));
        if opened.reply().is_ok() {
            opened.reply = opened.ask(Question::More);
        }
    }
}

/// Cuts the file at every length and turns bytes of it into others; nothing must break.
pub(super) fn survives_damage(name: &str, bytes: &[u8]) {
    let step = (bytes.len() / 400).max(1);
    for end in (0..bytes.len()).step_by(step) {
        survives(name, &bytes[..end]);
    }
    let mut random = Random::new(bytes.len() as u64);
    for _ in 0..1_500 {
        let mut broken = bytes.to_vec();
        for _ in 0..=random.below(4) {
            let at = random.below(broken.len());
            broken[at] = match random.below(4) {
                0 => 0,
                1 => 0xFF,
                2 => broken[at] ^ 1 << random.below(8),
                _ => random.below(256) as u8,
            };
        }
        survives(name, &broken);
    }
}

#[test]
fn any_bytes_under_any_name_have_an_answer() {
    let mut random = Random::new(7);
    let ends = [
        "csv",
        "tsv",
        "jsonl",
        "json",
        "npy",
        "npz",
        "safetensors",
        "zip",
        "tar",
        "tgz",
        "pt",
        "tfrecord",
        "h5",
        "parquet",
        "xyz",
    ];
    for end in ends {
        for _ in 0..200 {
            let length = random.below(3_000);
            let bytes: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
            survives(&format!("a.{end}"), &bytes);
            let text: Vec<u8> = bytes
                .iter()
                .map(|byte| b"{}[]\",:1e-\\ \nnutf"[*byte as usize % 17])
                .collect();
            survives(&format!("a.{end}"), &text);
        }
    }
}

#[test]
fn what_is_nothing_known_is_shown_as_its_bytes() {
    let opened = opened("model.xyz", &[1; 100]);
    assert_eq!(opened.described().format, Format::Bytes);
    let mut preview = Preview::new("a.csv", 100, true);
    let Reply::Described(described) = preview.ask(Question::Open) else {
        panic!("its size is enough");
    };
    assert_eq!((described.format, described.rows), (Format::Bytes, 7));
}

#[test]
fn a_file_that_is_shorter_than_it_was_said_to_be_is_cut_off() {
    let mut preview = Preview::new("a.npy", 1_000_000, false);
    let mut reply = preview.ask(Question::Open);
    for _ in 0..10 {
        if !matches!(reply, Reply::Need(_)) {
            break;
        }
        reply = preview.put(b"\x93NUMPY\x01\0\xF0\0".to_vec());
    }
    let fault = Fault {
        why: Why::Cut,
        at: 10,
    };
    assert_eq!(reply, Reply::Fault(fault));
}
