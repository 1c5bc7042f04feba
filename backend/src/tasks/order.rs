//! The order of the queue: tasks of VIPs before those of others, the oldest first; nobody runs more at once than the
//! plan allows. A task that has waited for long counts as a VIP's, so that it does not wait for ever.

use super::filter::among;
use super::rows::TaskRow;
use crate::db;
use crate::environments::Instance;
use crate::state::App;
use api::billing::{FREE, VIP};
use api::task::{QueuePlace, Stage, WaitReason};
use sqlx::{QueryBuilder, Sqlite};
use std::collections::HashMap;

/// Seconds after which a task goes with those of VIPs.
pub const PATIENCE: i64 = 30 * 60;

/// Adds a query of the tasks that wait, with `first` (0 or 1: which go first), `at_once` (how many of the owner's may
/// run) and `active` (how many do).
fn waiting(sql: &mut QueryBuilder<Sqlite>, app: &App) {
    let now = app.clock.now().0;
    // Without billing nobody goes first and nobody is limited.
    let (free, vip) = match app.config.billing {
        true => (FREE.tasks, VIP.tasks),
        false => (i64::MAX, i64::MAX),
    };
    let vips_until = if app.config.billing { now } else { i64::MAX };
    sql.push("SELECT t.id, t.instance_type, t.created_at, CASE WHEN coalesce(b.vip_until, 0) > ");
    sql.push_bind(vips_until).push(" OR t.created_at <= ");
    sql.push_bind(now - PATIENCE * 1_000_000);
    sql.push(" THEN 0 ELSE 1 END AS first, CASE WHEN coalesce(b.vip_until, 0) > ");
    sql.push_bind(vips_until).push(" THEN ").push_bind(vip);
    sql.push(" ELSE ").push_bind(free);
    sql.push(
        " END AS at_once, (SELECT count(*) FROM tasks r WHERE r.owner_id = t.owner_id
             AND r.stage IN ('creating', 'configuring', 'running')) AS active
         FROM tasks t LEFT JOIN billing_accounts b ON b.user_id = t.owner_id
         WHERE t.state = 'waiting' AND t.stage = 'queued'",
    );
}

fn next(app: &App, instance: Instance) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new("SELECT id FROM (");
    waiting(&mut sql, app);
    sql.push(" AND t.instance_type = ")
        .push_bind(instance.as_str());
    sql.push(") q WHERE active < at_once ORDER BY first, created_at, id LIMIT 1");
    sql
}

/// The task of a kind that starts next, if one may.
///
/// # Errors
/// When the database fails.
pub(super) async fn first(app: &App, instance: Instance) -> sqlx::Result<Option<String>> {
    let mut sql = next(app, instance);
    sql.build_query_scalar().fetch_optional(app.db.read()).await
}

/// Where each of those that are queued stands.
///
/// # Errors
/// When the database fails.
pub(super) async fn places(
    app: &App,
    rows: &[TaskRow],
) -> sqlx::Result<HashMap<String, QueuePlace>> {
    let queued = rows.iter().filter(|row| row.stage() == Stage::Queued);
    let queued: HashMap<&str, &str> = queued
        .map(|row| (row.id.as_str(), row.instance_type.as_str()))
        .collect();
    if queued.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = QueryBuilder::new(
        "SELECT id, place, at_once, active FROM (SELECT id, at_once, active,
             row_number() OVER (PARTITION BY instance_type ORDER BY first, created_at, id) - 1 AS place FROM (",
    );
    waiting(&mut sql, app);
    sql.push(") q) p WHERE id");
    among(&mut sql, queued.keys().copied());
    let found: Vec<(String, i64, i64, i64)> = sql.build_query_as().fetch_all(app.db.read()).await?;
    let place = |(id, before, at_once, active): (String, i64, i64, i64)| {
        let instance = queued.get(id.as_str()).copied().and_then(Instance::parse);
        let own_limit = (active >= at_once).then_some(at_once);
        let instance = instance.unwrap_or(Instance::Cpu);
        let place = waits(app, instance, db::count(before), own_limit);
        (id, place)
    };
    Ok(found.into_iter().map(place).collect())
}

/// What a task waits for that has so many before it, and whose owner may run only so many, which do run.
fn waits(app: &App, instance: Instance, position: u64, own_limit: Option<i64>) -> QueuePlace {
    let places = app.catalog.machine.slots(instance);
    let full = app.queue.used(instance) >= places;
    let (reason, limit) = match (own_limit, full, position) {
        (Some(limit), ..) => (WaitReason::OwnLimit, u32::try_from(limit).ok()),
        (None, true, _) => (WaitReason::Places, u32::try_from(places).ok()),
        (None, false, 0) => (WaitReason::Starting, None),
        (None, false, _) => (WaitReason::Before, None),
    };
    QueuePlace {
        position,
        reason,
        limit,
    }
}
