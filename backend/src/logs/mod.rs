//! Logs of tasks: written as the bytes come, read while they grow.
//!
//! A log is a file; [`Hub`] tells those who follow one how far it has grown, [`tail::Tail`] reads it from any byte on
//! to its end, and [`writer::LogWriter`] is its only writer.

mod cli;
pub mod lines;
mod routes;
mod stream;
mod tail;
pub mod writer;

pub use routes::router;

use api::task::TaskState;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use tokio::sync::watch;

/// How far a task and its log are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Live {
    /// Bytes of the log that can be read.
    pub size: u64,
    /// The task's state.
    pub state: TaskState,
}

/// The logs of tasks that have not ended.
#[derive(Debug, Default)]
pub struct Hub {
    open: Mutex<HashMap<String, watch::Sender<Live>>>,
}

impl Hub {
    /// From now on the log can be followed. Who follows it already is not disturbed.
    pub fn open(&self, task: &str, live: Live) {
        let mut open = self.lock();
        open.entry(task.to_owned())
            .or_insert_with(|| watch::Sender::new(live));
    }

    /// Follows the log of a task that has not ended; none when it has.
    pub fn follow(&self, task: &str) -> Option<watch::Receiver<Live>> {
        self.lock().get(task).map(watch::Sender::subscribe)
    }

    /// How far a task that has not ended is.
    pub fn now(&self, task: &str) -> Option<Live> {
        self.lock().get(task).map(|live| *live.borrow())
    }

    /// The log has grown to `size` bytes.
    pub fn grown(&self, task: &str, size: u64) {
        self.change(task, |live| live.size = size);
    }

    /// The task's state has changed.
    pub fn state(&self, task: &str, state: TaskState) {
        self.change(task, |live| live.state = state);
    }

    /// The task has ended, with every byte of its log written. Followers see this last.
    pub fn close(&self, task: &str, state: TaskState) {
        self.state(task, state);
        self.lock().remove(task);
    }

    fn change(&self, task: &str, change: impl FnOnce(&mut Live)) {
        if let Some(live) = self.lock().get(task) {
            live.send_modify(change);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<Live>>> {
        // The map is whole after any panic: each change is one call.
        self.open
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
    }
}
