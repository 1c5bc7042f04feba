//! The trash, and what hangs on what is to be deleted.

use super::{ClientError, Request, call};
use api::trash::{Dependents, Restore, Trashed};
use api::{Page, Paging, routes};
use serde::de::IgnoredAny;

/// A part of what the user can restore, what was deleted last first.
///
/// # Errors
/// What every request can meet.
pub async fn list(page: u32) -> Result<Page<Trashed>, ClientError> {
    let paging = Paging {
        page,
        ..Paging::default()
    };
    call(Request::get(routes::TRASH).query(&paging)).await
}

/// Restores something, a project or dataset under another name if one is given.
///
/// # Errors
/// `NameTaken` at the field `name`, `NotFound` when it is too late, and what every request can meet.
pub async fn restore(id: &str, name: Option<String>) -> Result<Trashed, ClientError> {
    call(Request::post(address(id)).json(&Restore { name })).await
}

/// Clears something in the trash away for good.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn delete(id: &str) -> Result<(), ClientError> {
    call::<IgnoredAny>(Request::delete(address(id)))
        .await
        .map(drop)
}

/// What hangs on a project, dataset or version of one's own.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn dependents(id: &str) -> Result<Dependents, ClientError> {
    call(Request::get(routes::fill(routes::DEPENDENTS, &[id]))).await
}

fn address(id: &str) -> String {
    routes::fill(routes::TRASHED, &[id])
}
