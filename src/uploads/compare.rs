//! What changed between a version and the files that were chosen, as far as it is known yet.

use api::upload::{KeptFile, NewUpload};
pub use engine::changes::Sum;
use engine::changes::{read_md5, write_md5};

/// How a file that was chosen stands to the version that the upload builds on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// There is nothing at its path.
    Added,
    /// Something else is there.
    Changed,
    /// A file of the same size is there; its content has not been looked at yet.
    Unknown,
    /// The same is there, with this MD5.
    Same(u128),
}

/// Files against those of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    base: String,
    /// Fate and bytes of each file, in the order in which they are sent.
    files: Vec<(Fate, u64)>,
    /// How many files there are to compare.
    total: usize,
    /// Files that are new.
    pub added: Sum,
    /// Files with another content.
    pub changed: Sum,
    /// Files that are as they were.
    pub same: Sum,
    /// Files that have not been compared.
    pub unknown: Sum,
    /// Files that were not chosen again.
    pub removed: Sum,
    /// The first of these by path, with their bytes.
    pub removed_list: Vec<(String, u64)>,
    /// Bytes that have to be read to compare them all.
    pub to_read: u64,
    /// Bytes that have been read.
    pub read: u64,
}

impl Comparison {
    /// Nothing is known yet of `total` files but which version they are compared with.
    pub fn new(base: String, total: usize) -> Self {
        Self {
            base,
            total,
            ..Self::default()
        }
    }

    /// What path and size say of the next files.
    pub fn listed(&mut self, files: impl IntoIterator<Item = (Fate, u64)>) {
        for (fate, bytes) in files {
            self.files.push((fate, bytes));
            self.sum_of(fate).add(bytes);
            if fate == Fate::Unknown {
                self.to_read = self.to_read.saturating_add(bytes);
            }
        }
    }

    /// What the content of a file says: the MD5 where it is the version's. What is none makes it one that has changed.
    pub fn judged(&mut self, file: usize, md5: Option<&str>) {
        let Some((fate @ Fate::Unknown, bytes)) = self.files.get_mut(file) else {
            return;
        };
        let bytes = *bytes;
        *fate = md5.and_then(read_md5).map_or(Fate::Changed, Fate::Same);
        let fate = *fate;
        self.unknown.take(bytes);
        self.sum_of(fate).add(bytes);
    }

    /// The files whose content decides, from the one with this number on.
    pub fn next_unknown(&self, from: usize) -> Option<usize> {
        let rest = self.files.get(from..)?;
        let at = rest.iter().position(|(fate, _)| *fate == Fate::Unknown)?;
        Some(from + at)
    }

    /// Numbers of the files with this fate.
    pub fn with(&self, is: impl Fn(Fate) -> bool) -> impl Iterator<Item = usize> {
        let files = self.files.iter().enumerate();
        files.filter_map(move |(at, (fate, _))| is(*fate).then_some(at))
    }

    /// Whether path and size of all files have been compared: an upload can build on it from then on.
    pub fn is_listed(&self) -> bool {
        self.files.len() == self.total
    }

    /// Whether all is known.
    pub fn is_complete(&self) -> bool {
        self.is_listed() && self.unknown.files == 0
    }

    /// Whether nothing changed, which is known only when all is.
    pub fn is_unchanged(&self) -> bool {
        self.is_complete() && self.sent().files == 0 && self.removed.files == 0
    }

    /// What is sent if it begins now: all that is not known to be there already.
    pub fn sent(&self) -> Sum {
        let parts = [self.added, self.changed, self.unknown];
        Sum {
            files: parts.iter().map(|sum| sum.files).sum(),
            bytes: parts
                .iter()
                .fold(0, |bytes, sum| bytes.saturating_add(sum.bytes)),
        }
    }

    /// Makes an upload of these files build on the version. Before [`Comparison::is_listed`] it stays as it is.
    pub fn keep(&self, new: &mut NewUpload) {
        if !self.is_listed() || self.files.len() != new.files.len() {
            return;
        }
        new.base = Some(self.base.clone());
        for (file, (fate, _)) in new.files.iter_mut().zip(&self.files) {
            if let Fate::Same(md5) = fate {
                file.kept = Some(KeptFile {
                    path: None,
                    hash: write_md5(*md5),
                });
            }
        }
    }

    fn sum_of(&mut self, fate: Fate) -> &mut Sum {
        match fate {
            Fate::Added => &mut self.added,
            Fate::Changed => &mut self.changed,
            Fate::Unknown => &mut self.unknown,
            Fate::Same(_) => &mut self.same,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::module::ModuleType;
    use api::upload::UploadFile;

    fn sum(files: usize, bytes: u64) -> Sum {
        Sum { files, bytes }
    }

    fn comparison() -> Comparison {
        let mut comparison = Comparison::new("8f".to_owned(), 4);
        comparison.listed([(Fate::Added, 1), (Fate::Unknown, 20)]);
        comparison.listed([(Fate::Changed, 300), (Fate::Unknown, 4_000)]);
        comparison
    }

    fn upload() -> NewUpload {
        let file = |(path, size): (&str, u64)| UploadFile {
            path: path.to_owned(),
            size,
            modified: None,
            kept: None,
            unpack: false,
        };
        NewUpload {
            entity_id: "8e".to_owned(),
            module_type: ModuleType::Data,
            description: String::new(),
            files: [("a", 1), ("b", 20), ("c", 300), ("d", 4_000)]
                .map(file)
                .to_vec(),
            folders: Vec::new(),
            base: None,
            key: None,
        }
    }

    #[test]
    fn what_is_not_known_to_be_there_is_sent() {
        let mut comparison = comparison();
        assert_eq!(
            (comparison.sent(), comparison.to_read),
            (sum(4, 4_321), 4_020)
        );
        assert_eq!(comparison.next_unknown(0), Some(1));
        assert_eq!(comparison.next_unknown(2), Some(3));
        let hash = "0f".repeat(16);
        comparison.judged(1, Some(&hash));
        assert_eq!(
            (comparison.sent(), comparison.same),
            (sum(3, 4_301), sum(1, 20))
        );
        assert!(!comparison.is_complete());
        comparison.judged(3, None);
        assert_eq!(comparison.changed, sum(2, 4_300));
        assert!(comparison.is_complete() && !comparison.is_unchanged());
        assert_eq!(comparison.next_unknown(0), None);
        let mut new = upload();
        comparison.keep(&mut new);
        assert_eq!((new.check(), new.sent_bytes()), (Ok(()), 4_301));
        assert_eq!(new.base.as_deref(), Some("8f"));
        let kept = KeptFile { path: None, hash };
        assert_eq!(new.files[1].kept, Some(kept));
    }

    #[test]
    fn a_file_is_judged_once_and_by_a_hash() {
        let mut comparison = comparison();
        comparison.judged(1, Some("no hash"));
        assert_eq!(comparison.changed, sum(2, 320));
        for file in [0, 1, 2, 99] {
            comparison.judged(file, Some(&"0".repeat(32)));
        }
        assert_eq!(
            (comparison.same, comparison.unknown),
            (sum(0, 0), sum(1, 4_000))
        );
    }

    #[test]
    fn a_list_that_is_cut_short_keeps_nothing() {
        let mut comparison = Comparison::new("8f".to_owned(), 4);
        comparison.listed([(Fate::Same(1), 1)]);
        let mut new = upload();
        comparison.keep(&mut new);
        assert_eq!(new, upload());
        assert!(!comparison.is_complete() && !comparison.is_unchanged());
    }

    #[test]
    fn nothing_changed_is_said_only_when_nothing_is_gone_either() {
        let mut comparison = Comparison::new("8f".to_owned(), 1);
        comparison.listed([(Fate::Same(1), 5)]);
        assert!(comparison.is_unchanged());
        comparison.removed.add(5);
        assert!(!comparison.is_unchanged());
    }
}
