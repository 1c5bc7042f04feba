//! Stopping and deleting many tasks with one request.

use super::filter::{Filter, among};
use super::rows::{self, TaskRow};
use crate::entities;
use crate::error::{Answer, ApiError, ok};
use crate::events;
use crate::http::caller::User;
use crate::http::{Body, Caller, SignedIn};
use crate::openapi::answers::Answered;
use crate::state::{App, Shared};
use crate::{db, tasks};
use api::event::Action as Change;
use api::task::{BulkDone, BulkFailure, BulkTasks, TaskAction, TaskQuery};
use api::{Reason, limits, routes};
use axum::extract::State;
use futures::StreamExt as _;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::{BTreeSet, HashMap};

/// Tasks of a query that are told not to allow what was asked for.
const TOLD: i64 = 100;
/// Tasks that are stopped at a time: each may wait for its end, and writes to the database.
const AT_ONCE: usize = 8;
/// Values in one statement.
const CHUNK: usize = 500;

/// Stops or deletes many of the caller's tasks.
///
/// Each for itself: one that cannot be stopped or deleted is told, and the others are. Of a query, those whose state does not
/// allow it are told; tasks of others that it lists are left out.
#[utoipa::path(
    post, path = routes::TASKS_BULK, operation_id = "bulk_tasks", security(("token" = [])),
    request_body = BulkTasks,
    responses((status = 200, description = "what was done", body = Answered<BulkDone>))
)]
pub(super) async fn bulk(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Body(bulk): Body<BulkTasks>,
) -> Answer<BulkDone> {
    let (ids, mut done) = match bulk.query {
        Some(query) => matching(&app, &user, bulk.action, &query).await?,
        None if bulk.ids.is_empty() => return Err(ApiError::missing("ids")),
        None if bulk.ids.len() > limits::BULK_MAX => {
            return Err(ApiError::field("ids", Reason::TooLong));
        }
        // Named twice it is still one task.
        None => {
            let ids: BTreeSet<String> = bulk.ids.into_iter().collect();
            (ids.into_iter().collect(), BulkDone::default())
        }
    };
    tracing::info!(user = user.name, action = ?bulk.action, tasks = ids.len(), "many tasks at once");
    let (count, mut failed) = match bulk.action {
        TaskAction::Stop => stop(&app, &user, ids).await?,
        TaskAction::Delete => delete(&app, &user, ids).await?,
    };
    done.done = count;
    failed.append(&mut done.failed);
    done.failed = failed;
    ok(done)
}

/// The user's tasks of a list that allow the action, as many as one request takes; and of those that do not, some.
async fn matching(
    app: &App,
    user: &User,
    action: TaskAction,
    query: &TaskQuery,
) -> Result<(Vec<String>, BulkDone), ApiError> {
    let caller = Caller::User(user.clone());
    let nobody = || Ok((Vec::new(), BulkDone::default()));
    let Some(filter) = Filter::of(app, &caller, query).await? else {
        return nobody();
    };
    if filter.owner.as_ref().is_some_and(|owner| *owner != user.id) {
        return nobody();
    }
    let with = |allowed: bool| {
        let asked = query.state.0.iter().copied();
        let all = api::task::STATES.into_iter();
        let wanted = |state: &api::task::TaskState| state.allows(action) == allowed;
        let states: Vec<String> = match query.state.is_empty() {
            true => all.filter(wanted).map(rows::key).collect(),
            false => asked.filter(wanted).map(rows::key).collect(),
        };
        // No state at all would mean every state.
        (!states.is_empty()).then(|| Filter {
            owner: Some(user.id.clone()),
            states,
            ..filter.clone()
        })
    };
    let mut done = BulkDone::default();
    let mut ids = Vec::new();
    if let Some(filter) = with(true) {
        let rows = page(app, &filter, limits::BULK_MAX as i64).await?;
        ids = rows.into_iter().map(|row| row.id).collect();
        let mut count = filter.count();
        let total: i64 = count.build_query_scalar().fetch_one(app.db.read()).await?;
        done.left = db::count(total).saturating_sub(ids.len() as u64);
    }
    if let Some(filter) = with(false) {
        let rows = page(app, &filter, TOLD).await?;
        done.failed = rows
            .iter()
            .map(|row| told(row, Reason::WrongState))
            .collect();
    }
    Ok((ids, done))
}

async fn page(app: &App, filter: &Filter, limit: i64) -> sqlx::Result<Vec<TaskRow>> {
    let mut page = filter.page(limit, 0);
    page.build_query_as().fetch_all(app.db.read()).await
}

fn told(row: &TaskRow, reason: Reason) -> BulkFailure {
    BulkFailure {
        id: row.id.clone(),
        title: row.title(),
        reason,
    }
}

async fn stop(
    app: &App,
    user: &User,
    ids: Vec<String>,
) -> Result<(u64, Vec<BulkFailure>), ApiError> {
    let each = ids.into_iter().map(async |id| {
        let outcome = tasks::stop(app, user, &id).await;
        (id, outcome)
    });
    let outcomes: Vec<_> = futures::stream::iter(each)
        .buffered(AT_ONCE)
        .collect()
        .await;
    let (mut count, mut failed) = (0, Vec::new());
    for (id, outcome) in outcomes {
        match outcome {
            Ok(()) => count += 1,
            Err(error) => {
                let caller = Caller::User(user.clone());
                let row = rows::visible(app, &caller, &id).await.ok();
                let title = row.map(|row| row.title()).unwrap_or_default();
                let reason = error.problem.reason;
                failed.push(BulkFailure { id, title, reason });
            }
        }
    }
    Ok((count, failed))
}

/// All in one transaction: of a crash, nobody learns that half of them are gone.
async fn delete(
    app: &App,
    user: &User,
    ids: Vec<String>,
) -> Result<(u64, Vec<BulkFailure>), ApiError> {
    let (now, mut tx) = (app.clock.now(), app.db.begin().await?);
    let (mut going, mut failed, mut projects) = (Vec::new(), Vec::new(), BTreeSet::new());
    for ids in ids.chunks(CHUNK) {
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT ");
        sql.push(rows::COLUMNS).push(" ").push(rows::JOINED);
        sql.push(" AND (e.permission = 0 OR e.owner_id = ");
        sql.push_bind(user.id.clone()).push(") AND t.id");
        among(&mut sql, ids.iter().map(String::as_str));
        let found: Vec<TaskRow> = sql.build_query_as().fetch_all(&mut *tx).await?;
        let mut found: HashMap<String, TaskRow> =
            found.into_iter().map(|row| (row.id.clone(), row)).collect();
        for id in ids {
            match found.remove(id) {
                None => failed.push(BulkFailure {
                    id: id.clone(),
                    title: String::new(),
                    reason: Reason::NotFound,
                }),
                Some(row) if row.owner_id != user.id => {
                    failed.push(told(&row, Reason::NotAllowed));
                }
                Some(row) if !row.state().allows(TaskAction::Delete) => {
                    failed.push(told(&row, Reason::WrongState));
                }
                Some(row) => {
                    projects.insert(row.project_id);
                    going.push(row.id);
                }
            }
        }
    }
    for ids in going.chunks(CHUNK) {
        let mut sql = QueryBuilder::<Sqlite>::new("UPDATE tasks SET deleted_at = ");
        sql.push_bind(now.0).push(" WHERE id");
        among(&mut sql, ids.iter().map(String::as_str));
        sql.build().execute(&mut *tx).await?;
    }
    for project in &projects {
        entities::touch(&mut tx, project, now).await?;
    }
    tx.commit().await?;
    for id in &going {
        events::task(app, id, Change::Deleted).await;
    }
    Ok((going.len() as u64, failed))
}
