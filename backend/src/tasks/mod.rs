//! Tasks: taking, listing, stopping and deleting them, and running them one after the other.

mod bulk;
mod csv;
mod end;
mod execute;
mod filter;
mod follow;
mod list;
pub mod metrics;
mod mode;
mod mounting;
mod mounts;
mod notice;
mod order;
pub mod packages;
pub mod queue;
pub mod reading;
pub mod rows;
mod submit;
pub mod triage;
mod workspace;

use crate::error::{Answer, ApiError, ok};
use crate::events;
use crate::http::caller::User;
use crate::http::{Body, Caller, Path, Query, SignedIn};
use crate::openapi::answers::{Answered, Nothing};
use crate::state::{App, Shared};
use api::environment::Environments;
use api::event::Action as Change;
use api::server::{Server, TaskDetail};
use api::task::{NewTask, Task, TaskAction, TaskChange, TaskCreated, TaskInstance, TaskQuery};
use api::{Code, Page, Reason, name, routes};
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::timeout;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(environments))
        .routes(routes!(run))
        .routes(routes!(list))
        .routes(routes!(csv::download))
        .routes(routes!(bulk::bulk))
        .routes(routes!(show, change, act, delete))
        .routes(routes!(instance))
        .routes(routes!(detail))
        .routes(routes!(triage::show))
        .routes(routes!(metrics::show))
        .routes(routes!(metrics::many))
        .routes(routes!(mounting::dataset_tasks))
}

/// The environments by kind of machine, and why tasks cannot run if they cannot.
#[utoipa::path(
    get, path = routes::ENVIRONMENTS, security(()),
    responses((status = 200, description = "the environments", body = Answered<Environments>))
)]
async fn environments(State(app): State<Shared>) -> Answer<Environments> {
    ok(app
        .catalog
        .to_wire(app.runner.unavailable(), app.runner.reaches_servers()))
}

/// Starts a task on a valid version of code.
#[utoipa::path(
    post, path = routes::TASK_RUN, security(("token" = [])),
    request_body = NewTask,
    responses((status = 200, description = "the task", body = Answered<TaskCreated>))
)]
async fn run(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Body(new): Body<NewTask>,
) -> Answer<TaskCreated> {
    ok(TaskCreated {
        id: submit::submit(&app, &user, &new).await?,
    })
}

/// Tasks that the caller may see, newest first unless asked otherwise.
#[utoipa::path(
    get, path = routes::TASKS, operation_id = "tasks",
    params(TaskQuery),
    responses((status = 200, description = "a part of the list", body = Answered<Page<Task>>))
)]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<TaskQuery>,
) -> Answer<Page<Task>> {
    let (list, total) = list::list(&app, &caller, &query).await?;
    ok(Page { list, total })
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Family {
    /// The CLI's id of a folder, where the path has the literal `{id}`.
    family_id: Option<String>,
}

/// What the address of a task answers.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Shown {
    One(Box<Task>),
    Family(Vec<Task>),
}

/// A task; with the literal `{id}` in the path, the caller's tasks of one folder.
#[utoipa::path(
    get, path = routes::TASK, operation_id = "task",
    params(("id" = String, Path, description = "The task"), Family),
    responses((status = 200, description = "the task, or an array of tasks", body = Answered<Shown>))
)]
async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    Query(Family { family_id }): Query<Family>,
) -> Answer<Shown> {
    // The CLI forgets to fill in the id when it lists a folder's tasks.
    if id == "{id}" {
        let user = caller.clone().signed_in()?;
        let family = family_id.ok_or_else(|| ApiError::missing("family_id"))?;
        return ok(Shown::Family(list::family(&app, &user, &family).await?));
    }
    let task = rows::visible(&app, &caller, &id).await?;
    ok(Shown::One(Box::new(list::one(&app, &caller, task).await?)))
}

/// Changes a task's remark.
#[utoipa::path(
    put, path = routes::TASK, operation_id = "change_task", security(("token" = [])),
    params(("id" = String, Path, description = "The task")),
    request_body = TaskChange,
    responses((status = 200, description = "the task", body = Answered<Task>))
)]
async fn change(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    Body(change): Body<TaskChange>,
) -> Answer<Task> {
    let task = rows::owned(&app, &user, &id).await?;
    name::check_description(&change.description)
        .map_err(|reason| ApiError::field("description", reason))?;
    let search_key = submit::search_key(&id, &task.name, &change.description, &task.command);
    sqlx::query("UPDATE tasks SET description = $1, search_key = $2 WHERE id = $3")
        .bind(&change.description)
        .bind(search_key)
        .bind(&id)
        .execute(app.db.write())
        .await?;
    events::task(&app, &id, Change::Changed).await;
    let caller = Caller::User(user);
    let task = rows::visible(&app, &caller, &id).await?;
    ok(list::one(&app, &caller, task).await?)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Action {
    /// The only one is `stop`.
    #[param(pattern = "^stop$")]
    action: String,
}

/// Stops a task.
///
/// The answer waits up to 4 s for the task's end; a program that takes longer still runs then.
#[utoipa::path(
    post, path = routes::TASK, operation_id = "stop_task", security(("token" = [])),
    params(("id" = String, Path, description = "The task"), Action),
    responses((status = 200, description = "the task", body = Answered<Task>))
)]
async fn act(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    Query(Action { action }): Query<Action>,
) -> Answer<Task> {
    if action != "stop" {
        let message = "the only action is stop";
        return Err(ApiError::bad(Reason::Malformed, message).at("action"));
    }
    stop(&app, &user, &id).await?;
    let caller = Caller::User(user);
    let task = rows::visible(&app, &caller, &id).await?;
    ok(list::one(&app, &caller, task).await?)
}

/// How long a stop waits for the task's end, so that whoever looks next sees it stopped. The CLI waits for 5 s.
const STOP_PATIENCE: Duration = Duration::from_secs(4);

async fn stop(app: &App, user: &User, id: &str) -> Result<(), ApiError> {
    let task = rows::owned(app, user, id).await?;
    if !task.state().allows(TaskAction::Stop) {
        return Err(wrong_state("the task has ended already"));
    }
    tracing::info!(task = id, user = user.name, "task is stopped");
    let live = app.logs.follow(id);
    // It may leave the queue between the two, and end between them and the first look: each is the truth in its turn.
    if queue::withdraw(app, id).await? {
        return Ok(());
    }
    if !app.queue.stop(id, queue::Stopper::User) {
        return Err(wrong_state("the task has ended already"));
    }
    if let Some(mut live) = live {
        // Its log is closed when its end is in the database. A program may take longer to end: then it still runs.
        let ended = async { while live.changed().await.is_ok() {} };
        timeout(STOP_PATIENCE, ended).await.ok();
    }
    Ok(())
}

/// Deletes a task that has ended.
#[utoipa::path(
    delete, path = routes::TASK, operation_id = "delete_task", security(("token" = [])),
    params(("id" = String, Path, description = "The task")),
    responses((status = 200, description = "deleted", body = Answered<Nothing>))
)]
async fn delete(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Answer<()> {
    let task = rows::owned(&app, &user, &id).await?;
    if !task.state().allows(TaskAction::Delete) {
        return Err(wrong_state("the task has not ended: stop it first"));
    }
    // Log and output stay until what is deleted is thrown away for good; the workspace went when the task ended.
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    sqlx::query("UPDATE tasks SET deleted_at = $1 WHERE id = $2 AND deleted_at IS NULL")
        .bind(now.0)
        .bind(&id)
        .execute(&mut *tx)
        .await?;
    crate::entities::touch(&mut tx, &task.project_id, now).await?;
    tx.commit().await?;
    events::task(&app, &id, Change::Deleted).await;
    ok(())
}

fn wrong_state(message: &str) -> ApiError {
    ApiError::new(Code::OverPermission, Reason::WrongState, message)
}

/// What the CLI asks for a task's output.
#[utoipa::path(
    get, path = routes::TASK_INSTANCE, operation_id = "task_instance",
    params(("id" = String, Path, description = "The task")),
    responses((status = 200, description = "the instance", body = Answered<TaskInstance>))
)]
async fn instance(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<TaskInstance> {
    let task = rows::visible(&app, &caller, &id).await?;
    ok(TaskInstance {
        output_ids_dict: BTreeMap::from([("output".to_owned(), task.id.clone())]),
        log_id: task.id.clone(),
        id: task.id,
        mode: Some(task.mode),
        // `russell delete` deletes this version with the task. Other tasks may use it, and it is the project's
        // history: the CLI spares it when it is not told.
        module_id: None,
    })
}

/// Addresses of a task's servers.
#[utoipa::path(
    get, path = routes::TASK_DETAIL, operation_id = "task_detail",
    params(("id" = String, Path, description = "The task")),
    responses((status = 200, description = "the addresses", body = Answered<TaskDetail>))
)]
async fn detail(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<TaskDetail> {
    let task = rows::visible(&app, &caller, &id).await?;
    if task.state().is_final() || caller.id() != Some(&task.owner_id) {
        return ok(TaskDetail::default());
    }
    let servers = Server::of_task(&task.mode, task.enable_tensorboard != 0);
    let secret = app.servers.secret(&id);
    let url = |server| {
        let url = || app.config.servers.url(&headers, server, &id, &secret);
        servers.contains(&server).then(url).flatten()
    };
    ok(TaskDetail {
        jupyter_url: url(Server::Notebook),
        tensorboard_url: url(Server::Tensorboard),
        serve_url: url(Server::Serve),
        answering: match app.servers.get(&id) {
            Some(open) => open.answering().await,
            None => Vec::new(),
        },
    })
}
