//! Tasks and their logs.

use super::files::{Bytes, Part};
use super::{ClientError, Request, call, files};
use api::dataset::{OutputToDataset, OutputVersion};
use api::metric::{MetricNames, MetricsQuery, TaskMetrics};
use api::monitor::{Monitor, MonitorQuery};
use api::server::TaskDetail;
use api::task::{BulkDone, BulkTasks, NewTask, Task, TaskChange, TaskCreated, TaskQuery};
use api::triage::Triage;
use api::{Page, routes};
use leptos::web_sys::Blob;
use serde::de::IgnoredAny;

/// A part of a list of tasks.
///
/// # Errors
/// What every request can meet.
pub async fn list(query: &TaskQuery) -> Result<Page<Task>, ClientError> {
    call(Request::get(routes::TASKS).query(query)).await
}

/// All tasks of a list as a CSV file, with the last values of these metrics.
///
/// # Errors
/// `TooLong` at `metrics` when there are too many, and what every request can meet.
pub async fn csv(query: &TaskQuery, metrics: &MetricNames) -> Result<Blob, ClientError> {
    let mut request = Request::get(routes::TASKS_CSV).query(query).patient();
    if !metrics.is_empty() {
        request = request.with("metrics", &metrics.text());
    }
    files::blob_of(request).await
}

/// What is known of the metrics of some tasks.
///
/// # Errors
/// `TooLong` at `ids` when there are too many, and what every request can meet.
pub async fn metrics(query: &MetricsQuery) -> Result<Page<TaskMetrics>, ClientError> {
    call(Request::get(routes::TASKS_METRICS).query(query)).await
}

/// Stops or deletes many tasks.
///
/// # Errors
/// What every request can meet; a task that nothing can be done with is told in the answer.
pub async fn bulk(bulk: &BulkTasks) -> Result<BulkDone, ClientError> {
    call(Request::post(routes::TASKS_BULK).json(bulk).patient()).await
}

/// Changes a task's remark.
///
/// # Errors
/// `TooLong` at `description`, `NotAllowed` and what every request can meet.
pub async fn change(id: &str, change: &TaskChange) -> Result<Task, ClientError> {
    call(Request::put(address(id)).json(change)).await
}

/// A task.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn get(id: &str) -> Result<Task, ClientError> {
    call(Request::get(address(id))).await
}

/// The addresses of a task's servers; empty for whoever does not own it.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn detail(id: &str) -> Result<TaskDetail, ClientError> {
    let address = routes::fill(routes::TASK_DETAIL, &[id]);
    call(Request::get(address).with("content", "detail")).await
}

/// Why a task failed.
///
/// # Errors
/// `WrongState` for one that has not, `NotFound` and what every request can meet.
pub async fn triage(id: &str) -> Result<Triage, ClientError> {
    call(Request::get(routes::fill(routes::TASK_TRIAGE, &[id]))).await
}

/// What a task used of the machine; of what is known already only the rest ([`Monitor::next`], [`Monitor::take`]).
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn monitor(id: &str, query: &MonitorQuery) -> Result<Monitor, ClientError> {
    let address = routes::fill(routes::TASK_MONITOR, &[id]);
    call(Request::get(address).query(query)).await
}

/// Starts a task.
///
/// # Errors
/// The reason at its field, `SandboxMissing`, `LimitReached` and what every request can meet.
pub async fn run(new: &NewTask) -> Result<TaskCreated, ClientError> {
    call(Request::post(routes::TASK_RUN).json(new)).await
}

/// Stops a task.
///
/// # Errors
/// `WrongState`, `NotAllowed` and what every request can meet.
pub async fn stop(id: &str) -> Result<(), ClientError> {
    call::<IgnoredAny>(Request::post(address(id)).with("action", "stop"))
        .await
        .map(drop)
}

/// Deletes a task that has ended.
///
/// # Errors
/// `WrongState`, `NotAllowed` and what every request can meet.
pub async fn delete(id: &str) -> Result<(), ClientError> {
    call::<IgnoredAny>(Request::delete(address(id)))
        .await
        .map(drop)
}

/// Makes the output of a task a version of a dataset.
///
/// # Errors
/// The reason at its field, `WrongState`, `DiskFull` and what every request can meet.
pub async fn to_dataset(id: &str, wanted: &OutputToDataset) -> Result<OutputVersion, ClientError> {
    let address = routes::fill(routes::TASK_DATASET, &[id]);
    call(Request::post(address).json(wanted)).await
}

/// Bytes of a task's log.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn log(id: &str, part: Part) -> Result<Bytes, ClientError> {
    files::bytes(Request::get(routes::fill(routes::TASK_LOG, &[id])), part).await
}

/// The whole log as a Blob, for a download.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn log_blob(id: &str) -> Result<Blob, ClientError> {
    files::blob_of(Request::get(routes::fill(routes::TASK_LOG, &[id]))).await
}

fn address(id: &str) -> String {
    routes::fill(routes::TASK, &[id])
}
