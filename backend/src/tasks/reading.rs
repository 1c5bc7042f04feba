//! Reading logs as a whole, for what is asked of them: one at a time, as a long one takes seconds.

use engine::log::LogStore;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

/// Bytes of a log that are read at once.
const PIECE: usize = 256 * 1024;

/// Whose turn it is to read a log. Whoever waits first comes first, whatever it is read for.
#[derive(Debug)]
pub struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

impl Turns {
    /// Waits until no other log is read; the next one waits until this is dropped. What reads must not be given up
    /// meanwhile, as it blocks a thread: it belongs into a task of its own.
    pub(super) async fn next(&self) -> Option<SemaphorePermit<'_>> {
        // None only if it were closed, which nobody does.
        self.0.acquire().await.ok()
    }
}

/// All of a log, of which the last `limit` bytes are held: so its lines have the numbers they have in the viewer. Nothing
/// where there is none. `see` sees it after each piece, while all of that is held. Blocks.
///
/// # Errors
/// When it cannot be read, or the backend goes down.
pub(super) fn through(
    log: &Path,
    limit: usize,
    closing: &CancellationToken,
    mut see: impl FnMut(&LogStore),
) -> io::Result<LogStore> {
    let mut store = LogStore::with_limit(limit.max(2 * PIECE));
    let mut file = match File::open(log) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(store),
        other => other?,
    };
    let mut piece = vec![0; PIECE];
    loop {
        if closing.is_cancelled() {
            return Err(io::Error::other("the backend goes down"));
        }
        match file.read(&mut piece)? {
            0 => return Ok(store),
            count => store.append(&piece[..count]),
        }
        see(&store);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_seen_piece_by_piece_to_its_end() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let closing = CancellationToken::new();
        let lines = 4 * PIECE / 8;
        std::fs::write(file.path(), b"1234567\n".repeat(lines)).unwrap();
        let mut seen = Vec::new();
        let log = through(file.path(), 0, &closing, |log| {
            let held = (log.lines() - log.dropped_lines()) * 8;
            assert!(held >= PIECE as u64, "what is seen is held");
            seen.push(log.bytes());
        });
        assert_eq!(log.unwrap().lines(), lines as u64);
        assert_eq!(seen, [1, 2, 3, 4].map(|n| n * PIECE as u64));
        let none = through(&file.path().join("none"), 0, &closing, |_| ());
        assert!(none.is_err(), "a file is no folder");
        let gone = file.path().with_extension("none");
        assert_eq!(through(&gone, 0, &closing, |_| ()).unwrap().lines(), 0);
        closing.cancel();
        assert!(through(file.path(), 0, &closing, |_| ()).is_err());
    }
}
