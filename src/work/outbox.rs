//! Sending small files, and checking what the server stored against the files: what page and worker say to each other, and the
//! worker's part of it without a browser.

use super::compare::base_of;
use crate::client::transfer::{Outcome, Patch};
use engine::changes::{Base, Standing};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// From the page to the worker. Files are numbered in the order of the upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToSender {
    /// The files of a pack are attached: send them.
    Send {
        /// Tells the pack from others.
        pack: u32,
        /// Where to.
        patch: Patch,
        /// Bytes of each.
        sizes: Vec<u64>,
    },
    /// End the request of this pack.
    Stop(u32),
    /// A file is attached: hash its content.
    Hash(u32),
    /// Files that were sent: number, path in the version, bytes.
    Sent(Vec<(u32, String, u64)>),
    /// The answer to `GET /module/filehash` is attached: compare what was sent with it.
    Check,
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromSender {
    /// So much of a pack has left, as a part of one.
    Left(u32, f64),
    /// What came of a pack.
    Settled(u32, Outcome),
    /// A file has been hashed, or cannot be read.
    Hashed(u32),
    /// Numbers of the files of a list whose content has not been hashed.
    Lacking(Vec<u32>),
    /// What was sent has been compared.
    Checked(Option<Check>),
}

/// What the server stored, compared with what was read here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Id of the version.
    pub version: String,
    /// Files that are equal.
    pub equal: usize,
    /// Files that are not, or are not there.
    pub different: usize,
    /// Path of the first of these.
    pub first: Option<String>,
}

/// What was read of the files that are sent.
#[derive(Debug, Default)]
pub struct Ledger {
    /// MD5 by the file's number.
    sums: HashMap<u32, u128>,
    sent: Vec<(u32, String, u64)>,
}

impl Ledger {
    /// Notes the MD5 of a file's content.
    pub fn note(&mut self, file: u32, md5: u128) {
        self.sums.insert(file, md5);
    }

    /// Takes files that were sent, and tells which of them have not been read.
    pub fn sent(&mut self, files: Vec<(u32, String, u64)>) -> FromSender {
        let numbers = files.iter().map(|(number, ..)| *number);
        let lacking = numbers.filter(|number| !self.sums.contains_key(number));
        let said = FromSender::Lacking(lacking.collect());
        self.sent.extend(files);
        said
    }

    /// Compares what was sent with the answer to `GET /module/filehash`. A file that cannot be read any more is not what was
    /// chosen, and so not what was sent; a version that is none cannot be compared with.
    pub fn check(&self, answer: &str) -> FromSender {
        let Ok(Some((version, base))) = base_of(answer) else {
            return FromSender::Checked(None);
        };
        FromSender::Checked(Some(self.compare(version, base)))
    }

    fn compare(&self, version: String, mut base: Base) -> Check {
        let (mut equal, mut different, mut first) = (0, 0, None);
        for (number, path, size) in &self.sent {
            let md5 = self.sums.get(number);
            if md5.is_some_and(|md5| base.compare(path, *size) == Standing::Alike(*md5)) {
                equal += 1;
            } else {
                different += 1;
                first.get_or_insert_with(|| path.clone());
            }
        }
        Check {
            version,
            equal,
            different,
            first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> String {
        let (a, b) = ("0a".repeat(16), "0b".repeat(16));
        format!(
            r#"{{"code":200,"data":{{"files":{{"a":"{a}","b":"{b}","c":"{a}"}},"dirs":[],"sizes":[5,6,7],"old_module_id":"8f"}}}}"#
        )
    }

    #[test]
    fn what_was_read_is_compared_with_what_is_stored() {
        let md5 = |digit: &str| engine::changes::read_md5(&digit.repeat(16)).expect("hexadecimal");
        let mut ledger = Ledger::default();
        ledger.note(0, md5("0a"));
        ledger.note(1, md5("0a"));
        ledger.note(3, md5("0a"));
        ledger.note(4, md5("0a"));
        let sent = |files: &[(u32, &str, u64)]| -> Vec<(u32, String, u64)> {
            let owned = |(at, path, size): &(u32, &str, u64)| (*at, (*path).to_owned(), *size);
            files.iter().map(owned).collect()
        };
        let lacking = ledger.sent(sent(&[(0, "a", 5), (1, "b", 6), (2, "c", 7)]));
        assert_eq!(lacking, FromSender::Lacking(vec![2]));
        assert_eq!(
            ledger.sent(sent(&[(3, "c", 8), (4, "d", 1)])),
            FromSender::Lacking(Vec::new())
        );
        // Equal; another content; not read; another size; not there.
        let check = Check {
            version: "8f".to_owned(),
            equal: 1,
            different: 4,
            first: Some("b".to_owned()),
        };
        assert_eq!(ledger.check(&answer()), FromSender::Checked(Some(check)));
        ledger.note(2, md5("0a"));
        let FromSender::Checked(Some(check)) = ledger.check(&answer()) else {
            panic!("no check");
        };
        assert_eq!((check.equal, check.different), (2, 3));
        for answer in ["", r#"{"code":200,"data":null}"#] {
            assert_eq!(ledger.check(answer), FromSender::Checked(None), "{answer}");
        }
    }

    #[test]
    fn what_is_said_is_understood() {
        let patch = Patch {
            address: "/upload/8f".to_owned(),
            headers: vec![("Upload-Offset".to_owned(), "7".to_owned())],
        };
        let sizes = vec![1, u64::MAX];
        let sent = [
            ToSender::Send {
                pack: 1,
                patch,
                sizes,
            },
            ToSender::Stop(1),
            ToSender::Hash(3),
            ToSender::Sent(vec![(1, "é".to_owned(), 2)]),
            ToSender::Check,
        ];
        for message in sent {
            let text = serde_json::to_string(&message).expect("JSON");
            assert_eq!(crate::json::read(&text), Ok(message));
        }
        let check = Check {
            version: "8f".to_owned(),
            equal: 1,
            different: 1,
            first: Some("a".to_owned()),
        };
        let answered = Outcome::Answered {
            status: 204,
            offset: Some("7".to_owned()),
            body: String::new(),
        };
        let said = [
            FromSender::Left(1, 0.25),
            FromSender::Settled(1, answered),
            FromSender::Settled(2, Outcome::Silent),
            FromSender::Settled(3, Outcome::Impossible),
            FromSender::Hashed(1),
            FromSender::Lacking(vec![1]),
            FromSender::Checked(Some(check)),
            FromSender::Checked(None),
        ];
        for message in said {
            let text = serde_json::to_string(&message).expect("JSON");
            assert_eq!(crate::json::read(&text), Ok(message));
        }
        // What a worker says when it listens.
        assert_eq!(crate::json::read::<()>("null"), Ok(()));
    }
}
