//! Charges the tasks that run, in slices.
//!
//! How long a task has run is measured here, by a clock that does not jump; how much of it has been charged stands in
//! the ledger. A slice charges the difference, in one transaction with the account and the ledger: done twice it does
//! nothing, not done it is made good by the next, and after a crash the ledger is the truth.

use super::core::Account;
use super::{ledger, rows};
use crate::db::Tx;
use crate::events;
use crate::notifications::{self, To};
use crate::state::{App, Shared};
use crate::tasks::queue::Stopper;
use api::Time;
use api::billing::Compute;
use api::event::Kind;
use api::notification::{Notice, Quota};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How often tasks are charged.
pub const SLICE: Duration = Duration::from_secs(10);
/// How often at most, when an account is about to run dry.
const SHORTEST: Duration = Duration::from_secs(1);

/// The tasks whose time is counted.
#[derive(Debug, Default)]
pub struct Meter {
    running: Mutex<HashMap<String, Running>>,
    begun: Notify,
}

#[derive(Clone, Debug)]
struct Running {
    user: String,
    project: String,
    compute: Compute,
    /// When it began and ended, on the steady clock.
    since: Duration,
    until: Option<Duration>,
}

impl Running {
    fn elapsed(&self, now: Duration) -> Duration {
        self.until.unwrap_or(now).saturating_sub(self.since)
    }

    /// Whole seconds so far; a second that has begun counts once the task has ended.
    fn seconds(&self, now: Duration) -> i64 {
        let elapsed = self.elapsed(now);
        let begun = self.until.is_some() && elapsed.subsec_nanos() > 0;
        let seconds = elapsed.as_secs() + u64::from(begun);
        // Whatever ran at all ran for a second.
        let seconds = seconds.max(u64::from(self.until.is_some()));
        i64::try_from(seconds).unwrap_or(i64::MAX)
    }
}

impl Meter {
    /// Begins to count: the task's command has been started.
    pub fn begin(&self, app: &App, task: &str, user: &str, project: &str, compute: Compute) {
        if !app.config.billing {
            return;
        }
        let running = Running {
            user: user.to_owned(),
            project: project.to_owned(),
            compute,
            since: app.clock.steady(),
            until: None,
        };
        self.lock().insert(task.to_owned(), running);
        self.begun.notify_one();
    }

    /// Ends counting: the command has ended. What is not charged yet is charged by [`settle`].
    pub fn end(&self, app: &App, task: &str) {
        if let Some(running) = self.lock().get_mut(task) {
            running.until.get_or_insert(app.clock.steady());
        }
    }

    /// Forgets a task whose end is in the database.
    pub fn forget(&self, task: &str) {
        self.lock().remove(task);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        // The map is whole after any panic: each change is one call.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An account that was charged: to be told once that is committed.
#[must_use]
#[derive(Debug)]
pub struct Charged {
    user: String,
    /// Whether a notification has been written.
    warned: bool,
}

impl Charged {
    /// Tells the user's open pages.
    pub fn tell(self, app: &App) {
        events::user(app, &self.user, Kind::Balance);
        notifications::told(app, &self.user, self.warned);
    }
}

/// Charges the rest of a task that has ended and closes its line, in the transaction that writes its end.
///
/// # Errors
/// When the database fails.
pub async fn settle(app: &App, tx: &mut Tx, task: &str) -> sqlx::Result<Option<Charged>> {
    app.meter.end(app, task);
    let running = app.meter.lock().get(task).cloned();
    let mut charged = None;
    if let Some(running) = running {
        let user = running.user.clone();
        let (_, told) = charge_user(app, tx, user, &[(task.to_owned(), running)]).await?;
        charged = Some(told);
    }
    ledger::close(tx, task).await?;
    Ok(charged)
}

/// Charges tasks of one user; answers the account as it is then.
async fn charge_user(
    app: &App,
    tx: &mut Tx,
    user: String,
    tasks: &[(String, Running)],
) -> sqlx::Result<(Account, Charged)> {
    let now = app.clock.now();
    let before = rows::load(tx, &user).await?;
    let mut account = before.clone();
    for (task, running) in tasks {
        charge(app, tx, &mut account, task, running).await?;
    }
    account.reach(now);
    if account != before {
        rows::save(tx, &user, &before, &account).await?;
    }
    let mut warned = false;
    for (compute, what) in [
        (Compute::Cpu, Quota::CpuTime),
        (Compute::Gpu, Quota::GpuTime),
    ] {
        if let Some(percent) = crossed(&before, &account, compute, now) {
            let to = To {
                user: &user,
                by: None,
            };
            let notice = Notice::Quota { what, percent };
            warned |= notifications::notify(tx, now, to, &notice).await?;
        }
    }
    Ok((account, Charged { user, warned }))
}

/// The share of the plan's time, in percent, that was reached between the two and is worth a word: 90 and 100. Nothing
/// while packs come next.
fn crossed(before: &Account, after: &Account, compute: Compute, now: Time) -> Option<u32> {
    let all = after.limits().seconds(compute);
    let same_month = (before.anchor, before.period) == (after.anchor, after.period);
    if all == 0 || after.usable(compute, now).next().is_some() {
        return None;
    }
    let used = |account: &Account| (all - account.plan_left(compute)) * 100 / all;
    let earlier = if same_month { used(before) } else { 0 };
    [100, 90]
        .into_iter()
        .find(|share| earlier < *share && used(after) >= *share)
        .and_then(|share| u32::try_from(share).ok())
}

async fn charge(
    app: &App,
    tx: &mut Tx,
    account: &mut Account,
    task: &str,
    running: &Running,
) -> sqlx::Result<()> {
    let (charged, open) = ledger::charged(tx, task).await?;
    let seconds = running.seconds(app.clock.steady()) - charged;
    if !open || seconds <= 0 {
        return Ok(());
    }
    let charge = account.charge(running.compute, seconds, app.clock.now());
    let line = (running.user.as_str(), task, running.project.as_str());
    ledger::add(app, tx, line, running.compute, &charge).await
}

/// Charges all tasks up to now and stops those that cannot be paid any further; answers when to come again.
///
/// # Errors
/// When the database fails. Nothing is charged then, and nothing is lost: the next slice is longer.
pub async fn slice(app: &App) -> sqlx::Result<Duration> {
    let mut users: BTreeMap<String, Vec<(String, Running)>> = BTreeMap::new();
    for (task, running) in app.meter.lock().iter() {
        let of_user = users.entry(running.user.clone()).or_default();
        of_user.push((task.clone(), running.clone()));
    }
    if users.is_empty() {
        return Ok(SLICE);
    }
    let now = app.clock.now();
    let mut accounts = Vec::new();
    let mut tx = app.db.begin().await?;
    for (user, mut tasks) in users {
        // In an order of their own, so that the same history has the same books.
        tasks.sort_by(|a, b| a.0.cmp(&b.0));
        let (account, charged) = charge_user(app, &mut tx, user, &tasks).await?;
        accounts.push((account, charged, tasks));
    }
    tx.commit().await?;
    let mut next = SLICE;
    for (account, charged, tasks) in accounts {
        charged.tell(app);
        let going = || tasks.iter().filter(|(_, running)| running.until.is_none());
        let mut count = [0, 0];
        for (task, running) in going() {
            if account.can_pay(running.compute, now) {
                count[usize::from(running.compute == Compute::Gpu)] += 1;
            } else {
                tracing::info!(task, "the account is used up, the task is stopped");
                app.queue.stop(task, Stopper::NoBalance);
            }
        }
        let lasts = u64::try_from(account.lasts(count, now)).unwrap_or(0);
        next = next.min(Duration::from_secs(lasts));
    }
    Ok(next.max(SHORTEST))
}

/// Charges until the backend goes down.
pub async fn run(app: Shared) {
    let mut wait = SLICE;
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            // Its account may last for less than a slice.
            () = app.meter.begun.notified() => {}
            () = app.closing.cancelled() => return,
        }
        wait = slice(&app).await.unwrap_or_else(|error| {
            tracing::error!(%error, "running tasks cannot be charged, trying again");
            SHORTEST
        });
    }
}
