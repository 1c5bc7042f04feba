//! Clones: the newest version of a project as a zip, built while it is sent.
//!
//! Two ways lead to the same stream: one request, which `russell clone` makes, and a task that is polled first, which
//! its developers' `clone2` does.

mod steps;
mod zip;

use crate::entities::{self, Address};
use crate::error::{ApiError, ok};
use crate::http::{Caller, Path, Query, SignedIn};
use crate::modules::{self, ModuleRow};
use crate::openapi::answers::{Answered, Binary, Failure};
use crate::state::{App, Shared};
use api::clone::{CloneProgress, CloneQuery, CloneTask};
use api::module::ModuleType;
use api::{Code, Reason, routes};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use steps::{Steps, Told};
use tokio::sync::Semaphore;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Zips that are built at a time: each keeps a thread and a processor busy, and up to 100 MB for its directory.
const STREAMS: usize = 8;
/// How long a poll takes: the CLI asks again without a pause.
const HOLD: Duration = Duration::from_secs(1);

/// What clones have in common.
#[derive(Debug)]
pub struct Clones {
    steps: Steps,
    streams: Arc<Semaphore>,
}

impl Default for Clones {
    fn default() -> Self {
        Self {
            steps: Steps::default(),
            streams: Arc::new(Semaphore::new(STREAMS)),
        }
    }
}

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(whole))
        .routes(routes!(stepwise))
}

/// The newest complete version of a project as a zip, built while it is sent.
///
/// A file or folder called `output` at the top is left out.
#[utoipa::path(
    get, path = routes::PROJECT_CLONE, operation_id = "clone_project",
    params(("id" = String, Path, description = "The project")),
    responses(
        (status = 200, description = "the zip, or why there is none", content(
            (Binary = "application/zip"),
            (Failure = "application/json"),
        )),
    )
)]
async fn whole(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let module = newest(&app, &caller, &id).await?;
    stream(&app, module).await
}

/// What a clone in steps is told.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Step {
    Begun(CloneTask),
    Goes(CloneProgress),
    /// Empty: whatever is no object lets the CLI end.
    Over(&'static str),
}

/// The same in steps: without `task_id` a task is begun, with it polled, with `stream` as well the zip is sent.
#[utoipa::path(
    get, path = routes::PROJECT_CLONE_TASK, operation_id = "clone_project_in_steps", security(("token" = [])),
    params(("id" = String, Path, description = "The project"), CloneQuery),
    responses(
        (status = 200, description = "how far the clone is, or the zip", content(
            (Answered<Step> = "application/json"),
            (Binary = "application/zip"),
        )),
    )
)]
async fn stepwise(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    Query(query): Query<CloneQuery>,
) -> Result<Response, ApiError> {
    let caller = Caller::User(user.clone());
    let clones = &app.clones.steps;
    let Some(task) = query.task_id else {
        let module = newest(&app, &caller, &id).await?;
        let task_id = clones.begin(&user.id, &module, app.clock.now())?;
        return Ok(ok(Step::Begun(CloneTask { task_id })).into_response());
    };
    let gone = || ApiError::not_found("clone task");
    if query.stream.is_some_and(|stream| stream == "1") {
        let module = clones.take(&task, &user.id, &id, app.clock.now());
        // Whoever has lost the right to see the project meanwhile gets nothing either.
        let module = modules::visible(&app, &caller, &module.ok_or_else(gone)?).await?;
        return stream(&app, module).await;
    }
    tokio::time::sleep(HOLD).await;
    let told = clones.tell(&task, &user.id, &id, app.clock.now());
    match told.ok_or_else(gone)? {
        Told::Started(module) => {
            let contents = zip::contents(&modules::tree(&app, &module).await?);
            Ok(ok(Step::Goes(CloneProgress::Started(contents))).into_response())
        }
        Told::Success => Ok(ok(Step::Goes(CloneProgress::Success)).into_response()),
        Told::Over => Ok(ok(Step::Over("")).into_response()),
    }
}

/// The version that a clone of the project holds.
///
/// # Errors
/// 517 when there is no such project or it is somebody else's private one, 530 when it has no complete version.
async fn newest(app: &App, caller: &Caller, project: &str) -> Result<ModuleRow, ApiError> {
    let project = entities::visible(app, caller, ModuleType::Code, Address::Id(project)).await?;
    let module = modules::newest_valid(app, &project.id).await?;
    module.ok_or_else(|| {
        let message = "the project has no complete version yet";
        ApiError::new(Code::ResourceUnavailable, Reason::VersionNotReady, message)
    })
}

/// The version as a zip; its files are read while the answer is sent.
///
/// # Errors
/// 503 when too many are sent already; when the database fails.
async fn stream(app: &App, module: ModuleRow) -> Result<Response, ApiError> {
    let permit = Arc::clone(&app.clones.streams).try_acquire_owned();
    let permit = permit.map_err(|_| busy("too many projects are being cloned"))?;
    let guard = (permit, app.readers.begin(&module.id));
    let tree = modules::tree(app, &module.id).await?;
    let bytes = zip::build(app.store.module(&module.id), tree, guard);
    let name = format!("{}-{}.zip", module.name, module.version);
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        // The names of projects need no quoting.
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}

/// 503: not now.
fn busy(message: &str) -> ApiError {
    ApiError::new(Code::Busy, Reason::Busy, message).retry_after(5)
}
