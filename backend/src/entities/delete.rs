//! Deleting a project or dataset, and what hangs on it.

use super::kind_of;
use super::rows::EntityRow;
use crate::error::ApiError;
use crate::http::caller::User;
use crate::state::App;
use crate::tasks::queue::{self, Stopper};
use crate::{db, events};
use api::event::Action;
use api::module::ModuleType;
use api::trash::Dependents;

/// Puts a project or dataset into the trash; the caller has checked whose it is. A project's tasks that wait or run are
/// stopped: nobody could see them any more. Tasks that mount a dataset keep it: they are perhaps somebody else's, and
/// its files stay until they have ended (see `trash::purge`).
///
/// # Errors
/// When the database fails.
pub(super) async fn delete(app: &App, row: &EntityRow) -> Result<(), ApiError> {
    sqlx::query("UPDATE entities SET deleted_at = $1 WHERE id = $2 AND deleted_at IS NULL")
        .bind(app.clock.now().0)
        .bind(&row.id)
        .execute(app.db.write())
        .await?;
    tracing::info!(entity = %row.id, "moved to the trash");
    events::entity(app, &row.id, Action::Deleted).await;
    if kind_of(&row.kind) == ModuleType::Code {
        // No new ones come: they are refused from here on.
        stop_all(app, &row.id).await?;
    }
    Ok(())
}

async fn stop_all(app: &App, project: &str) -> Result<(), ApiError> {
    let active: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM tasks WHERE project_id = $1 AND state IN ('waiting', 'running')",
    )
    .bind(project)
    .fetch_all(app.db.read())
    .await?;
    for task in active {
        // It may leave the queue between the two, and end between them: each is the truth in its turn.
        if !queue::withdraw(app, &task).await? {
            app.queue.stop(&task, Stopper::User);
        }
    }
    Ok(())
}

/// What hangs on the project, dataset or version `id` of this user.
///
/// # Errors
/// 517 when there is none of this user's.
pub(super) async fn dependents(app: &App, user: &User, id: &str) -> Result<Dependents, ApiError> {
    let found: Option<(String, i64)> = sqlx::query_as(
        "SELECT e.id, (SELECT count(*) FROM modules m WHERE m.entity_id = e.id AND m.deleted_at IS NULL)
         FROM entities e WHERE e.deleted_at IS NULL AND e.owner_id = $1 AND (e.id = $2 OR e.id =
             (SELECT v.entity_id FROM modules v WHERE v.id = $2 AND v.deleted_at IS NULL))",
    )
    .bind(&user.id)
    .bind(id)
    .fetch_optional(app.db.read())
    .await?;
    let Some((entity, versions)) = found else {
        return Err(ApiError::not_found("project, dataset or version"));
    };
    let whole = entity == id;
    // The condition is one or the other, so that an index answers.
    let of = if whole { "project_id" } else { "module_id" };
    let (tasks, active): (i64, i64) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT count(*), CAST(coalesce(sum(CASE WHEN t.state IN ('waiting', 'running') THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM tasks t WHERE t.deleted_at IS NULL AND t.{of} = $1"
    )))
    .bind(id)
    .fetch_one(app.db.read())
    .await?;
    let (mounts, foreign_mounts, foreign_active): (i64, i64, i64) = sqlx::query_as(
        "SELECT CAST(coalesce(sum(CASE WHEN own = 1 AND active = 1 THEN 1 ELSE 0 END), 0) AS BIGINT),
             CAST(coalesce(sum(1 - own), 0) AS BIGINT),
             CAST(coalesce(sum((1 - own) * active), 0) AS BIGINT)
         FROM (SELECT DISTINCT t.id, CASE WHEN t.owner_id = $1 THEN 1 ELSE 0 END AS own,
                 CASE WHEN t.state IN ('waiting', 'running') THEN 1 ELSE 0 END AS active
             FROM modules m CROSS JOIN task_mounts tm CROSS JOIN tasks t
             WHERE tm.module_id = m.id AND t.id = tm.task_id AND t.deleted_at IS NULL
                 AND m.entity_id = $2 AND ($3 OR m.id = $4)) found",
    )
    .bind(&user.id)
    .bind(&entity)
    .bind(whole)
    .bind(id)
    .fetch_one(app.db.read())
    .await?;
    Ok(Dependents {
        versions: if whole { db::count(versions) } else { 1 },
        tasks: db::count(tasks),
        active: db::count(active),
        mounts: db::count(mounts),
        foreign_mounts: db::count(foreign_mounts),
        foreign_active: db::count(foreign_active),
    })
}
