//! Reading a log from any byte on, while it grows.

use super::Live;
use api::task::TaskState;
use bytes::Bytes;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;

/// Most bytes read at once.
pub const PIECE: u64 = 256 * 1024;

/// A reader that knows how far it is.
#[derive(Debug)]
pub struct Tail {
    file: Option<Arc<File>>,
    offset: u64,
    size: u64,
    state: TaskState,
    live: Option<watch::Receiver<Live>>,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes that follow those before.
    Bytes(Bytes),
    /// The task's state has changed; it has not ended.
    State(TaskState),
    /// The task has ended and every byte was read.
    End(TaskState),
}

impl Tail {
    /// Reads the log at `path` from `offset` on; from its beginning when it is not that long. `live` follows a task
    /// that has not ended; else `state` is how it ended.
    ///
    /// # Errors
    /// When there is a log that cannot be read.
    pub fn open(
        path: &Path,
        offset: u64,
        state: TaskState,
        live: Option<watch::Receiver<Live>>,
    ) -> io::Result<Self> {
        let file = match File::open(path) {
            Ok(file) => Some(Arc::new(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let size = match (&live, &file) {
            (Some(live), _) => live.borrow().size,
            (None, Some(file)) => file.metadata()?.len(),
            (None, None) => 0,
        };
        let state = live.as_ref().map_or(state, |live| live.borrow().state);
        let offset = if offset > size { 0 } else { offset };
        Ok(Self {
            file,
            offset,
            size,
            state,
            live,
        })
    }

    /// Where the next byte stands in the log.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Bytes that can be read now.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How the task stands, as far as was told.
    pub fn state(&self) -> TaskState {
        self.state
    }

    /// What comes next; waits for it. Dropped before it is done, it loses nothing.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn next(&mut self) -> io::Result<Piece> {
        loop {
            if self.offset < self.size {
                return self.read().await.map(Piece::Bytes);
            }
            let Some(live) = &mut self.live else {
                return Ok(Piece::End(self.state));
            };
            let Live { size, state } = *live.borrow_and_update();
            if size > self.size {
                self.size = size;
            } else if state.is_final() {
                self.live = None;
                self.state = state;
            } else if state != self.state {
                self.state = state;
                return Ok(Piece::State(state));
            } else if live.changed().await.is_err() && !live.borrow().state.is_final() {
                // The backend is going down and will not write any more.
                return Err(io::ErrorKind::BrokenPipe.into());
            }
        }
    }

    async fn read(&mut self) -> io::Result<Bytes> {
        let Some(file) = self.file.clone() else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let (offset, length) = (self.offset, (self.size - self.offset).min(PIECE));
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; usize::try_from(length).unwrap_or(0)];
            let count = file.read_at(&mut piece, offset)?;
            piece.truncate(count);
            io::Result::Ok(piece)
        });
        let piece = read.await.map_err(io::Error::other)??;
        if piece.is_empty() {
            // Shorter than it was told: somebody has cut it.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.offset += piece.len() as u64;
        Ok(piece.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::Hub;
    use std::io::Write as _;

    async fn bytes(tail: &mut Tail) -> String {
        match tail.next().await.unwrap() {
            Piece::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_log_that_grows_is_read_to_its_end_without_gap() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let hub = Hub::default();
        hub.open(
            "t",
            Live {
                size: 0,
                state: TaskState::Waiting,
            },
        );
        let mut tail = Tail::open(file.path(), 0, TaskState::Waiting, hub.follow("t")).unwrap();
        file.write_all(b"abc").unwrap();
        hub.grown("t", 2);
        assert_eq!(bytes(&mut tail).await, "ab", "only what was told");
        hub.state("t", TaskState::Running);
        assert_eq!(tail.next().await.unwrap(), Piece::State(TaskState::Running));
        hub.grown("t", 3);
        hub.close("t", TaskState::Success);
        assert_eq!(bytes(&mut tail).await, "c");
        assert_eq!(tail.next().await.unwrap(), Piece::End(TaskState::Success));
    }

    #[tokio::test]
    async fn an_ended_log_is_read_from_any_byte() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"abc").unwrap();
        for (offset, rest) in [(0, "abc"), (2, "c"), (99, "abc")] {
            let mut tail = Tail::open(file.path(), offset, TaskState::Failed, None).unwrap();
            assert_eq!(bytes(&mut tail).await, rest);
            assert_eq!(tail.next().await.unwrap(), Piece::End(TaskState::Failed));
        }
        let mut tail = Tail::open(file.path(), 3, TaskState::Failed, None).unwrap();
        assert_eq!(tail.next().await.unwrap(), Piece::End(TaskState::Failed));
        let mut none = Tail::open(Path::new("/no/such"), 3, TaskState::Stopped, None).unwrap();
        assert_eq!(none.next().await.unwrap(), Piece::End(TaskState::Stopped));
    }

    #[tokio::test]
    async fn a_reader_that_is_interrupted_loses_nothing() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let text = "x".repeat(1_000_000);
        file.write_all(text.as_bytes()).unwrap();
        let mut tail = Tail::open(file.path(), 0, TaskState::Failed, None).unwrap();
        let mut seen = String::new();
        loop {
            let short = std::time::Duration::from_micros(50);
            match tokio::time::timeout(short, tail.next()).await {
                Err(_) => {}
                Ok(Ok(Piece::Bytes(bytes))) => {
                    assert!(bytes.len() as u64 <= PIECE);
                    seen.push_str(std::str::from_utf8(&bytes).unwrap());
                }
                Ok(other) => break assert_eq!(other.unwrap(), Piece::End(TaskState::Failed)),
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(seen, text);
    }
}
