//! What is known of an upload between two requests.

use super::archive::Archives;
use super::checksum::Checksum;
use super::hasher::Hasher;
use super::layout::{Disk, Place};
use super::manifest::{Increment, Manifest};
use super::unchecked;
use super::writer::Writer;
use crate::store::Store;
use crate::unpack::UnpackError;
use api::upload::UploadFile;
use bytes::Bytes;
use md5::Md5;
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver as StdReceiver, sync_channel};
use tokio::sync::mpsc::Receiver;

/// An upload in progress. Each of its functions blocks.
#[derive(Debug)]
pub(super) struct Session {
    /// The files that are sent.
    pub(super) files: Arc<[UploadFile]>,
    /// Those that were there before the first byte: see [`Manifest::establish`].
    pub(super) kept: Vec<UploadFile>,
    pub(super) folders: Vec<String>,
    pub(super) increment: Option<Increment>,
    pub(super) disk: Disk,
    /// Those among the files.
    pub(super) archives: Option<Archives>,
    pub(super) hasher: Hasher,
    writer: Writer,
    offset: u64,
    total: u64,
}

/// Where an upload stood before bytes whose checksum is to come.
#[derive(Debug)]
pub(super) struct Before {
    offset: u64,
    hasher: (Place, Md5),
}

/// Pieces that may wait for the hash; a piece has a few hundred kilobytes at most.
const HASH_QUEUE: usize = 8;

impl Session {
    /// Finds out how far the upload came.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn open(store: &Store, module: &str) -> io::Result<Self> {
        let disk = Disk::of(store, module);
        let manifest = Manifest::load(&disk.list)?;
        let (kept, files): (Vec<_>, Vec<_>) = manifest
            .files
            .into_iter()
            .partition(|file| file.kept.is_some());
        let files: Arc<[UploadFile]> = files.into();
        if let Some(offset) = unchecked::marked(&disk.list)? {
            Writer::rewind(&disk, &files, offset)?;
            unchecked::unmark(&disk.list)?;
        }
        let writer = Writer::open(&disk, &files)?;
        let place = writer.place();
        Ok(Self {
            hasher: Hasher::open(&disk, &files, place)?,
            offset: place.offset(&files),
            total: files.iter().map(|file| file.size).sum(),
            files,
            kept,
            folders: manifest.folders,
            increment: manifest.increment,
            archives: manifest
                .limits
                .map(|limits| Archives::new(disk.clone(), limits, place)),
            disk,
            writer,
        })
    }

    /// Bytes that are written.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The paths of the files that are in no archive.
    pub(super) fn listed(&self) -> impl Iterator<Item = &str> {
        let sent = self.files.iter().filter(|file| !file.unpack);
        sent.chain(&self.kept).map(|file| file.path.as_str())
    }

    /// Whether every byte is there.
    pub(super) fn is_complete(&self) -> bool {
        self.offset == self.total
    }

    /// Begins with bytes whose checksum is to come: [`Session::confirm`] or [`Session::take_back`] follows.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn before(&self) -> io::Result<Before> {
        unchecked::mark(&self.disk.list, self.offset)?;
        Ok(Before {
            offset: self.offset,
            hasher: self.hasher.standing(),
        })
    }

    /// The bytes were those that were announced: archives among them are unpacked now.
    ///
    /// # Errors
    /// When an archive is refused; when the disk fails.
    pub(super) fn confirm(mut self) -> Result<Self, UnpackError> {
        unchecked::unmark(&self.disk.list)?;
        if let Some(archives) = &mut self.archives {
            archives.follow(&self.files, self.writer.place())?;
        }
        Ok(self)
    }

    /// The bytes were others, or not all of them came: the upload stands where it did before.
    ///
    /// # Errors
    /// When the disk fails; the session is lost and has to be opened anew.
    pub(super) fn take_back(mut self, before: Before) -> io::Result<Self> {
        Writer::rewind(&self.disk, &self.files, before.offset)?;
        self.writer = Writer::open(&self.disk, &self.files)?;
        self.hasher.go_back(before.hasher);
        self.offset = before.offset;
        unchecked::unmark(&self.disk.list)?;
        Ok(self)
    }

    /// Writes and hashes what comes until the sender is gone. `wrote` is told the offset after each piece, `checksum`
    /// the bytes.
    ///
    /// # Errors
    /// When an archive is refused; when the disk fails: the session is lost and has to be opened anew.
    pub(super) fn receive(
        mut self,
        mut pieces: Receiver<Bytes>,
        wrote: impl Fn(u64),
        mut checksum: Option<&mut Checksum>,
    ) -> Result<Self, UnpackError> {
        let files = Arc::clone(&self.files);
        let (syncer, to_sync) = sync_channel::<File>(1);
        let (hash, to_hash) = sync_channel::<Bytes>(HASH_QUEUE);
        std::thread::scope(|scope| {
            let hasher = &mut self.hasher;
            let (writer, offset) = (&mut self.writer, &mut self.offset);
            // What may be taken back is not unpacked.
            let mut archives = self.archives.as_mut().filter(|_| checksum.is_none());
            scope.spawn(|| sync_all(to_sync));
            scope.spawn({
                let files = Arc::clone(&files);
                move || {
                    for piece in to_hash {
                        hasher.take(&files, &piece);
                        if let Some(checksum) = &mut checksum {
                            checksum.take(&piece);
                        }
                    }
                }
            });
            // Both threads end when their senders are dropped, here at the latest.
            let (syncer, hash) = (syncer, hash);
            while let Some(piece) = pieces.blocking_recv() {
                writer.write(&files, &piece, &syncer)?;
                *offset += piece.len() as u64;
                wrote(*offset);
                if hash.send(piece).is_err() {
                    return Err(io::Error::other("the hashing thread ended").into());
                }
                if let Some(archives) = &mut archives {
                    writer.flush()?;
                    archives.follow(&files, writer.place())?;
                }
            }
            Ok::<_, UnpackError>(writer.flush()?)
        })?;
        Ok(self)
    }
}

/// Has the disk begin early. A failure shows again when the version is synced as a whole.
fn sync_all(files: StdReceiver<File>) {
    for file in files {
        if let Err(error) = file.sync_data() {
            tracing::warn!(%error, "an early sync failed");
        }
    }
}
