//! The queue: the first waiting task ([`super::order`]) starts as soon as its kind of machine has a free slot.
//!
//! Rows are the queue, so it survives a restart. What did not survive is told to have failed ([`recover`]).

use super::rows::key;
use super::{execute, metrics, order};
use crate::billing;
use crate::environments::Instance;
use crate::events;
use crate::logs::lines;
use crate::logs::writer::{self, LogWriter};
use crate::state::{App, Shared};
use crate::tasks::{notice, workspace};
use api::event::Action;
use api::task::{EndReason, TaskState};
use futures::FutureExt as _;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often the queue looks for tasks that nobody has called out.
const TICK: Duration = Duration::from_secs(30);

/// Who ended a task before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopper {
    /// Somebody who may.
    User,
    /// The meter: nothing pays for more of it.
    NoBalance,
    /// The backend, which is going down.
    Backend,
}

/// The tasks that this process runs.
#[derive(Debug, Default)]
pub struct Queue {
    wake: Notify,
    closing: CancellationToken,
    active: Mutex<HashMap<String, Active>>,
    running: TaskTracker,
}

#[derive(Debug)]
struct Active {
    instance: Instance,
    stop: watch::Sender<Option<Stopper>>,
}

impl Queue {
    /// Something has changed that may let a task start.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Whether this process runs the task.
    pub fn runs(&self, task: &str) -> bool {
        self.lock().contains_key(task)
    }

    /// Asks a task that has left the queue to stop; false when this process does not run it.
    pub fn stop(&self, task: &str, by: Stopper) -> bool {
        let active = self.lock();
        let Some(active) = active.get(task) else {
            return false;
        };
        active.stop.send_if_modified(|stop| {
            let first = stop.is_none();
            stop.get_or_insert(by);
            first
        });
        true
    }

    /// Starts no more tasks, stops those that run and waits for their end. Those that wait keep waiting.
    pub async fn close(&self) {
        self.closing.cancel();
        let all: Vec<String> = self.lock().keys().cloned().collect();
        for task in all {
            self.stop(&task, Stopper::Backend);
        }
        self.running.close();
        self.running.wait().await;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Active>> {
        // The map is whole after any panic: each change is one call.
        self.active
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
    }

    /// How many places of a kind of machine are taken.
    pub fn used(&self, instance: Instance) -> usize {
        self.lock()
            .values()
            .filter(|active| active.instance == instance)
            .count()
    }
}

/// Tidies up after a predecessor that did not end properly, and begins to run tasks.
///
/// # Errors
/// When the database fails.
pub async fn start(app: &Shared) -> anyhow::Result<()> {
    recover(app).await?;
    if app.runner.unavailable().is_none() {
        if app.config.billing {
            tokio::spawn(billing::meter::run(app.clone()));
        }
        let app = app.clone();
        app.queue.running.spawn(run(app.clone()));
    }
    Ok(())
}

async fn run(app: Shared) {
    loop {
        for instance in Instance::ALL {
            while app.queue.used(instance) < app.catalog.machine.slots(instance) {
                if app.queue.closing.is_cancelled() {
                    return;
                }
                match claim(&app, instance).await {
                    Ok(Some(task)) => begin(&app, task, instance),
                    Ok(None) => break,
                    Err(error) => {
                        tracing::error!(%error, "the queue cannot be read, trying again");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        app.queue.wake();
                        break;
                    }
                }
            }
        }
        tokio::select! {
            () = app.queue.wake.notified() => {}
            // Should a call ever get lost, tasks do not wait for the next one.
            () = tokio::time::sleep(TICK) => {}
            () = app.queue.closing.cancelled() => return,
        }
    }
}

/// Takes the first waiting task of a kind out of the queue.
async fn claim(
    app: &App,
    instance: Instance,
) -> sqlx::Result<Option<(String, watch::Receiver<Option<Stopper>>)>> {
    let first = order::first(app, instance).await?;
    let Some(task) = first else { return Ok(None) };
    // In the map before it has left the queue in the database: whoever stops it finds it in one of the two.
    let (stop, stopped) = watch::channel(None);
    app.queue
        .lock()
        .insert(task.clone(), Active { instance, stop });
    // Whoever closes the queue cancels first and looks into the map then: one of the two sees the other.
    if app.queue.closing.is_cancelled() {
        app.queue.lock().remove(&task);
        return Ok(None);
    }
    let claimed = sqlx::query(
        "UPDATE tasks SET stage = 'creating', creating_at = $1 WHERE id = $2 AND state = 'waiting' AND stage = 'queued'",
    )
    .bind(app.clock.now().0)
    .bind(&task)
    .execute(app.db.write())
    .await;
    match claimed {
        Ok(done) if done.rows_affected() == 1 => {
            events::task(app, &task, Action::Changed).await;
            Ok(Some((task, stopped)))
        }
        other => {
            app.queue.lock().remove(&task);
            // Stopped at this very moment: somebody else is the first now.
            app.queue.wake();
            other.map(|_| None)
        }
    }
}

fn begin(
    app: &Shared,
    (task, stopped): (String, watch::Receiver<Option<Stopper>>),
    instance: Instance,
) {
    let app = app.clone();
    app.clone().queue.running.spawn(async move {
        tracing::info!(%task, instance = instance.as_str(), "task starts");
        let slot = Slot {
            app: &app,
            task: &task,
        };
        let run = AssertUnwindSafe(execute::run(&app, &task, stopped));
        // The task must have an end, and others need its slot, whatever fault of ours this is.
        if run.catch_unwind().await.is_err() {
            tracing::error!(%task, "running a task panicked");
            execute::broke(&app, &task).await;
        }
        // So that no list has to wait for them.
        metrics::wanted(&app, [task.clone()]);
        drop(slot);
    });
}

/// A task's place among those that run, until dropped.
struct Slot<'a> {
    app: &'a App,
    task: &'a str,
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.app.queue.lock().remove(self.task);
        self.app.queue.wake();
    }
}

/// Stops a task that has not left the queue; false when it has.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(app: &App, task: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE tasks SET state = 'stopped', stage = 'finished', finished_at = $1, end_reason = $2
         WHERE id = $3 AND state = 'waiting' AND stage = 'queued'",
    )
    .bind(app.clock.now().0)
    .bind(key(EndReason::Stopped))
    .bind(task)
    .execute(app.db.write())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let size = last_words(
        app,
        task,
        TaskState::Stopped,
        "Task stopped before it was started",
    )
    .await;
    sqlx::query("UPDATE tasks SET log_bytes = $1 WHERE id = $2")
        .bind(crate::db::bytes(size))
        .bind(task)
        .execute(app.db.write())
        .await?;
    app.logs.close(task, TaskState::Stopped);
    events::task(app, task, Action::Changed).await;
    Ok(true)
}

/// Writes the last lines of a task that ran no command; answers the log's size.
async fn last_words(app: &App, task: &str, state: TaskState, text: &str) -> u64 {
    let write = async {
        let mut log = LogWriter::open(app, task).await?;
        log.platform(text).await?;
        log.platform(&lines::last(state, 0)).await?;
        log.sync().await?;
        std::io::Result::Ok(log.size())
    };
    match write.await {
        Ok(size) => size,
        Err(error) => {
            tracing::error!(task, %error, "the end of the log cannot be written");
            app.logs.now(task).map_or(0, |live| live.size)
        }
    }
}

async fn recover(app: &App) -> anyhow::Result<()> {
    let lost: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM tasks WHERE state IN ('waiting', 'running') AND stage <> 'queued'",
    )
    .fetch_all(app.db.read())
    .await?;
    for task in &lost {
        app.runner.bury(std::slice::from_ref(task));
        tracing::warn!(%task, "the backend ended while this task ran");
        let text = "The backend ended while the task ran";
        let size = last_words(app, task, TaskState::Failed, text).await;
        let output_bytes = workspace::settle(&app.store.output(task)).unwrap_or_else(|error| {
            // It may have ended before it had an output.
            tracing::info!(%task, %error, "no output of the task can be read");
            0
        });
        let now = app.clock.now();
        let mut tx = app.db.begin().await?;
        sqlx::query(
            "UPDATE tasks SET state = 'failed', stage = 'finished', finished_at = $1, end_reason = $2, end_message = $3,
                 log_bytes = $4, output_bytes = $5 WHERE id = $6",
        )
        .bind(now.0)
        .bind(key(EndReason::BackendLost))
        .bind("the backend ended while the task ran")
        .bind(crate::db::bytes(size))
        .bind(crate::db::bytes(output_bytes))
        .bind(task)
        .execute(&mut *tx)
        .await?;
        // Nobody listens yet: there is nobody to tell but by the notification.
        notice::ended(&mut tx, now, task).await?;
        tx.commit().await?;
    }
    // What a task used is known up to its last slice; the rest is ours to bear.
    billing::ledger::close_all(app).await?;
    // Nothing runs yet, so nobody needs these.
    for entry in std::fs::read_dir(app.store.tasks())? {
        let path = entry?.path();
        if let Err(error) = crate::store::remove_tree(&path) {
            tracing::warn!(path = %path.display(), %error, "a workspace cannot be removed");
        }
    }
    let waiting: Vec<String> =
        sqlx::query_scalar("SELECT id FROM tasks WHERE state = 'waiting' AND stage = 'queued'")
            .fetch_all(app.db.read())
            .await?;
    for task in waiting {
        let size = std::fs::metadata(app.store.log(&task)).map_or(0, |meta| meta.len());
        writer::reopen(&app.logs, &task, size);
    }
    Ok(())
}
