//! The order of the queue: tasks of VIPs before those of others, the oldest first; nobody runs more at once than the
//! plan allows. A task that has waited for long counts as a VIP's, so that it does not wait for ever.

use super::list::among;
use crate::db;
use crate::environments::Instance;
use crate::state::App;
use api::billing::{FREE, VIP};
use sqlx::{QueryBuilder, Sqlite};
use std::collections::HashMap;

/// Seconds after which a task goes with those of VIPs.
pub const PATIENCE: i64 = 30 * 60;

/// Where a task stands in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// How many are before it.
    pub before: u64,
    /// How many of its owner's tasks may run at once, if as many do.
    pub limit: Option<u64>,
}

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

/// Where each of these tasks stands, if it waits.
///
/// # Errors
/// When the database fails.
pub(super) async fn places(app: &App, tasks: Vec<&str>) -> sqlx::Result<HashMap<String, Place>> {
    if tasks.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = QueryBuilder::new(
        "SELECT id, place, at_once, active FROM (SELECT id, at_once, active,
             row_number() OVER (PARTITION BY instance_type ORDER BY first, created_at, id) - 1 AS place FROM (",
    );
    waiting(&mut sql, app);
    sql.push(") q) p WHERE id");
    among(&mut sql, tasks);
    let found: Vec<(String, i64, i64, i64)> = sql.build_query_as().fetch_all(app.db.read()).await?;
    let place = |(id, before, at_once, active): (String, i64, i64, i64)| {
        let limit = (active >= at_once).then(|| db::count(at_once));
        let before = db::count(before);
        (id, Place { before, limit })
    };
    Ok(found.into_iter().map(place).collect())
}
