//! What is known of an upload between two requests.

use super::hasher::Hasher;
use super::manifest::{Increment, Manifest};
use super::writer::Writer;
use crate::store::Store;
use api::upload::UploadFile;
use bytes::Bytes;
use std::fs::File;
use std::io;
use std::path::PathBuf;
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
    pub(super) root: PathBuf,
    pub(super) hasher: Hasher,
    writer: Writer,
    offset: u64,
    total: u64,
}

/// Pieces that may wait for the hash; a piece has a few hundred kilobytes at most.
const HASH_QUEUE: usize = 32;

impl Session {
    /// Finds out how far the upload came.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn open(store: &Store, module: &str) -> io::Result<Self> {
        let manifest = Manifest::load(&store.upload(module))?;
        let (kept, files): (Vec<_>, Vec<_>) = manifest
            .files
            .into_iter()
            .partition(|file| file.kept.is_some());
        let files: Arc<[UploadFile]> = files.into();
        let root = store.module(module);
        let writer = Writer::open(&root, &files)?;
        let place = writer.place();
        Ok(Self {
            hasher: Hasher::open(&root, &files, place)?,
            offset: place.offset(&files),
            total: files.iter().map(|file| file.size).sum(),
            files,
            kept,
            folders: manifest.folders,
            increment: manifest.increment,
            root,
            writer,
        })
    }

    /// Bytes that are written.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether every byte is there.
    pub(super) fn is_complete(&self) -> bool {
        self.offset == self.total
    }

    /// Writes and hashes what comes until the sender is gone. `wrote` is told the offset after each piece.
    ///
    /// # Errors
    /// When the disk fails; the session is lost and has to be opened anew.
    pub(super) fn receive(
        mut self,
        mut pieces: Receiver<Bytes>,
        wrote: impl Fn(u64),
    ) -> io::Result<Self> {
        let files = Arc::clone(&self.files);
        let (syncer, to_sync) = sync_channel::<File>(1);
        let (hash, to_hash) = sync_channel::<Bytes>(HASH_QUEUE);
        std::thread::scope(|scope| {
            let hasher = &mut self.hasher;
            let (writer, offset) = (&mut self.writer, &mut self.offset);
            scope.spawn(|| sync_all(to_sync));
            scope.spawn({
                let files = Arc::clone(&files);
                move || {
                    for piece in to_hash {
                        hasher.take(&files, &piece);
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
                    return Err(io::Error::other("the hashing thread ended"));
                }
            }
            writer.flush()
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
