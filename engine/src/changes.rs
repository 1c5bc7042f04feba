//! How files that were chosen stand to those of an older version: by path and size, then by their MD5.

use std::collections::HashMap;

/// Files that are told by name; of more only the sum is.
pub const LISTED: usize = 200;

/// A number of files, and what is in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Sum {
    /// One file more.
    pub fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// One file less, which was added before.
    pub fn take(&mut self, bytes: u64) {
        self.files = self.files.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

/// What path and size alone say of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The older version has nothing at its path.
    Added,
    /// It has something else there.
    Changed,
    /// It has a file of the same size there, with this MD5: only the content can tell.
    Alike(u128),
}

#[derive(Clone, Debug)]
struct Known {
    md5: Option<u128>,
    size: Option<u64>,
    /// Whether a file was chosen for its path.
    met: bool,
}

/// The files of an older version.
#[derive(Clone, Debug, Default)]
pub struct Base {
    files: HashMap<String, Known>,
}

impl Base {
    /// A version with these files: path, MD5 in hexadecimal, bytes where they are known. A hash that is none makes its
    /// file one that has changed.
    pub fn new(files: impl IntoIterator<Item = (String, String, Option<u64>)>) -> Self {
        let known = |(path, md5, size): (String, String, Option<u64>)| {
            let md5 = read_md5(&md5);
            let met = false;
            (path, Known { md5, size, met })
        };
        Self {
            files: files.into_iter().map(known).collect(),
        }
    }

    /// How a file that was chosen stands. What was asked for is not among [`Base::removed`].
    pub fn compare(&mut self, path: &str, size: u64) -> Standing {
        let Some(known) = self.files.get_mut(path) else {
            return Standing::Added;
        };
        known.met = true;
        match known.md5 {
            Some(md5) if known.size.is_none_or(|before| before == size) => Standing::Alike(md5),
            _ => Standing::Changed,
        }
    }

    /// The files that nobody asked for: their sum, and the first [`LISTED`] by path with their bytes.
    pub fn removed(&self) -> (Sum, Vec<(String, u64)>) {
        let mut sum = Sum::default();
        let mut gone: Vec<(&str, u64)> = Vec::new();
        for (path, known) in self.files.iter().filter(|(_, known)| !known.met) {
            let bytes = known.size.unwrap_or(0);
            sum.add(bytes);
            gone.push((path, bytes));
        }
        let gone = first(gone, LISTED, |(path, _)| path);
        let owned = |(path, bytes): (&str, u64)| (path.to_owned(), bytes);
        (sum, gone.into_iter().map(owned).collect())
    }
}

/// The first `count` of `items` by a text of theirs, in its order. Long lists are not sorted for it.
pub fn first<T, K: Ord + ?Sized>(
    mut items: Vec<T>,
    count: usize,
    key: impl Fn(&T) -> &K,
) -> Vec<T> {
    if items.len() > count && count > 0 {
        items.select_nth_unstable_by(count - 1, |a, b| key(a).cmp(key(b)));
    }
    items.truncate(count);
    items.sort_by(|a, b| key(a).cmp(key(b)));
    items
}

/// An MD5 in hexadecimal as a number; `None` of anything else.
pub fn read_md5(text: &str) -> Option<u128> {
    let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.then(|| u128::from_str_radix(text, 16).ok())?
}

/// [`read_md5`]'s number in hexadecimal, in small letters.
pub fn write_md5(md5: u128) -> String {
    format!("{md5:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use std::collections::BTreeMap;

    fn base(files: &[(&str, u128, Option<u64>)]) -> Base {
        let file = |(path, md5, size): &(&str, u128, Option<u64>)| {
            ((*path).to_owned(), write_md5(*md5), *size)
        };
        Base::new(files.iter().map(file))
    }

    #[test]
    fn path_and_size_tell_most_and_the_content_the_rest() {
        let mut base = base(&[
            ("same", 1, Some(5)),
            ("longer", 2, Some(5)),
            ("gone", 3, Some(7)),
            ("unsized", 4, None),
            ("also/gone", 5, Some(8)),
        ]);
        assert_eq!(base.compare("new", 5), Standing::Added);
        assert_eq!(base.compare("same", 5), Standing::Alike(1));
        assert_eq!(base.compare("longer", 6), Standing::Changed);
        assert_eq!(base.compare("unsized", 9), Standing::Alike(4));
        assert_eq!(base.compare("also", 5), Standing::Added, "a folder there");
        let gone = vec![("also/gone".to_owned(), 8), ("gone".to_owned(), 7)];
        let sum = Sum {
            files: 2,
            bytes: 15,
        };
        assert_eq!(base.removed(), (sum, gone));
    }

    #[test]
    fn a_hash_that_is_none_keeps_nothing() {
        for hash in ["", "12", "z".repeat(32).as_str(), "+1".repeat(16).as_str()] {
            let mut base = Base::new([("a".to_owned(), hash.to_owned(), Some(1))]);
            assert_eq!(base.compare("a", 1), Standing::Changed, "{hash}");
        }
        assert_eq!(read_md5(&"0A".repeat(16)), read_md5(&"0a".repeat(16)));
    }

    #[test]
    fn what_is_gone_is_told_in_bounds() {
        let files = (0..10_000).map(|n| (format!("{n:05}"), write_md5(n), Some(2)));
        let base = Base::new(files);
        let (sum, listed) = base.removed();
        assert_eq!(
            (sum.files, sum.bytes, listed.len()),
            (10_000, 20_000, LISTED)
        );
        assert_eq!(
            (listed[0].0.as_str(), listed[199].0.as_str()),
            ("00000", "00199")
        );
    }

    #[test]
    fn any_two_folders_compare_as_a_plain_look_at_both_does() {
        let mut random = Random::new(3);
        for _ in 0..300 {
            let mut folder = || -> BTreeMap<String, (u64, u128)> {
                (0..random.below(12))
                    .map(|_| {
                        let path = random.pick(&["a", "b", "c/d", "c/e", "é", "空"]).to_owned();
                        (path, (random.below(2) as u64, random.below(2) as u128))
                    })
                    .collect()
            };
            let (before, now) = (folder(), folder());
            let file = |(path, (size, md5)): (&String, &(u64, u128))| {
                (path.clone(), write_md5(*md5), Some(*size))
            };
            let mut base = Base::new(before.iter().map(file));
            for (path, (size, _)) in &now {
                let wanted = match before.get(path) {
                    None => Standing::Added,
                    Some((other, _)) if other != size => Standing::Changed,
                    Some((_, md5)) => Standing::Alike(*md5),
                };
                assert_eq!(base.compare(path, *size), wanted);
            }
            let gone: Vec<&String> = before
                .keys()
                .filter(|path| !now.contains_key(*path))
                .collect();
            let (sum, listed) = base.removed();
            assert_eq!(sum.files, gone.len());
            assert!(listed.iter().map(|(path, _)| path).eq(gone));
        }
    }
}
