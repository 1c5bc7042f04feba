//! What the metrics in the logs of tasks are in short, for lists and comparison. Logs are read by the same program as in
//! the page, one at a time and each once; see docs/decisions/0036-metrics-in-lists.md.

mod asked;
mod kept;

pub use asked::Asked;

use super::reading::through;
use super::rows;
use crate::entities;
use crate::error::{Answer, ApiError, ok};
use crate::http::{Caller, Path, Query};
use crate::openapi::answers::Answered;
use crate::state::{App, Shared};
use api::metric::{MetricPattern, MetricSummary, MetricsQuery, MetricsState, TaskMetrics};
use api::{Page, Reason, limits, routes};
use axum::extract::State;
use engine::metrics::{Metrics, SERIES_MAX, UserPattern};
use kept::Standing;
use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

/// Bytes of a log that are held while it is read.
const HELD: usize = 1024 * 1024;

/// What the metrics in a task's log are in short; waits until the log is read, which takes seconds for a long one.
#[utoipa::path(
    get, path = routes::TASK_METRICS, operation_id = "task_metrics",
    params(("id" = String, Path, description = "The task")),
    responses((status = 200, description = "the metrics", body = Answered<TaskMetrics>))
)]
pub(super) async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<TaskMetrics> {
    let id = rows::visible(&app, &caller, &id).await?.id;
    let standing = kept::standings(&app, Some(&caller), std::slice::from_ref(&id)).await?;
    read_all(&app, &standing).await?;
    let mut found = kept::first(&app, [id.as_str()], SERIES_MAX).await?;
    ok(TaskMetrics {
        state: MetricsState::Ready,
        metrics: found.remove(&id).unwrap_or_default(),
        id,
    })
}

/// The same of many tasks, without waiting: those whose log is still to be read are `pending`, and it is read by and by.
///
/// Tasks that the caller may not see are left out.
#[utoipa::path(
    get, path = routes::TASKS_METRICS, operation_id = "tasks_metrics",
    params(MetricsQuery),
    responses((status = 200, description = "what is known", body = Answered<Page<TaskMetrics>>))
)]
pub(super) async fn many(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<MetricsQuery>,
) -> Answer<Page<TaskMetrics>> {
    if query.ids.0.len() > limits::METRICS_TASKS {
        return Err(ApiError::field("ids", Reason::TooLong));
    }
    let tasks = kept::standings(&app, Some(&caller), &query.ids.0).await?;
    let pending: BTreeSet<String> = tasks
        .iter()
        .filter(|task| app.metrics.is_due(task))
        .map(|task| task.id.clone())
        .collect();
    wanted(&app, pending.iter().cloned());
    let ids = tasks.iter().map(|task| task.id.as_str());
    let mut found = match tasks.is_empty() {
        true => HashMap::new(),
        false => kept::first(&app, ids, limits::METRICS_OF_MANY).await?,
    };
    let list = tasks.into_iter().map(|task| TaskMetrics {
        state: match pending.contains(&task.id) {
            true => MetricsState::Pending,
            false => MetricsState::Ready,
        },
        metrics: found.remove(&task.id).unwrap_or_default(),
        id: task.id,
    });
    let list: Vec<TaskMetrics> = list.collect();
    let total = list.len() as u64;
    ok(Page { list, total })
}

/// The metrics of these names of tasks that the caller may see, all of them read.
///
/// # Errors
/// When a log cannot be read, or the database fails.
pub(super) async fn of_names(
    app: &Shared,
    caller: &Caller,
    tasks: &[String],
    names: &[String],
) -> Result<HashMap<String, Vec<MetricSummary>>, ApiError> {
    if tasks.is_empty() || names.is_empty() {
        return Ok(HashMap::new());
    }
    read_all(app, &kept::standings(app, Some(caller), tasks).await?).await?;
    Ok(kept::named(app, tasks.iter().map(String::as_str), names).await?)
}

/// Reads the logs of these tasks by and by, unless what is known of them holds.
pub(super) fn wanted(app: &Shared, tasks: impl IntoIterator<Item = String>) {
    if !app.metrics.add(tasks) {
        return;
    }
    let app = app.clone();
    tokio::spawn(async move {
        while let Some(task) = app.metrics.next() {
            if app.closing.is_cancelled() {
                continue;
            }
            // In a task of its own: a panic there must not keep all others waiting.
            let done = tokio::spawn(read(app.clone(), task.clone()));
            match done.await.map_err(ApiError::internal) {
                Ok(Ok(())) => {}
                Ok(Err(error)) | Err(error) => {
                    tracing::warn!(task, %error, "the metrics of a task cannot be read");
                }
            }
        }
    });
}

/// Reads those logs that are to be read, and waits for it.
async fn read_all(app: &Shared, tasks: &[Standing]) -> Result<(), ApiError> {
    for task in tasks.iter().filter(|task| app.metrics.is_due(task)) {
        // Whoever asked for a long log may not wait to the end; then it is there when asked again.
        let work = tokio::spawn(read(app.clone(), task.id.clone()));
        work.await.map_err(ApiError::internal)??;
    }
    Ok(())
}

/// Reads the log of a task and keeps what its metrics are, unless that is known or was a moment ago.
async fn read(app: Shared, id: String) -> Result<(), ApiError> {
    let _turn = app.reading.next().await;
    // Whoever was before may have wanted the same.
    let task = kept::standings(&app, None, std::slice::from_ref(&id)).await?;
    let Some(task) = task.into_iter().find(|task| app.metrics.is_due(task)) else {
        return Ok(());
    };
    let patterns = entities::patterns_of(&app, &task.project_id).await?;
    let hash = kept::hash(&patterns);
    let (shared, begun) = (app.clone(), Instant::now());
    let found = tokio::task::spawn_blocking(move || find(&shared, &id, patterns));
    let found = found.await.map_err(ApiError::internal)?;
    app.metrics.rest(&task.id, begun.elapsed());
    kept::keep(&app, &task, &hash, found?.series()).await?;
    Ok(())
}

/// The metrics in the log of a task. Blocks.
fn find(app: &App, task: &str, patterns: Vec<MetricPattern>) -> std::io::Result<Metrics> {
    // A later reader may refuse a pattern that was kept by an earlier one; the others still hold.
    let patterns = patterns.into_iter().filter_map(|pattern| {
        let MetricPattern { name, pattern } = pattern;
        engine::metrics::MetricPattern::new(&UserPattern { name, pattern }).ok()
    });
    let mut metrics = Metrics::brief(patterns.collect(), app.config.log_offset);
    through(&app.store.log(task), HELD, &app.closing, |log| {
        metrics.step(log, usize::MAX);
    })?;
    Ok(metrics)
}
