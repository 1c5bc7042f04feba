//! Unpacking an archive while it arrives.
//!
//! Its bytes are kept as a file until the version is valid, so that an upload goes on after a crash as any other does.
//! A thread reads that file behind the writer and unpacks into a folder beside it; a zip, whose directory is at its
//! end, waits until it is whole. What is wrong with an archive is known as early as it can be, and its end is not
//! followed by a second wait. After a crash the thread begins anew with what is there.

use super::layout::{Disk, Place};
use crate::store;
use crate::unpack::{self, Format, Limits, Node, START, Tree, UnpackError};
use api::Reason;
use api::limits::{FILES_MAX, module_bytes};
use api::upload::{NewUpload, UploadFile};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// What an archive comes to at most, in its own sizes. Texts are packed to a tenth, a table of zeros to a thousandth.
const RATIO: u64 = 200;
/// So many bytes are not too much for any archive.
const HARMLESS: u64 = 256 * 1024 * 1024;

/// What the archives of an upload may come to together; none when there are none.
pub(super) fn limits(new: &NewUpload) -> Option<Limits> {
    new.files.iter().find(|file| file.unpack)?;
    let listed = new.files.iter().filter(|file| !file.unpack);
    let (count, bytes) = listed.fold((0, 0_u64), |(count, bytes), file| {
        (count + 1, bytes.saturating_add(file.size))
    });
    Some(Limits {
        bytes: module_bytes(new.module_type).saturating_sub(bytes),
        entries: FILES_MAX.saturating_sub(count + new.folders.len()),
    })
}

/// The archives of an upload.
#[derive(Debug)]
pub(super) struct Archives {
    disk: Disk,
    /// What all of them may come to.
    limits: Limits,
    /// Those before this file of the list were looked after, or passed before this process began.
    next: usize,
    current: Option<Unpacking>,
    /// What was in those that are whole, by their numbers in the list.
    trees: BTreeMap<usize, Tree>,
}

impl Archives {
    /// Of an upload that stands at `place`.
    pub(super) fn new(disk: Disk, limits: Limits, place: Place) -> Self {
        Self {
            disk,
            limits,
            next: place.index,
            current: None,
            trees: BTreeMap::new(),
        }
    }

    /// Goes on to `place`: everything before it is written. Waits for an archive that has become whole. Blocks.
    ///
    /// # Errors
    /// When an archive is refused; when the disk fails.
    pub(super) fn follow(&mut self, files: &[UploadFile], place: Place) -> Result<(), UnpackError> {
        for (index, file) in files.iter().enumerate().skip(self.next) {
            if index > place.index {
                break;
            }
            let arrived = if index < place.index {
                file.size
            } else {
                place.within
            };
            if !file.unpack || arrived == 0 {
                continue;
            }
            let unpacking = match self.current.take() {
                Some(unpacking) => unpacking,
                None => self.begin(files, index)?,
            };
            unpacking.feed.arrived(arrived);
            if arrived == file.size || unpacking.has_ended() {
                let tree = unpacking.end(&file.path)?;
                self.trees.insert(index, tree);
            } else {
                self.current = Some(unpacking);
            }
        }
        self.next = place.index;
        Ok(())
    }

    /// What is in each archive, by its number in the list: those that passed before this process began are unpacked
    /// now. Blocks.
    ///
    /// # Errors
    /// As [`Archives::follow`].
    pub(super) fn unpacked(
        &mut self,
        files: &[UploadFile],
    ) -> Result<&BTreeMap<usize, Tree>, UnpackError> {
        for (index, file) in files.iter().enumerate().filter(|(_, file)| file.unpack) {
            if !self.trees.contains_key(&index) {
                let unpacking = self.begin(files, index)?;
                unpacking.feed.arrived(file.size);
                let tree = unpacking.end(&file.path)?;
                self.trees.insert(index, tree);
            }
        }
        Ok(&self.trees)
    }

    fn begin(&self, files: &[UploadFile], index: usize) -> Result<Unpacking, UnpackError> {
        let (archive, size) = (self.disk.file(files, index), files[index].size);
        let into = self.disk.unpacked(index);
        Ok(Unpacking::begin(&archive, size, into, self.left(size))?)
    }

    /// What the next archive may come to, which has this size.
    fn left(&self, size: u64) -> Limits {
        let nodes = self.trees.values().flat_map(|tree| tree.values());
        let bytes = nodes.map(|node| match node {
            Node::File { size, .. } => *size,
            Node::Folder => 0,
        });
        let most = HARMLESS.max(size.saturating_mul(RATIO));
        let entries = self.trees.values().map(Tree::len);
        Limits {
            bytes: self.limits.bytes.saturating_sub(bytes.sum()).min(most),
            entries: self.limits.entries.saturating_sub(entries.sum()),
        }
    }
}

/// An archive that is being unpacked. Unless it came to its end, it stops when it is dropped, and what it made is removed.
#[derive(Debug)]
struct Unpacking {
    feed: Arc<Feed>,
    into: PathBuf,
    is_done: bool,
    thread: Option<JoinHandle<Result<Tree, UnpackError>>>,
}

impl Unpacking {
    fn begin(archive: &Path, size: u64, into: PathBuf, limits: Limits) -> io::Result<Self> {
        // Of a try that a crash ended.
        store::remove_tree(&into)?;
        let feed = Arc::new(Feed {
            size,
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let (archive, told, target) = (archive.to_owned(), Arc::clone(&feed), into.clone());
        let work = move || {
            let open = || Arriving::open(&archive, &told);
            unpack::unpack_from(open, recognize(open()?)?, &target, limits, None)
        };
        let thread = std::thread::Builder::new()
            .name("unpack".to_owned())
            .spawn(work)?;
        Ok(Self {
            feed,
            into,
            is_done: false,
            thread: Some(thread),
        })
    }

    /// Whether it is over: before the archive is whole, because something is wrong.
    fn has_ended(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits for the end. `folder` is the one that the archive goes into, to name it by.
    fn end(mut self, folder: &str) -> Result<Tree, UnpackError> {
        let thread = self.thread.take().map(JoinHandle::join);
        let Some(Ok(result)) = thread else {
            return Err(io::Error::other("the thread that unpacks ended early").into());
        };
        // A parser cannot tell our failures from the archive's.
        if let Some(error) = self.feed.state().failed.take() {
            return Err(error.into());
        }
        match result {
            Err(UnpackError::Refused { reason, message }) => Err(UnpackError::Refused {
                reason,
                message: format!("the archive for {folder:?} cannot be unpacked: {message}"),
            }),
            Ok(tree) => {
                self.is_done = true;
                Ok(tree)
            }
            Err(error) => Err(error),
        }
    }
}

impl Drop for Unpacking {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.feed.stop();
            // Whatever it came to: nobody asks any more.
            let _ = thread.join();
        }
        if self.is_done {
            return;
        }
        if let Err(error) = store::remove_tree(&self.into) {
            tracing::warn!(%error, "what was unpacked of an archive stays for now");
        }
    }
}

/// How much of an archive is there.
#[derive(Debug)]
struct Feed {
    size: u64,
    state: Mutex<FeedState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct FeedState {
    arrived: u64,
    stopped: bool,
    /// What went wrong with reading.
    failed: Option<io::Error>,
}

impl Feed {
    fn state(&self) -> MutexGuard<'_, FeedState> {
        // The state is whole after any panic: each change is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn arrived(&self, bytes: u64) {
        self.state().arrived = bytes;
        self.changed.notify_all();
    }

    fn stop(&self) {
        self.state().stopped = true;
        self.changed.notify_all();
    }

    /// Waits until there are more than `bytes`, or all; answers how many there are.
    fn beyond(&self, bytes: u64) -> io::Result<u64> {
        let wait = |state: &mut FeedState| {
            !state.stopped && state.arrived <= bytes && state.arrived < self.size
        };
        let state = self.changed.wait_while(self.state(), wait);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        match state.stopped {
            true => Err(io::Error::other("stopped")),
            false => Ok(state.arrived),
        }
    }
}

/// Reads an archive behind its writer.
#[derive(Debug)]
struct Arriving<'a> {
    file: File,
    at: u64,
    feed: &'a Feed,
}

impl<'a> Arriving<'a> {
    fn open(archive: &Path, feed: &'a Feed) -> io::Result<Self> {
        Ok(Self {
            file: File::open(archive)?,
            at: 0,
            feed,
        })
    }
}

impl Read for Arriving<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let there = self.feed.beyond(self.at)?.saturating_sub(self.at);
        let most = usize::try_from(there).map_or(buffer.len(), |there| there.min(buffer.len()));
        match self.file.read(&mut buffer[..most]) {
            Ok(read) => {
                self.at += read as u64;
                Ok(read)
            }
            Err(error) => {
                self.feed.state().failed = Some(io::Error::from(error.kind()));
                Err(error)
            }
        }
    }
}

impl Seek for Arriving<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if let SeekFrom::End(_) = to {
            self.feed.beyond(self.feed.size)?;
        }
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}

fn recognize(archive: Arriving<'_>) -> Result<Format, UnpackError> {
    let mut start = Vec::with_capacity(START);
    archive.take(START as u64).read_to_end(&mut start)?;
    unpack::recognize(&start).ok_or_else(|| UnpackError::Refused {
        reason: Reason::BadArchive,
        message: "it is neither a zip nor a tar, packed with gzip or not".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Time;

    #[test]
    fn an_archive_comes_to_its_share() {
        let disk = Disk {
            root: PathBuf::new(),
            list: PathBuf::new(),
        };
        let limits = Limits {
            bytes: 1 << 40,
            entries: 10,
        };
        let mut archives = Archives::new(disk, limits, Place::default());
        assert_eq!(archives.left(1).bytes, HARMLESS);
        assert_eq!(archives.left(1 << 30).bytes, RATIO << 30);
        assert_eq!(archives.left(u64::MAX).bytes, 1 << 40);
        let file = Node::File {
            size: 1 << 39,
            modified: Time(0),
            md5: String::new(),
        };
        let tree = Tree::from([("a".to_owned(), file), ("d".to_owned(), Node::Folder)]);
        archives.trees.insert(3, tree);
        let left = Limits {
            bytes: 1 << 39,
            entries: 8,
        };
        assert_eq!(archives.left(u64::MAX), left);
    }

    #[test]
    fn one_that_stops_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (archive, into) = (dir.path().join("archive"), dir.path().join("into"));
        std::fs::write(&archive, [0_u8; 600]).unwrap();
        let limits = Limits {
            bytes: 1,
            entries: 1,
        };
        for arrived in [0, 100, 600] {
            let unpacking = Unpacking::begin(&archive, 10_000, into.clone(), limits).unwrap();
            unpacking.feed.arrived(arrived);
            drop(unpacking);
            assert!(!into.exists(), "{arrived}");
        }
        let unpacking = Unpacking::begin(&archive, 600, into.clone(), limits).unwrap();
        unpacking.feed.arrived(600);
        assert!(unpacking.end("d").is_err(), "no archive");
        assert!(!into.exists());
    }
}
