//! Who is reading a version's files, or an output, for longer than one file: what they read is not cleared away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is being read.
#[derive(Clone, Debug, Default)]
pub struct Readers(Arc<Mutex<HashMap<String, usize>>>);

/// Keeps a version or output where it is, until dropped.
#[derive(Debug)]
pub struct Reading {
    id: String,
    readers: Readers,
}

impl Readers {
    /// Keeps the files of `id`, a version or output.
    pub fn begin(&self, id: &str) -> Reading {
        *self.lock().entry(id.to_owned()).or_default() += 1;
        Reading {
            id: id.to_owned(),
            readers: self.clone(),
        }
    }

    /// Whether somebody reads it.
    pub fn has(&self, id: &str) -> bool {
        self.lock().contains_key(id)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        // The map is whole after any panic: each change is one call.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut held = self.readers.lock();
        if let Some(count) = held.get_mut(&self.id) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_reader_frees_it() {
        let readers = Readers::default();
        let (first, second) = (readers.begin("a"), readers.begin("a"));
        drop(first);
        assert!(readers.has("a") && !readers.has("b"));
        drop(second);
        assert!(!readers.has("a"));
    }
}
