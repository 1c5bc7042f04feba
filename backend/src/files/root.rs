//! What an id stands for: a version, or the output of a task.

use crate::error::ApiError;
use crate::http::Caller;
use crate::ids;
use crate::modules;
use crate::state::App;
use api::file::Root;
use api::module::{ModuleState, ModuleType};
use api::{Code, Reason};
use std::path::PathBuf;

/// A tree of files that the caller may read.
#[derive(Debug)]
pub(super) struct Place {
    /// The top of the tree; a task that has not begun has none yet.
    pub(super) folder: PathBuf,
    /// What it belongs to.
    pub(super) root: Root,
}

/// The tree of the version or output `id`.
///
/// # Errors
/// 517 when there is none or it is somebody else's private one, 530 when the version is not complete.
pub(super) async fn find(app: &App, caller: &Caller, id: &str) -> Result<Place, ApiError> {
    if !ids::is_id(id) {
        return Err(caller.not_found("version or output"));
    }
    if let Some(module) = modules::find(app, id).await? {
        if !module.is_visible_to(caller) {
            return Err(caller.not_found("version or output"));
        }
        if module.state() != ModuleState::Valid {
            let message = "the version is not complete";
            return Err(ApiError::new(
                Code::ResourceUnavailable,
                Reason::VersionNotReady,
                message,
            ));
        }
        let kind = module.module_type();
        let (owner, name, version) = (module.owner, module.name, module.version);
        let root = match kind {
            ModuleType::Code => Root::Code {
                owner,
                name,
                version,
            },
            ModuleType::Data => Root::Data {
                owner,
                name,
                version,
            },
        };
        let folder = app.store.module(id);
        return Ok(Place { folder, root });
    }
    // A task's output has the task's own id.
    let task: Option<String> = sqlx::query_scalar(
        "SELECT t.id FROM tasks t JOIN entities e ON e.id = t.project_id
         WHERE t.id = $1 AND t.deleted_at IS NULL AND e.deleted_at IS NULL
             AND (e.permission = 0 OR e.owner_id = $2)",
    )
    .bind(id)
    .bind(caller.id_or_nobody())
    .fetch_optional(app.db.read())
    .await?;
    let task = task.ok_or_else(|| caller.not_found("version or output"))?;
    Ok(Place {
        folder: app.store.output(&task),
        root: Root::Output { task },
    })
}
