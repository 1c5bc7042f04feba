//! Projects.

use super::{ClientError, Request, call};
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
