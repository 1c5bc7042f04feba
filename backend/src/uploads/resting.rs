//! Uploads that wait for their next request, in memory: what the disk would have to be asked for otherwise.

use super::session::Session;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long an upload is kept that gets no request.
const REST: Duration = Duration::from_secs(600);

/// What is known of the uploads in progress, by id. Only the holder of an upload's lock changes its entry.
#[derive(Debug, Default)]
pub struct Uploads {
    known: Mutex<HashMap<String, Known>>,
}

#[derive(Debug)]
struct Known {
    /// Bytes that are written.
    offset: u64,
    /// None while a request works with it.
    session: Option<Session>,
    last: Instant,
}

impl Uploads {
    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        // The map is whole after any panic: each change is one call.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far an upload is, if that is known without asking the disk.
    pub(super) fn offset(&self, id: &str) -> Option<u64> {
        self.known().get(id).map(|known| known.offset)
    }

    /// Notes how far an upload is.
    pub(super) fn set_offset(&self, id: &str, offset: u64) {
        let mut known = self.known();
        let known = known.entry(id.to_owned()).or_insert_with(|| Known {
            offset,
            session: None,
            last: Instant::now(),
        });
        known.offset = offset;
    }

    /// Takes the session out, to work with it.
    pub(super) fn take(&self, id: &str) -> Option<Session> {
        self.known().get_mut(id)?.session.take()
    }

    /// Keeps a session until the next request.
    pub(super) fn keep(&self, id: &str, session: Session) {
        let known = Known {
            offset: session.offset(),
            session: Some(session),
            last: Instant::now(),
        };
        self.known().insert(id.to_owned(), known);
    }

    /// Forgets an upload: it has ended, or only the disk knows how far it is.
    pub(super) fn forget(&self, id: &str) {
        self.known().remove(id);
    }

    /// Forgets uploads that have rested for long.
    pub(super) fn forget_idle(&self) {
        self.known()
            .retain(|_, known| known.session.is_none() || known.last.elapsed() < REST);
    }
}
