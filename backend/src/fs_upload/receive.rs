//! The archive's bytes on their way from the socket to the disk.

use crate::hash::feed;
use crate::ids::hex;
use axum::body::Bytes;
use md5::{Digest as _, Md5};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Messages that may wait for the disk; each is about 1 MiB.
const WAITING: usize = 8;

/// Appends to the archive and hashes it, on a thread of its own.
#[derive(Debug)]
pub(super) struct Writer {
    bytes: mpsc::Sender<Bytes>,
    work: JoinHandle<io::Result<String>>,
}

impl Writer {
    /// Goes on at `offset` of the file at `path`: what is there before that is hashed first.
    pub(super) fn start(path: PathBuf, offset: u64) -> Self {
        let (bytes, queue) = mpsc::channel(WAITING);
        let work = tokio::task::spawn_blocking(move || write(path, offset, queue));
        Self { bytes, work }
    }

    /// Hands over the next bytes. False when the disk refused earlier ones: [`Writer::end`] says why.
    pub(super) async fn push(&self, bytes: Bytes) -> bool {
        self.bytes.send(bytes).await.is_ok()
    }

    /// Waits until everything is written; answers the MD5 of the whole archive so far.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) async fn end(self) -> io::Result<String> {
        drop(self.bytes);
        self.work.await.map_err(io::Error::other)?
    }
}

fn write(path: PathBuf, offset: u64, mut queue: mpsc::Receiver<Bytes>) -> io::Result<String> {
    let mut hash = Md5::new();
    if offset > 0 {
        feed(&mut hash, File::open(&path)?.take(offset))?;
    }
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    while let Some(bytes) = queue.blocking_recv() {
        hash.update(&bytes);
        file.write_all(&bytes)?;
    }
    Ok(hex(&hash.finalize()))
}
