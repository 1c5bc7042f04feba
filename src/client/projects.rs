//! Projects.

use super::{ClientError, Request, call};
use api::metric::{MetricPattern, MetricPatterns};
use api::project::{EntityChange, EntityQuery, NewProject, Project};
use api::{Page, routes};
use serde::de::IgnoredAny;

/// A part of the list of projects that the reader may see.
///
/// # Errors
/// What every request can meet.
pub async fn list(query: &EntityQuery) -> Result<Page<Project>, ClientError> {
    call(Request::get(routes::PROJECTS).query(query)).await
}

/// A project by its owner and name.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn get(user: &str, name: &str) -> Result<Project, ClientError> {
    call(Request::get(routes::fill(routes::PROJECT, &[user, name]))).await
}

/// Creates a project of one's own.
///
/// # Errors
/// `NameTaken`, `IllegalName` or another reason at its field, and what every request can meet.
pub async fn create(user: &str, name: &str, new: &NewProject) -> Result<Project, ClientError> {
    call(Request::put(routes::fill(routes::PROJECT, &[user, name])).json(new)).await
}

/// Changes a project of one's own.
///
/// # Errors
/// `NameTaken`, `IllegalName` or another reason at its field, and what every request can meet.
pub async fn change(user: &str, name: &str, change: &EntityChange) -> Result<Project, ClientError> {
    call(Request::post(routes::fill(routes::PROJECT, &[user, name])).json(change)).await
}

/// Puts a project of one's own into the trash.
///
/// # Errors
/// `NotAllowed` and what every request can meet.
pub async fn delete(user: &str, name: &str) -> Result<(), ClientError> {
    call::<IgnoredAny>(Request::delete(routes::fill(
        routes::PROJECT,
        &[user, name],
    )))
    .await
    .map(drop)
}

/// The patterns of metrics that a project has of its own, by its id.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn metric_patterns(id: &str) -> Result<Vec<MetricPattern>, ClientError> {
    let address = routes::fill(routes::METRIC_PATTERNS, &[id]);
    let found: MetricPatterns = call(Request::get(address)).await?;
    Ok(found.patterns)
}

/// Gives a project of one's own these patterns and no others; answers them as they are kept.
///
/// # Errors
/// `TooLong` at `patterns` when there are too many, a reason at `patterns.1.name` or `patterns.1.pattern` for the second
/// one, and what every request can meet. Where one is wrong, none is kept.
pub async fn set_metric_patterns(
    id: &str,
    patterns: Vec<MetricPattern>,
) -> Result<Vec<MetricPattern>, ClientError> {
    let request = Request::put(routes::fill(routes::METRIC_PATTERNS, &[id]));
    let kept: MetricPatterns = call(request.json(&MetricPatterns { patterns })).await?;
    Ok(kept.patterns)
}
