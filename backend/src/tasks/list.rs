//! Lists of tasks: the page is found in an index, and what belongs to it is fetched in one query a table. Neither costs
//! more the more tasks there are; only a search looks at all tasks of the user or project.

use super::order;
use super::rows::{COLUMNS, TaskRow, key, tells};
use crate::accounts::users;
use crate::db;
use crate::error::ApiError;
use crate::http::Caller;
use crate::http::caller::User;
use crate::state::App;
use api::task::{Mount, Stage, Task, TaskQuery};
use sqlx::{QueryBuilder, Sqlite};
use std::collections::HashMap;

/// Most tasks of a folder that the CLI is told of.
const FAMILY_MAX: i64 = 200;

/// Whose tasks, and which of them.
#[derive(Debug, Default)]
struct Filter {
    /// Id of whoever asks.
    caller: String,
    owner: Option<String>,
    project: Option<String>,
    family: Option<String>,
    state: Option<String>,
    /// A pattern of `LIKE`.
    words: Option<String>,
}

impl Filter {
    /// Adds what `table` (a table of tasks or of their counts) and its project must be.
    fn scope(&self, sql: &mut QueryBuilder<Sqlite>, table: &str) {
        sql.push(" e.deleted_at IS NULL AND (e.permission = 0 OR e.owner_id = ");
        sql.push_bind(self.caller.clone()).push(")");
        let equal = [
            ("owner_id", &self.owner),
            ("project_id", &self.project),
            ("family_id", &self.family),
            ("state", &self.state),
        ];
        for (column, value) in equal {
            if let Some(value) = value {
                sql.push(format_args!(" AND {table}.{column} = "));
                sql.push_bind(value.clone());
            }
        }
    }

    /// Tasks and their projects. The order of the tables is ours: statistics must not lead away from the index.
    fn tasks(&self, sql: &mut QueryBuilder<Sqlite>) {
        sql.push(" FROM tasks t CROSS JOIN entities e WHERE e.id = t.project_id AND t.deleted_at IS NULL AND");
        self.scope(sql, "t");
        if let Some(words) = &self.words {
            sql.push(" AND t.search_key LIKE ").push_bind(words.clone());
            sql.push(" ESCAPE '\\'");
        }
    }

    /// The statement for a part of the list, newest first.
    fn page(&self, limit: i64, offset: i64) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new("SELECT ");
        sql.push(COLUMNS).push(" FROM (SELECT t.id");
        self.tasks(&mut sql);
        sql.push(" ORDER BY t.created_at DESC, t.id DESC LIMIT ");
        sql.push_bind(limit).push(" OFFSET ").push_bind(offset);
        sql.push(
            ") p CROSS JOIN tasks t CROSS JOIN entities e CROSS JOIN users u CROSS JOIN users v
             WHERE t.id = p.id AND e.id = t.project_id AND u.id = t.owner_id AND v.id = e.owner_id
             ORDER BY t.created_at DESC, t.id DESC",
        );
        sql
    }

    /// The statement for the length of the list.
    fn count(&self) -> QueryBuilder<Sqlite> {
        let mut sql;
        if self.words.is_some() {
            sql = QueryBuilder::new("SELECT count(*)");
            self.tasks(&mut sql);
        } else {
            sql = QueryBuilder::new(
                "SELECT CAST(coalesce(sum(c.tasks), 0) AS BIGINT) FROM task_counts c CROSS JOIN entities e
                 WHERE e.id = c.project_id AND",
            );
            self.scope(&mut sql, "c");
        }
        sql
    }
}

/// The tasks that `query` asks for and `caller` may see, newest first, and how many there are in all.
///
/// # Errors
/// 512 when strangers ask for their own; when the database fails.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    query: &TaskQuery,
) -> Result<(Vec<Task>, u64), ApiError> {
    let owner = match (&query.user, &query.project) {
        (None, None) => Some(caller.clone().signed_in()?.id),
        (None, Some(_)) => None,
        (Some(name), _) => match users::by_name(app, name).await? {
            Some(user) => Some(user.id),
            None => return Ok((Vec::new(), 0)),
        },
    };
    let words = query.q.as_deref().filter(|words| !words.is_empty());
    let filter = Filter {
        caller: caller.id_or_nobody().to_owned(),
        owner,
        project: query.project.clone(),
        family: None,
        state: query.state.map(key),
        words: words.map(db::contains),
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
        caller: user.id.clone(),
        owner: Some(user.id.clone()),
        family: Some(family.to_owned()),
        ..Filter::default()
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
async fn to_wire(app: &App, caller: &Caller, rows: Vec<TaskRow>) -> sqlx::Result<Vec<Task>> {
    let mut data = mounts(app, &rows, caller).await?;
    let queued = rows.iter().filter(|row| row.stage() == Stage::Queued);
    let queued = queued.map(|row| row.id.as_str()).collect();
    let mut queue = order::places(app, queued).await?;
    let tasks = rows.into_iter().map(|row| {
        let (data, place) = (data.remove(&row.id), queue.remove(&row.id));
        row.wire(app, data.unwrap_or_default(), place)
    });
    Ok(tasks.collect())
}

/// Adds `IN (...)` with these ids.
pub(super) fn among<'a>(sql: &mut QueryBuilder<Sqlite>, ids: impl IntoIterator<Item = &'a str>) {
    sql.push(" IN (");
    let mut list = sql.separated(", ");
    for id in ids {
        list.push_bind(id.to_owned());
    }
    sql.push(")");
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

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    /// Every list of tasks that the API knows, and the index it has to read.
    fn lists() -> [(Filter, &'static str); 6] {
        let of = |owner, project, state| Filter {
            owner,
            project,
            state,
            ..Filter::default()
        };
        [
            (of(some("o"), None, None), "tasks_by_owner"),
            (of(some("o"), None, some("failed")), "tasks_by_owner_state"),
            (of(None, some("p"), None), "tasks_by_project"),
            (
                of(None, some("p"), some("failed")),
                "tasks_by_project_state",
            ),
            (
                Filter {
                    family: some("f"),
                    ..of(some("o"), None, None)
                },
                "tasks_by_family",
            ),
            (
                Filter {
                    words: some("%x%"),
                    ..of(some("o"), None, None)
                },
                "tasks_by_owner",
            ),
        ]
    }

    #[tokio::test]
    async fn no_list_reads_more_than_its_page() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        for (filter, index) in lists() {
            let steps = plan(&db, filter.page(20, 0)).await;
            let wanted = format!("SEARCH t USING INDEX {index} (");
            let covering = format!("SEARCH t USING COVERING INDEX {index} (");
            let found = steps
                .iter()
                .any(|s| s.starts_with(&wanted) || s.starts_with(&covering));
            assert!(found, "{filter:?}: {steps:#?}");
            // The page itself, which is small, is all that is read through and put in order.
            for step in steps.iter().filter(|s| s.starts_with("SCAN")) {
                assert_eq!(step, "SCAN p", "{filter:?}: {steps:#?}");
            }
            let sorts = steps.iter().filter(|s| s.contains("TEMP B-TREE")).count();
            assert!(sorts <= 1, "{filter:?}: {steps:#?}");
        }
    }

    #[tokio::test]
    async fn lengths_and_mounts_are_looked_up() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        for (filter, _) in lists().into_iter().filter(|(f, _)| f.family.is_none()) {
            let steps = plan(&db, filter.count()).await;
            assert!(steps.iter().all(|s| s.starts_with("SEARCH")), "{steps:#?}");
        }
        let steps = plan(&db, mounts_of(["a", "b"])).await;
        assert!(steps.iter().all(|s| !s.starts_with("SCAN")), "{steps:#?}");
    }
}
