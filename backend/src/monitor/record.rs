//! Keeps what the runner measures of one task.

use super::series::{Head, Series};
use super::{Live, file, series};
use crate::runner::reading::Reading;
use crate::state::App;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread::available_parallelism;
use tokio::sync::mpsc;

/// Readings between two times that they are written; a crash of the backend loses so many seconds.
const WRITTEN_EVERY: u32 = 10;

/// The place of a task among those that are measured; left however its run ends.
struct Place<'a> {
    app: &'a App,
    task: &'a str,
    live: Live,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.app.monitors.lock().remove(self.task);
    }
}

/// Takes readings until no more come, for those who ask now and for those who ask later. `memory_limit` is in bytes, 0 is
/// none.
///
/// That they cannot be written is told in our log, and no reason for a task to fail.
pub async fn record(
    app: &App,
    task: &str,
    memory_limit: u64,
    mut readings: mpsc::Receiver<Reading>,
) {
    let head = Head {
        start: app.clock.now(),
        cores: available_parallelism().map_or(1, |count| u32::try_from(count.get()).unwrap_or(1)),
        memory_limit,
    };
    let live = Arc::new(Mutex::new(Series::new(head)));
    app.monitors.lock().insert(task.to_owned(), live.clone());
    let place = Place { app, task, live };
    let mut written = Written::default();
    let mut since = 0;
    while let Some(reading) = readings.recv().await {
        series(&place.live).add(&reading);
        since += 1;
        if since == WRITTEN_EVERY {
            since = 0;
            place.write(&mut written).await;
        }
    }
    series(&place.live).finish();
    place.write(&mut written).await;
}

/// How much of a series is on the disk.
#[derive(Clone, Copy, Debug, Default)]
struct Written {
    /// Seconds of a sample there; 0 before anything is.
    interval: u32,
    samples: usize,
}

impl Place<'_> {
    async fn write(&self, written: &mut Written) {
        let now = series(&self.live).clone();
        let (path, partial) = (
            self.app.store.monitor(self.task),
            self.app.store.task(self.task).join("monitor"),
        );
        let before = *written;
        let work = move || {
            let after = Written {
                interval: now.interval,
                samples: now.samples.len(),
            };
            let goes_on = before.interval == after.interval && before.samples <= after.samples;
            match goes_on {
                true => file::append(&path, &now.samples[before.samples..])?,
                false => file::write(&path, &partial, &now)?,
            }
            io::Result::Ok(after)
        };
        let done = tokio::task::spawn_blocking(work).await;
        match done.map_err(io::Error::other).flatten() {
            Ok(after) => *written = after,
            Err(error) => {
                // Half of it may have been appended: it is written as a whole the next time.
                *written = Written::default();
                tracing::warn!(task = self.task, %error, "what the task uses cannot be written");
            }
        }
    }
}
