//! Tasks that mount a version of a dataset.

use super::list::to_wire;
use super::rows::COLUMNS;
use crate::db;
use crate::entities::{self, Address};
use crate::error::{Answer, ApiError, ok};
use crate::http::{Caller, Path, Query};
use crate::openapi::answers::Answered;
use crate::state::{App, Shared};
use api::module::ModuleType;
use api::task::Task;
use api::{Page, Paging, routes};
use axum::extract::State;
use sqlx::{QueryBuilder, Sqlite};

/// Tasks that mount a version of the dataset, newest first: the caller's own, and those of public projects.
#[utoipa::path(
    get, path = routes::DATASET_TASKS, operation_id = "dataset_tasks", tag = "Tasks",
    params(
        ("id" = String, Path, description = "The dataset"),
        ("page" = Option<u32>, Query, description = "Page, from 1"),
        ("page_size" = Option<u32>, Query, description = "Entries a page")
    ),
    responses((status = 200, description = "a part of the list", body = Answered<Page<Task>>))
)]
pub(super) async fn dataset_tasks(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    Query(paging): Query<Paging>,
) -> Answer<Page<Task>> {
    let dataset = entities::visible(&app, &caller, ModuleType::Data, Address::Id(&id)).await?;
    ok(list(&app, &caller, &dataset.id, paging).await?)
}

async fn list(
    app: &App,
    caller: &Caller,
    dataset: &str,
    paging: Paging,
) -> Result<Page<Task>, ApiError> {
    let who = caller.id_or_nobody();
    let mut count = QueryBuilder::new("SELECT count(*) FROM (");
    scope(&mut count, who, dataset);
    count.push(") p");
    let total: i64 = count.build_query_scalar().fetch_one(app.db.read()).await?;
    let rows = page(who, dataset, paging)
        .build_query_as()
        .fetch_all(app.db.read())
        .await?;
    Ok(Page {
        list: to_wire(app, caller, rows).await?,
        total: db::count(total),
    })
}

/// The tasks: as many as have mounted this dataset are looked at, however many there are of others.
fn scope(sql: &mut QueryBuilder<Sqlite>, caller: &str, dataset: &str) {
    sql.push(
        "SELECT DISTINCT t.id, t.created_at FROM modules m CROSS JOIN task_mounts tm CROSS JOIN tasks t CROSS JOIN entities e
         WHERE tm.module_id = m.id AND t.id = tm.task_id AND e.id = t.project_id AND t.deleted_at IS NULL
             AND e.deleted_at IS NULL AND m.entity_id = ",
    );
    sql.push_bind(dataset.to_owned());
    sql.push(" AND (e.permission = 0 OR e.owner_id = ");
    sql.push_bind(caller.to_owned()).push(")");
}

fn page(caller: &str, dataset: &str, paging: Paging) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new("SELECT ");
    sql.push(COLUMNS).push(" FROM (");
    scope(&mut sql, caller, dataset);
    sql.push(" ORDER BY t.created_at DESC, t.id DESC LIMIT ");
    sql.push_bind(i64::from(paging.limit())).push(" OFFSET ");
    sql.push_bind(db::bytes(paging.offset()));
    sql.push(
        ") p CROSS JOIN tasks t CROSS JOIN entities e CROSS JOIN users u CROSS JOIN users v
         WHERE t.id = p.id AND e.id = t.project_id AND u.id = t.owner_id AND v.id = e.owner_id
         ORDER BY t.created_at DESC, t.id DESC",
    );
    sql
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    #[tokio::test]
    async fn only_tasks_of_this_dataset_are_looked_at() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        let steps = plan(&db, page("u", "d", Paging::default())).await;
        assert!(
            steps.iter().any(|s| s.contains("task_mounts_by_module")),
            "{steps:#?}"
        );
        for step in steps.iter().filter(|s| s.starts_with("SCAN")) {
            assert_eq!(step, "SCAN p", "{steps:#?}");
        }
    }
}
