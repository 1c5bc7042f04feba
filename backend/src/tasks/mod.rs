//! Tasks: taking, listing, stopping and deleting them, and running them one after the other.

mod end;
mod execute;
mod follow;
mod list;
mod mode;
mod mounts;
pub mod packages;
pub mod queue;
pub mod rows;
mod submit;
mod workspace;

use crate::error::{Answer, ApiError, ok};
use crate::http::caller::User;
use crate::http::{Body, Caller, Path, Query, SignedIn};
use crate::state::{App, Shared};
use api::environment::Environments;
use api::server::{Server, TaskDetail};
use api::task::{NewTask, Task, TaskCreated, TaskInstance, TaskQuery};
use api::{Code, Page, Reason, name, routes};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::timeout;

/// The routes of this module.
pub fn router() -> Router<Shared> {
    Router::new()
        .route(routes::ENVIRONMENTS, get(environments))
        .route(routes::TASK_RUN, post(run))
        .route(routes::TASKS, get(list))
        .route(routes::TASK, get(show).post(act).delete(delete))
        .route(routes::TASK_INSTANCE, get(instance))
        .route(routes::TASK_DETAIL, get(detail))
}

async fn environments(State(app): State<Shared>) -> Answer<Environments> {
    ok(app
        .catalog
        .to_wire(app.runner.unavailable(), app.runner.reaches_servers()))
}

async fn run(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Body(new): Body<NewTask>,
) -> Answer<TaskCreated> {
    ok(TaskCreated {
        id: submit::submit(&app, &user, &new).await?,
    })
}

async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<TaskQuery>,
) -> Answer<Page<Task>> {
    let words = query.q.as_deref().unwrap_or("");
    name::check_search(words).map_err(|reason| ApiError::field("q", reason))?;
    let (list, total) = list::list(&app, &caller, &query).await?;
    ok(Page { list, total })
}

#[derive(Deserialize)]
struct Family {
    family_id: Option<String>,
}

async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    Query(Family { family_id }): Query<Family>,
) -> Result<Response, ApiError> {
    // The CLI forgets to fill in the id when it lists a folder's tasks.
    if id == "{id}" {
        let user = caller.clone().signed_in()?;
        let family = family_id.ok_or_else(|| ApiError::missing("family_id"))?;
        return Ok(ok(list::family(&app, &user, &family).await?).into_response());
    }
    let task = rows::visible(&app, &caller, &id).await?;
    Ok(ok(list::one(&app, &caller, task).await?).into_response())
}

#[derive(Deserialize)]
struct Action {
    action: String,
}

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
    if !task.state().can_stop() {
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

async fn delete(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Answer<()> {
    let task = rows::owned(&app, &user, &id).await?;
    if !task.state().can_delete() {
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
    ok(())
}

fn wrong_state(message: &str) -> ApiError {
    ApiError::new(Code::OverPermission, Reason::WrongState, message)
}

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
