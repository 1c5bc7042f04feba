//! Which byte of an upload belongs where.

use crate::store::Store;
use api::upload::UploadFile;
use std::path::PathBuf;

/// The folders of an upload on the disk.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    /// The version's.
    pub(super) root: PathBuf,
    /// What is known of the upload, and what does not stay.
    pub(super) list: PathBuf,
}

impl Disk {
    pub(super) fn of(store: &Store, module: &str) -> Self {
        Self {
            root: store.module(module),
            list: store.upload(module),
        }
    }

    /// Where the bytes of file `index` lie.
    pub(super) fn file(&self, files: &[UploadFile], index: usize) -> PathBuf {
        match &files[index] {
            file if file.unpack => self.list.join(format!("archive-{index}")),
            file => self.root.join(&file.path),
        }
    }

    /// Where what is in the archive `index` lies until the version is made of it.
    pub(super) fn unpacked(&self, index: usize) -> PathBuf {
        self.list.join(format!("unpacked-{index}"))
    }
}

/// A place in the upload: byte `within` of file `index`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Number of the file in the list.
    pub(super) index: usize,
    /// Bytes of it that lie before.
    pub(super) within: u64,
}

impl Place {
    /// How many of the next `available` bytes belong to the file at this place; none after the last file.
    pub(super) fn take(&self, files: &[UploadFile], available: usize) -> Option<usize> {
        let left = files.get(self.index)?.size - self.within;
        Some(usize::try_from(left).map_or(available, |left| left.min(available)))
    }

    /// Whether the file at this place is complete.
    pub(super) fn ends(&self, files: &[UploadFile]) -> bool {
        files
            .get(self.index)
            .is_some_and(|file| file.size == self.within)
    }

    /// Goes to the beginning of the next file.
    pub(super) fn next(&mut self) {
        self.index += 1;
        self.within = 0;
    }

    /// Bytes of the whole upload that lie before.
    pub(super) fn offset(&self, files: &[UploadFile]) -> u64 {
        let before: u64 = files.iter().take(self.index).map(|file| file.size).sum();
        before + self.within
    }
}
