//! Versions of projects and datasets.

use super::{ClientError, Request, call};
use api::module::{Module, ModuleChange, ModuleType, ModulesQuery};
use api::{Page, routes};
use serde_json::Value;

/// All versions of a project or dataset, newest first.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn list(module_type: ModuleType, entity_id: &str) -> Result<Page<Module>, ClientError> {
    let query = ModulesQuery {
        module_type,
        entity_id: entity_id.to_owned(),
    };
    call(Request::get(routes::MODULES).query(&query)).await
}

/// A version by its id, or a dataset's by `<user>/<dataset>/<version>`.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn get(id: &str) -> Result<Module, ClientError> {
    call(Request::get(routes::MODULE).with("id", id)).await
}

/// Changes the remark of a version.
///
/// # Errors
/// `TooLong`, `NotAllowed` and what every request can meet.
pub async fn describe(id: &str, description: &str) -> Result<(), ClientError> {
    let change = ModuleChange {
        id: id.to_owned(),
        codehash: None,
        description: Some(description.to_owned()),
    };
    call::<Value>(Request::post(routes::MODULE).json(&change))
        .await
        .map(drop)
}

/// Deletes a version.
///
/// # Errors
/// `InUse`, `NotAllowed` and what every request can meet.
pub async fn delete(id: &str) -> Result<(), ClientError> {
    call::<Value>(Request::delete(routes::MODULE).with("id", id))
        .await
        .map(drop)
}
