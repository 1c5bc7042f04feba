//! Datasets.

use super::{ClientError, Request, call};
use api::dataset::{Dataset, NewDataset};
use api::project::{EntityChange, EntityQuery};
use api::task::Task;
use api::{Page, Paging, routes};
use serde::de::IgnoredAny;

/// A part of the list of datasets that the reader may see.
///
/// # Errors
/// What every request can meet.
pub async fn list(query: &EntityQuery) -> Result<Page<Dataset>, ClientError> {
    call(Request::get(routes::DATASETS).query(query)).await
}

/// A dataset by its owner and name.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn get(user: &str, name: &str) -> Result<Dataset, ClientError> {
    call(Request::get(routes::fill(routes::DATASET, &[user, name]))).await
}

/// Creates a dataset of one's own.
///
/// # Errors
/// `NameTaken`, `IllegalName` or another reason at its field, and what every request can meet.
pub async fn create(user: &str, name: &str, new: &NewDataset) -> Result<Dataset, ClientError> {
    call(Request::put(routes::fill(routes::DATASET, &[user, name])).json(new)).await
}

/// Changes a dataset of one's own.
///
/// # Errors
/// `NameTaken`, `IllegalName` or another reason at its field, and what every request can meet.
pub async fn change(user: &str, name: &str, change: &EntityChange) -> Result<Dataset, ClientError> {
    call(Request::post(routes::fill(routes::DATASET, &[user, name])).json(change)).await
}

/// Puts a dataset of one's own into the trash.
///
/// # Errors
/// `NotAllowed` and what every request can meet.
pub async fn delete(user: &str, name: &str) -> Result<(), ClientError> {
    call::<IgnoredAny>(Request::delete(routes::fill(
        routes::DATASET,
        &[user, name],
    )))
    .await
    .map(drop)
}

/// A part of the tasks that mount a dataset, newest first.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn tasks(id: &str, page: u32) -> Result<Page<Task>, ClientError> {
    let paging = Paging {
        page,
        ..Paging::default()
    };
    let address = routes::fill(routes::DATASET_TASKS, &[id]);
    call(Request::get(address).query(&paging)).await
}
