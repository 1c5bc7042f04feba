//! Clearing away what is gone for good: files, lists of files, rows.
//!
//! It goes in steps that can each be done again. First a row is condemned (`purged = 1`), which nothing takes back. Then its files go,
//! after them what the database knows of them; only when nothing is left is it marked so (`purged = 2`). A crash in
//! between leaves a condemned row, from which the next round goes on. A row that nothing refers to any more is removed;
//! one that others still need (a version that a task mounted) stays behind, without a word of its owner's.
//!
//! What is in use waits for a later round: a version while a task that uses it has not ended, a version or output while
//! somebody reads it, an upload while it cannot be ended.

use super::cutoff;
use crate::error::ApiError;
use crate::state::{App, Shared};
use crate::{store, uploads};
use api::Time;
use std::time::Duration;

/// Rows of a list of files removed at a time: the writing connection is held that long.
const ROWS: i64 = 20_000;
/// Tasks or versions looked at at a time.
const AT_ONCE: i64 = 500;
/// Between two parts of a list, so that others get to write.
const BREATH: Duration = Duration::from_millis(5);

/// Condemns one row; `table` is `entities`, `modules` or `tasks`.
///
/// # Errors
/// When the database fails.
pub(super) async fn condemn(app: &App, table: &'static str, id: &str) -> sqlx::Result<()> {
    let sql = format!(
        "UPDATE {table} SET purged = 1 WHERE id = $1 AND purged = 0 AND deleted_at IS NOT NULL"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(id)
        .execute(app.db.write())
        .await?;
    Ok(())
}

/// Condemns what can no longer be restored, and clears away what is condemned.
///
/// # Errors
/// When the database fails; files that cannot be removed are tried again the next time.
pub async fn sweep(app: &Shared) -> Result<(), ApiError> {
    expire(app, app.clock.now()).await?;
    clear(app).await
}

async fn expire(app: &App, now: Time) -> sqlx::Result<()> {
    for table in ["entities", "modules", "tasks"] {
        let sql = format!(
            "UPDATE {table} SET purged = 1 WHERE deleted_at IS NOT NULL AND purged = 0 AND deleted_at <= $1"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(cutoff(now).0)
            .execute(app.db.write())
            .await?;
    }
    Ok(())
}

/// Clears away what is condemned.
///
/// # Errors
/// As [`sweep`].
pub async fn clear(app: &Shared) -> Result<(), ApiError> {
    // One round at a time: two would only be in each other's way.
    let _round = app.clearing.lock().await;
    inherit(app).await?;
    each(app, "tasks").await?;
    each(app, "modules").await?;
    each(app, "entities").await?;
    rest(app).await
}

/// What belongs to something condemned is condemned with it.
async fn inherit(app: &App) -> sqlx::Result<()> {
    for (table, of) in [("modules", "entity_id"), ("tasks", "project_id")] {
        let sql = format!(
            "UPDATE {table} SET purged = 1 WHERE purged = 0 AND {of} IN (SELECT id FROM entities WHERE purged = 1)"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(app.db.write())
            .await?;
    }
    Ok(())
}

/// Clears each condemned row of a table away; one that fails does not keep the others.
async fn each(app: &Shared, table: &'static str) -> Result<(), ApiError> {
    let mut after = String::new();
    loop {
        let sql =
            format!("SELECT id FROM {table} WHERE purged = 1 AND id > $1 ORDER BY id LIMIT $2");
        let ids: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(&after)
            .bind(AT_ONCE)
            .fetch_all(app.db.read())
            .await?;
        let Some(last) = ids.last() else {
            return Ok(());
        };
        after.clone_from(last);
        for id in &ids {
            if app.closing.is_cancelled() {
                return Ok(());
            }
            let done = match table {
                "tasks" => task(app, id).await,
                "modules" => module(app, id).await,
                _ => entity(app, id).await,
            };
            if let Err(error) = done {
                tracing::warn!(table, id, %error, "cannot be cleared away yet");
            }
        }
    }
}

async fn task(app: &Shared, id: &str) -> Result<(), ApiError> {
    let active: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM tasks WHERE id = $1 AND state IN ('waiting', 'running')",
    )
    .bind(id)
    .fetch_one(app.db.read())
    .await?;
    if active > 0 || app.queue.runs(id) || app.readers.has(id) {
        return Ok(());
    }
    let store = &app.store;
    for path in [
        store.output(id),
        store.log(id),
        store.monitor(id),
        store.task(id),
    ] {
        store::remove(path).await?;
    }
    let mut tx = app.db.begin().await?;
    for table in ["task_mounts", "task_metrics"] {
        let sql = format!("DELETE FROM {table} WHERE task_id = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id)
            .execute(&mut *tx)
            .await?;
    }
    // A task of a condemned project has no date of its own; it counts no more from here on.
    sqlx::query(
        "UPDATE tasks SET purged = 2, deleted_at = coalesce(deleted_at, $1), description = '', command = '',
             full_command = NULL, search_key = '', params = '[]', output_bytes = 0, log_bytes = 0 WHERE id = $2",
    )
    .bind(app.clock.now().0)
    .bind(id)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    remove_row(app, "tasks", id).await?;
    tracing::info!(task = id, "cleared away");
    Ok(())
}

async fn module(app: &Shared, id: &str) -> Result<(), ApiError> {
    let mut tx = app.db.begin().await?;
    let busy = crate::tasks::rows::busy(&mut tx, id).await?;
    drop(tx);
    if busy > 0 || app.readers.has(id) {
        return Ok(());
    }
    // Of a project that was deleted in the middle of it.
    uploads::abandon(app, id, "deleted before it was complete").await?;
    store::remove(app.store.module(id)).await?;
    loop {
        let done = sqlx::query(
            "DELETE FROM module_files WHERE module_id = $1 AND path IN
                 (SELECT path FROM module_files WHERE module_id = $1 LIMIT $2)",
        )
        .bind(id)
        .bind(ROWS)
        .execute(app.db.write())
        .await?;
        if done.rows_affected() == 0 {
            break;
        }
        tokio::time::sleep(BREATH).await;
    }
    let mut tx = app.db.begin().await?;
    let noted = sqlx::query("DELETE FROM contents WHERE module_id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    if noted.rows_affected() > 0 {
        // Other versions have the same content under names that nobody has noted: they are looked through again. What
        // they share already stays shared and is not read.
        sqlx::query(
            "UPDATE modules SET shared = 0 WHERE state = 'valid' AND purged = 0
                 AND entity_id = (SELECT entity_id FROM modules WHERE id = $1) AND id <> $1",
        )
        .bind(id)
        .execute(&mut *tx)
        .await?;
    }
    // The row stays while there is what it is a version of: numbers are not used twice.
    sqlx::query(
        "UPDATE modules SET purged = 2, deleted_at = coalesce(deleted_at, $1), description = '', size_bytes = 0,
             files = 0 WHERE id = $2",
    )
    .bind(app.clock.now().0)
    .bind(id)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    app.sharing.notify_one();
    tracing::info!(module = id, "cleared away");
    Ok(())
}

async fn entity(app: &Shared, id: &str) -> Result<(), ApiError> {
    let left: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM modules WHERE entity_id = $1 AND purged < 2)
             + (SELECT count(*) FROM tasks WHERE project_id = $1 AND purged < 2)",
    )
    .bind(id)
    .fetch_one(app.db.read())
    .await?;
    if left > 0 {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    for table in [
        "former_names",
        "notifications",
        "stars",
        "comments",
        "entity_tags",
        "metric_patterns",
    ] {
        let sql = format!("DELETE FROM {table} WHERE entity_id = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id)
            .execute(&mut *tx)
            .await?;
    }
    sqlx::query("DELETE FROM task_counts WHERE project_id = $1 AND tasks = 0")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "DELETE FROM modules WHERE entity_id = $1 AND NOT EXISTS (SELECT 1 FROM task_mounts tm WHERE tm.module_id = modules.id)
             AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.module_id = modules.id)",
    )
    .bind(id)
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE entities SET purged = 2, description = '', search_key = '' WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    remove_row(app, "entities", id).await?;
    tracing::info!(entity = id, "cleared away");
    Ok(())
}

/// Rows that stayed behind for others and are needed by nobody any more.
async fn rest(app: &App) -> Result<(), ApiError> {
    let modules: Vec<String> = sqlx::query_scalar(
        "SELECT m.id FROM modules m CROSS JOIN entities e WHERE m.purged = 2 AND e.id = m.entity_id AND e.purged = 2
             AND NOT EXISTS (SELECT 1 FROM task_mounts tm WHERE tm.module_id = m.id)
             AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.module_id = m.id) LIMIT $1",
    )
    .bind(AT_ONCE)
    .fetch_all(app.db.read())
    .await?;
    for id in &modules {
        remove_row(app, "modules", id).await?;
    }
    let entities: Vec<String> = sqlx::query_scalar(
        "SELECT e.id FROM entities e WHERE e.purged = 2
             AND NOT EXISTS (SELECT 1 FROM modules m WHERE m.entity_id = e.id)
             AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.project_id = e.id) LIMIT $1",
    )
    .bind(AT_ONCE)
    .fetch_all(app.db.read())
    .await?;
    for id in &entities {
        remove_row(app, "entities", id).await?;
    }
    Ok(())
}

/// Removes a row unless something refers to it.
async fn remove_row(app: &App, table: &'static str, id: &str) -> sqlx::Result<()> {
    let sql = format!("DELETE FROM {table} WHERE id = $1 AND purged = 2");
    let done = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(id)
        .execute(app.db.write())
        .await;
    match done {
        Err(sqlx::Error::Database(cause)) if cause.is_foreign_key_violation() => Ok(()),
        other => other.map(drop),
    }
}
