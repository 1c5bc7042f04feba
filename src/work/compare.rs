//! Comparing chosen files with a version's: what page and worker say to each other, and the worker's part of it without
//! a browser.

use crate::client::ClientError;
use crate::client::error::{open, read};
use api::module::FileHashes;
use engine::changes::{Base, Standing, write_md5};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToComparer {
    /// The answer to `GET /module/filehash` is attached. Sent once, first.
    Base,
    /// The next files that were chosen: path and bytes.
    List(Vec<(String, u64)>),
    /// There are no more.
    End,
    /// Files with these numbers are attached: look at their contents.
    Read(Vec<u32>),
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromComparer {
    /// Id of the version that is compared with; none when there is no version yet.
    Base(Option<String>),
    /// The version's files could not be read.
    Failed,
    /// How the files of a list stand.
    Listed(Vec<Verdict>),
    /// Files of the version that were not chosen.
    Removed {
        /// How many.
        files: usize,
        /// Their bytes.
        bytes: u64,
        /// The first of them by path, with their bytes.
        list: Vec<(String, u64)>,
    },
    /// What has been read since the last time.
    Read {
        /// Numbers of files that have been read to their ends, with the MD5 of those that are the version's.
        files: Vec<(u32, Option<String>)>,
        /// Bytes.
        bytes: u64,
    },
}

/// How a file stands by its path and size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Nothing is at its path.
    Added,
    /// Something else is there.
    Changed,
    /// Only its content can tell.
    Alike,
}

/// The version, and what is to be found in the files.
#[derive(Debug, Default)]
pub struct Desk {
    base: Base,
    wanted: HashMap<u32, u128>,
    listed: u32,
}

impl Desk {
    /// Reads the answer to `GET /module/filehash`; what there is to say of it, and the desk if there is a version.
    pub fn open(answer: &str) -> (FromComparer, Option<Self>) {
        match base_of(answer) {
            Ok(Some((version, base))) => {
                let desk = Self {
                    base,
                    ..Self::default()
                };
                (FromComparer::Base(Some(version)), Some(desk))
            }
            Ok(None) => (FromComparer::Base(None), None),
            Err(_) => (FromComparer::Failed, None),
        }
    }

    /// How the next files stand.
    pub fn list(&mut self, files: &[(String, u64)]) -> FromComparer {
        let verdicts = files.iter().map(|(path, size)| {
            let number = self.listed;
            self.listed += 1;
            match self.base.compare(path, *size) {
                Standing::Added => Verdict::Added,
                Standing::Changed => Verdict::Changed,
                Standing::Alike(md5) => {
                    self.wanted.insert(number, md5);
                    Verdict::Alike
                }
            }
        });
        FromComparer::Listed(verdicts.collect())
    }

    /// What was not chosen, once all files are listed.
    pub fn end(&self) -> FromComparer {
        let (sum, list) = self.base.removed();
        FromComparer::Removed {
            files: sum.files,
            bytes: sum.bytes,
            list,
        }
    }

    /// The MD5 of a file's content in hexadecimal if it is the version's. `None` also of a file that could not be read.
    pub fn judge(&self, file: u32, md5: Option<u128>) -> Option<String> {
        let wanted = self.wanted.get(&file)?;
        md5.filter(|md5| md5 == wanted).map(write_md5)
    }
}

/// The version that the answer to `GET /module/filehash` tells of, and its files; none when there is no version yet.
///
/// # Errors
/// An answer that is none of this form.
pub fn base_of(answer: &str) -> Result<Option<(String, Base)>, ClientError> {
    let data = open(200, answer)?;
    Ok(read::<Option<FileHashes>>(&data)?.map(|hashes| {
        let sized = hashes.sizes.len() == hashes.files.len();
        let size = |at: usize| hashes.sizes.get(at).copied().filter(|_| sized);
        let files = hashes.files.into_iter().enumerate();
        let base = Base::new(files.map(|(at, (path, md5))| (path, md5, size(at))));
        (hashes.old_module_id, base)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(sizes: &str) -> String {
        let (a, b) = ("0a".repeat(16), "0b".repeat(16));
        format!(
            r#"{{"code":200,"data":{{"files":{{"x/a":"{a}","x/b":"{b}"}},"dirs":["x"],"old_module_id":"8f"{sizes}}}}}"#
        )
    }

    fn desk(sizes: &str) -> Desk {
        let (said, desk) = Desk::open(&answer(sizes));
        assert_eq!(said, FromComparer::Base(Some("8f".to_owned())));
        desk.expect("a version")
    }

    #[test]
    fn files_are_told_apart_and_the_rest_is_gone() {
        use Verdict::*;
        let mut desk = desk(r#","sizes":[5,6]"#);
        let list = |files: &[(&str, u64)]| -> Vec<(String, u64)> {
            let owned = |(path, size): &(&str, u64)| ((*path).to_owned(), *size);
            files.iter().map(owned).collect()
        };
        let first = desk.list(&list(&[("new", 1), ("x/a", 5)]));
        assert_eq!(first, FromComparer::Listed(vec![Added, Alike]));
        let gone = FromComparer::Removed {
            files: 1,
            bytes: 6,
            list: list(&[("x/b", 6)]),
        };
        assert_eq!(desk.end(), gone);
        let second = desk.list(&list(&[("x/b", 5)]));
        assert_eq!(second, FromComparer::Listed(vec![Changed]));
        let md5 = |text: &str| engine::changes::read_md5(&text.repeat(16));
        assert_eq!(desk.judge(1, md5("0a")), Some("0a".repeat(16)));
        assert_eq!(desk.judge(1, md5("0b")), None);
        assert_eq!(desk.judge(1, None), None);
        assert_eq!(desk.judge(0, md5("0a")), None);
    }

    #[test]
    fn without_sizes_the_contents_tell() {
        for sizes in ["", r#","sizes":[5]"#] {
            let listed = desk(sizes).list(&[("x/a".to_owned(), 77)]);
            assert_eq!(
                listed,
                FromComparer::Listed(vec![Verdict::Alike]),
                "{sizes}"
            );
        }
    }

    #[test]
    fn no_version_is_not_a_failure() {
        let (said, desk) = Desk::open(r#"{"code":200,"data":null}"#);
        assert_eq!(said, FromComparer::Base(None));
        assert!(desk.is_none());
        let refused = r#"{"code":517,"data":{"reason":"not_found","message":""}}"#;
        for answer in ["", "<html>", refused, r#"{"code":200,"data":{"files":[]}}"#] {
            assert_eq!(Desk::open(answer).0, FromComparer::Failed, "{answer}");
        }
    }

    #[test]
    fn what_is_said_is_understood() {
        let sent = [
            ToComparer::Base,
            ToComparer::List(vec![("é \"x\"".to_owned(), u64::MAX)]),
            ToComparer::End,
            ToComparer::Read(vec![0, 7]),
        ];
        for message in sent {
            let text = serde_json::to_string(&message).expect("JSON");
            assert_eq!(crate::json::read(&text), Ok(message));
        }
        let said = [
            FromComparer::Base(None),
            FromComparer::Failed,
            FromComparer::Listed(vec![Verdict::Added, Verdict::Alike]),
            FromComparer::Removed {
                files: 1,
                bytes: 2,
                list: vec![("a".to_owned(), 2)],
            },
            FromComparer::Read {
                files: vec![(1, None), (2, Some("0".to_owned()))],
                bytes: 9,
            },
        ];
        for message in said {
            let text = serde_json::to_string(&message).expect("JSON");
            assert_eq!(crate::json::read(&text), Ok(message));
        }
    }
}
