//! Files that have to be chosen again: a page gets no file of the disk by itself.

use super::Head;
use crate::uploads::pick::Picked;
use crate::uploads::selection::Chosen;
use api::upload::NewUpload;
use leptos::web_sys::File;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The files of an upload in the order of their bytes; none where one has to be chosen yet.
pub type Files = Rc<RefCell<Vec<Option<File>>>>;

/// The files of an upload that another page has begun.
#[derive(Clone, Debug)]
pub struct Again {
    wanted: Rc<Wanted>,
    files: Files,
    /// Whether a folder was chosen, not single files.
    pub folder: bool,
    /// Handles of what was chosen, where the browser has them.
    pub roots: Vec<JsValue>,
}

/// What is still to be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// How many files.
    pub files: usize,
    /// The first of their paths.
    pub first: String,
    /// Whether that one was chosen, and is not what it was.
    pub changed: bool,
}

impl Again {
    /// All files of `new` but those that are kept of an older version.
    pub fn new(new: &NewUpload, head: &Head, roots: Vec<JsValue>) -> Self {
        Self {
            wanted: Rc::new(Wanted::of(new, &head.archives)),
            files: Rc::new(RefCell::new(vec![None; new.files.len()])),
            folder: head.folder,
            roots,
        }
    }

    /// The files that are there.
    pub fn files(&self) -> Files {
        Rc::clone(&self.files)
    }

    /// Takes of what was chosen what belongs to the upload, and tells what is missing still.
    pub fn offer(&self, picked: &Picked) -> Option<Missing> {
        let mut files = self.files.borrow_mut();
        let (found, changed) = self.wanted.find(&picked.chosen);
        for (at, chosen) in found {
            files[at] = Some(picked.files[chosen].clone());
        }
        let missing = |at: &usize| files[*at].is_none();
        self.wanted.missing(missing, changed)
    }
}

/// Files as they were when they were chosen.
#[derive(Debug, Default)]
struct Wanted {
    paths: Vec<String>,
    /// Number, bytes and milliseconds since 1970, by path. Of a kept file there is nothing.
    files: HashMap<String, (usize, u64, Option<i64>)>,
}

impl Wanted {
    fn of(new: &NewUpload, archives: &[(usize, String)]) -> Self {
        let mut paths: Vec<String> = new.files.iter().map(|file| file.path.clone()).collect();
        for (at, name) in archives {
            if let Some(path) = paths.get_mut(*at) {
                path.clone_from(name);
            }
        }
        let sent = new.files.iter().enumerate();
        let sent = sent.filter(|(_, file)| file.kept.is_none());
        let known = |(at, file): (usize, &api::upload::UploadFile)| {
            let modified = file.modified.map(|time| time.0 / 1_000);
            (paths[at].clone(), (at, file.size, modified))
        };
        let files = sent.map(known).collect();
        Self { paths, files }
    }

    /// Which of the wanted files were chosen (number, place among the chosen), and the first by number that was and is
    /// another one now. A folder's own name may stand before a path.
    fn find(&self, chosen: &[Chosen]) -> (Vec<(usize, usize)>, Option<usize>) {
        let (mut found, mut changed) = (Vec::new(), None::<usize>);
        for (place, file) in chosen.iter().enumerate() {
            let inside = file.path.split_once('/').map(|(_, inside)| inside);
            let paths = [Some(file.path.as_str()), inside];
            let mut known = paths
                .into_iter()
                .flatten()
                .filter_map(|path| self.files.get(path));
            let same = |(_, size, modified): &(usize, u64, Option<i64>)| {
                *size == file.size && modified.is_none_or(|before| before == file.modified)
            };
            let Some(first) = known.next() else {
                continue;
            };
            match std::iter::once(first).chain(known).find(|file| same(file)) {
                Some((at, ..)) => found.push((*at, place)),
                None => changed = Some(changed.map_or(first.0, |before| before.min(first.0))),
            }
        }
        (found, changed)
    }

    fn missing(
        &self,
        is_missing: impl Fn(&usize) -> bool,
        changed: Option<usize>,
    ) -> Option<Missing> {
        let mut missing: Vec<usize> = self.files.values().map(|(at, ..)| *at).collect();
        missing.retain(is_missing);
        // One that is not what it was says more than one that was not chosen.
        let changed = changed.filter(|at| missing.contains(at));
        let path = |at: &usize| &self.paths[*at];
        let first = changed.or_else(|| missing.iter().min_by_key(|at| path(at)).copied())?;
        Some(Missing {
            files: missing.len(),
            first: path(&first).clone(),
            changed: changed.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Time;
    use api::module::ModuleType;
    use api::upload::{KeptFile, UploadFile};

    fn wanted() -> Wanted {
        let file = |path: &str, size, kept: Option<KeptFile>| UploadFile {
            path: path.to_owned(),
            size,
            modified: Some(Time(7_123_000)),
            kept,
            unpack: path.is_empty(),
        };
        let hash = "0a".repeat(16);
        let new = NewUpload {
            entity_id: "8e".to_owned(),
            module_type: ModuleType::Data,
            description: String::new(),
            files: vec![
                file("kept.txt", 3, Some(KeptFile { path: None, hash })),
                file("train.py", 5, None),
                file("data/a.csv", 6, None),
                file("", 7, None),
            ],
            folders: Vec::new(),
            base: Some("8f".to_owned()),
            key: None,
        };
        Wanted::of(&new, &[(3, "more.zip".to_owned())])
    }

    fn chosen(files: &[(&str, u64, i64)]) -> Vec<Chosen> {
        let file = |(path, size, modified): &(&str, u64, i64)| Chosen {
            path: (*path).to_owned(),
            size: *size,
            modified: *modified,
        };
        files.iter().map(file).collect()
    }

    #[test]
    fn the_same_files_are_found_with_and_without_their_folder() {
        let wanted = wanted();
        let loose = [
            ("data/a.csv", 6, 7_123),
            ("x", 1, 1),
            ("train.py", 5, 7_123),
        ];
        assert_eq!(wanted.find(&chosen(&loose)), (vec![(2, 0), (1, 2)], None));
        let folder = [("mnist/train.py", 5, 7_123), ("mnist/data/a.csv", 6, 7_123)];
        assert_eq!(wanted.find(&chosen(&folder)), (vec![(1, 0), (2, 1)], None));
        // An archive, which the announcement names by where its content goes.
        let archive = [("more.zip", 7, 7_123)];
        assert_eq!(wanted.find(&chosen(&archive)), (vec![(3, 0)], None));
        // What is kept of an older version need not be there.
        assert_eq!(wanted.missing(|_| false, None), None);
    }

    #[test]
    fn another_size_or_time_is_another_file() {
        let wanted = wanted();
        for other in [("data/a.csv", 7, 7_123), ("data/a.csv", 6, 7_124)] {
            let files = [other, ("train.py", 5, 7_123)];
            let (found, changed) = wanted.find(&chosen(&files));
            assert_eq!((found, changed), (vec![(1, 1)], Some(2)));
            let missing = Missing {
                files: 1,
                first: "data/a.csv".to_owned(),
                changed: true,
            };
            assert_eq!(wanted.missing(|at| *at == 2, changed), Some(missing));
        }
    }

    #[test]
    fn what_was_not_chosen_is_told_by_the_first() {
        let wanted = wanted();
        let missing = Missing {
            files: 3,
            first: "data/a.csv".to_owned(),
            changed: false,
        };
        assert_eq!(wanted.missing(|_| true, None), Some(missing));
    }
}
