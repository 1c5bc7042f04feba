//! Lists of tasks: the page is found in an index (see [`super::filter`]), and what belongs to it is fetched in one query a
//! table.

use super::filter::{Filter, among};
use super::order;
use super::rows::{TaskRow, tells};
use crate::db;
use crate::error::ApiError;
use crate::http::Caller;
use crate::http::caller::User;
use crate::state::App;
use api::task::{Mount, Task, TaskQuery};
use sqlx::{QueryBuilder, Sqlite};
use std::collections::HashMap;

/// Most tasks of a folder that the CLI is told of.
const FAMILY_MAX: i64 = 200;

/// The tasks that `query` asks for and `caller` may see, in its order, and how many there are in all.
///
/// # Errors
/// 512 when strangers ask for their own; when the database fails.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    query: &TaskQuery,
) -> Result<(Vec<Task>, u64), ApiError> {
    let Some(filter) = Filter::of(app, caller, query).await? else {
        return Ok((Vec::new(), 0));
    };
    let paging = query.paging();
    let mut page = filter.page(i64::from(paging.limit()), db::bytes(paging.offset()));
    let rows = page.build_query_as().fetch_all(app.db.read()).await?;
    let mut count = filter.count();
    let total: i64 = count.build_query_scalar().fetch_one(app.db.read()).await?;
    Ok((to_wire(app, caller, rows).await?, db::count(total)))
}

/// The newest tasks of a CLI folder, at most 200; the user's own.
///
/// # Errors
/// When the database fails.
pub(super) async fn family(app: &App, user: &User, family: &str) -> sqlx::Result<Vec<Task>> {
    let filter = Filter {
        family: Some(family.to_owned()),
        ..Filter::own(user)
    };
    let mut page = filter.page(FAMILY_MAX, 0);
    let rows = page.build_query_as().fetch_all(app.db.read()).await?;
    to_wire(app, &Caller::User(user.clone()), rows).await
}

/// One task as the wire has it, for `caller`.
///
/// # Errors
/// When the database fails.
pub(super) async fn one(app: &App, caller: &Caller, row: TaskRow) -> Result<Task, ApiError> {
    let mut list = to_wire(app, caller, vec![row]).await?;
    list.pop()
        .ok_or_else(|| ApiError::internal("a task was lost"))
}

/// Tasks as the wire has them, for `caller`.
///
/// # Errors
/// When the database fails.
pub(super) async fn to_wire(
    app: &App,
    caller: &Caller,
    rows: Vec<TaskRow>,
) -> sqlx::Result<Vec<Task>> {
    let mut data = mounts(app, &rows, caller).await?;
    let mut queue = order::places(app, &rows).await?;
    let tasks = rows.into_iter().map(|row| {
        let (data, place) = (data.remove(&row.id), queue.remove(&row.id));
        row.wire(app, data.unwrap_or_default(), place)
    });
    Ok(tasks.collect())
}

#[derive(sqlx::FromRow)]
struct MountRow {
    task_id: String,
    module_id: String,
    mount: String,
    version: i64,
    name: String,
    owner: String,
    owner_id: String,
    permission: i64,
    deleted: i64,
}

/// The datasets of each task, as `caller` may know them.
async fn mounts(
    app: &App,
    rows: &[TaskRow],
    caller: &Caller,
) -> sqlx::Result<HashMap<String, Vec<Mount>>> {
    let mut found: HashMap<String, Vec<Mount>> = HashMap::new();
    if rows.is_empty() {
        return Ok(found);
    }
    let mut sql = mounts_of(rows.iter().map(|row| row.id.as_str()));
    let mounts: Vec<MountRow> = sql.build_query_as().fetch_all(app.db.read()).await?;
    for row in mounts {
        // A public task may use private data: its name is nobody else's business.
        let allowed = row.permission == 0 || caller.id() == Some(&row.owner_id);
        let known = allowed && row.deleted == 0;
        let text = |text: String| if known { text } else { String::new() };
        let hidden = !allowed && tells(&row.mount, &row.name);
        let mount = Mount {
            module_id: row.module_id,
            mount: if hidden { String::new() } else { row.mount },
            owner: text(row.owner),
            name: text(row.name),
            version: if known { row.version } else { 0 },
        };
        found.entry(row.task_id).or_default().push(mount);
    }
    Ok(found)
}

fn mounts_of<'a>(tasks: impl IntoIterator<Item = &'a str>) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(
        "SELECT tm.task_id, tm.module_id, tm.mount, m.version, e.name, u.username AS owner, e.owner_id, e.permission,
             CAST(CASE WHEN e.deleted_at IS NULL AND m.deleted_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS deleted
         FROM task_mounts tm CROSS JOIN modules m CROSS JOIN entities e CROSS JOIN users u
         WHERE m.id = tm.module_id AND e.id = m.entity_id AND u.id = e.owner_id AND tm.task_id",
    );
    among(&mut sql, tasks);
    sql.push(" ORDER BY tm.task_id, tm.position");
    sql
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    #[tokio::test]
    async fn mounts_are_looked_up() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        let steps = plan(&db, mounts_of(["a", "b"])).await;
        assert!(steps.iter().all(|s| !s.starts_with("SCAN")), "{steps:#?}");
    }
}
