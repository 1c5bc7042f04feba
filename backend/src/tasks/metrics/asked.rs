//! Tasks whose logs are read by and by, and when those that run are read again.

use super::kept::Standing;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Tasks that wait to be read; more are forgotten until somebody asks again.
const WAITING: usize = 1000;
/// Least time between two readings of a log that grows.
const REST: Duration = Duration::from_secs(3);
/// How many times as long as it took the next reading is put off: so a log costs at most a twentieth of a processor.
const SHARE: u32 = 20;
/// Tasks of which it is known when they were read last.
const KNOWN: usize = 1000;

/// Tasks whose metrics somebody asked for.
#[derive(Debug, Default)]
pub struct Asked(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    waiting: VecDeque<String>,
    /// Whether somebody takes them out.
    busy: bool,
    /// Until when a log that was read is not read again.
    rests: HashMap<String, Instant>,
}

impl Asked {
    /// Puts tasks behind those that wait. True when the caller has to take them out, with [`Asked::next`] until there is none.
    pub(super) fn add(&self, tasks: impl IntoIterator<Item = String>) -> bool {
        let mut inner = self.lock();
        for task in tasks {
            if inner.waiting.len() < WAITING && !inner.waiting.contains(&task) {
                inner.waiting.push_back(task);
            }
        }
        let first = !inner.busy && !inner.waiting.is_empty();
        inner.busy |= first;
        first
    }

    /// The next one.
    pub(super) fn next(&self) -> Option<String> {
        let mut inner = self.lock();
        let next = inner.waiting.pop_front();
        inner.busy = next.is_some();
        next
    }

    /// Notes that a log was read now, which took so long.
    pub(super) fn rest(&self, task: &str, took: Duration) {
        let now = Instant::now();
        let mut inner = self.lock();
        if inner.rests.len() >= KNOWN {
            inner.rests.retain(|_, until| *until > now);
        }
        if inner.rests.len() < KNOWN {
            let until = now + REST.max(took * SHARE);
            inner.rests.insert(task.to_owned(), until);
        }
    }

    /// Whether the log of a task is to be read. One that grows is not, while it was read a moment ago.
    pub(super) fn is_due(&self, task: &Standing) -> bool {
        task.due && !(task.runs && self.rests(&task.id))
    }

    fn rests(&self, task: &str) -> bool {
        let until = self.lock().rests.get(task).copied();
        until.is_some_and(|until| until > Instant::now())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // It is whole after any panic: each change is one call.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(from: usize, to: usize) -> impl Iterator<Item = String> {
        (from..to).map(|number| number.to_string())
    }

    #[test]
    fn each_waits_once_and_one_takes_them_out() {
        let asked = Asked::default();
        assert!(!asked.add(names(0, 0)), "there is nothing to do");
        assert!(asked.add(names(0, 2)));
        assert!(!asked.add(names(1, 3)), "somebody does it");
        let taken: Vec<String> = std::iter::from_fn(|| asked.next()).collect();
        assert_eq!(taken, ["0", "1", "2"]);
        assert!(asked.add(names(0, 1)), "nobody does it any more");
    }

    #[test]
    fn no_more_wait_than_there_is_room_for() {
        let asked = Asked::default();
        asked.add(names(0, 2 * WAITING));
        assert_eq!(std::iter::from_fn(|| asked.next()).count(), WAITING);
    }

    #[test]
    fn a_log_that_takes_long_is_read_seldom() {
        let asked = Asked::default();
        assert!(!asked.rests("a"));
        asked.rest("a", Duration::ZERO);
        asked.rest("b", Duration::from_secs(1));
        assert!(asked.rests("a") && asked.rests("b"));
        let left = |task| asked.lock().rests[task] - Instant::now();
        assert!(left("a") <= REST && left("b") > REST);
        asked.lock().rests.insert("a".to_owned(), Instant::now());
        assert!(!asked.rests("a"));
        for task in names(0, KNOWN + 9) {
            asked.rest(&task, Duration::ZERO);
        }
        assert_eq!(asked.lock().rests.len(), KNOWN);
    }
}
