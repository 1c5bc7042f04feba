//! One task from the queue to its end. Each stage is in the database before it begins.

use super::end::End;
use super::follow::follow;
use super::mode;
use super::notice;
use super::packages;
use super::queue::Stopper;
use super::rows::{key, seconds, tells};
use super::triage::ENDED;
use super::workspace;
use crate::environments::{Environment, Instance, Limits};
use crate::events;
use crate::logs::lines;
use crate::logs::writer::LogWriter;
use crate::notifications;
use crate::runner::Spec;
use crate::sandbox::{Layout, places};
use crate::state::{App, Shared};
use crate::{billing, db, monitor};
use api::billing::Compute;
use api::event::Action;
use api::server::Server;
use api::task::{EndReason, TaskState};
use std::io;
use std::time::Duration;
use tokio::sync::watch;

#[derive(sqlx::FromRow)]
struct Job {
    module_id: String,
    owner_id: String,
    name: String,
    command: String,
    environment: String,
    instance_type: String,
    /// JSON array of `key:value`.
    params: String,
    mode: String,
    enable_tensorboard: i64,
}

#[derive(sqlx::FromRow)]
struct MountJob {
    module_id: String,
    mount: String,
    name: String,
    permission: i64,
}

/// Runs a task that has just left the queue to its end. Whatever happens, the task has an end afterwards.
pub async fn run(app: &App, task: &str, mut stopped: watch::Receiver<Option<Stopper>>) {
    let end = match LogWriter::open(app, task).await {
        Ok(mut log) => {
            let end = stages(app, task, &mut log, &mut stopped)
                .await
                .unwrap_or_else(|end| end);
            let end = epilogue(app, task, &mut log, end).await;
            (end, log.size())
        }
        Err(error) => (End::from(error), 0),
    };
    settle(app, task, end).await;
}

/// The end of a task whose run panicked; the panic itself is in the backend's log.
pub async fn broke(app: &Shared, task: &str) {
    let (shared, id) = (app.clone(), task.to_owned());
    let buried = blocking(move || {
        shared.runner.bury(&[id]);
        Ok(())
    });
    if let Err(error) = buried.await {
        tracing::error!(task, %error, "the processes of a task may be alive");
    }
    let end = End::failed(
        EndReason::SandboxFailed,
        "the service failed while it ran the task",
    );
    let end = match LogWriter::open(app, task).await {
        Ok(mut log) => (epilogue(app, task, &mut log, end).await, log.size()),
        Err(_) => (end, 0),
    };
    settle(app, task, end).await;
}

async fn stages(
    app: &App,
    task: &str,
    log: &mut LogWriter<'_>,
    stopped: &mut watch::Receiver<Option<Stopper>>,
) -> Result<End, End> {
    let job: Job = sqlx::query_as(
        "SELECT module_id, owner_id, name, command, environment, instance_type, mode, enable_tensorboard, params
         FROM tasks WHERE id = $1",
    )
    .bind(task)
    .fetch_one(app.db.read())
    .await?;
    log.platform("Task start to be executed...").await?;
    let Some(environment) = app.catalog.get(&job.environment) else {
        let message = format!(
            "the environment {} is not offered any more",
            job.environment
        );
        return Err(End::failed(EndReason::SandboxFailed, message));
    };
    let image = format!(
        "default_env: {}, image: {}",
        environment.name, environment.description
    );
    log.platform(&image).await?;
    log.platform("mkdir output").await?;
    let (store, id) = (app.store.clone(), task.to_owned());
    blocking(move || workspace::make(&store, &id)).await?;

    stage(
        app,
        task,
        "UPDATE tasks SET stage = 'configuring', configuring_at = $1 WHERE id = $2",
    )
    .await?;
    let mut layout = configure(app, task, &job, environment, log).await?;
    // Kept to the end: nobody may remove them while the task runs.
    let packages = packages::prepare(app, &layout, log, stopped).await?;
    layout.packages = packages.as_ref().map(|packages| packages.folder.clone());
    let servers = Server::of_task(&job.mode, job.enable_tensorboard != 0);
    // Before the task is seen running: the CLI asks for addresses then.
    let opened = (!servers.is_empty()).then(|| app.servers.open(task, servers));
    let mut command = job.command.clone();
    if let Some(opened) = &opened {
        let (open, program) = (opened.open.clone(), app.config.program.clone());
        (layout, command) = blocking(move || {
            let command = mode::equip(&mut layout, &open, &program, command)?;
            Ok((layout, command))
        })
        .await?;
    }
    if let Some(by) = *stopped.borrow() {
        return Ok(End::stopped(by));
    }

    let limits = afford(app, &job).await?;
    stage(
        app,
        task,
        "UPDATE tasks SET stage = 'running', state = 'running', running_at = $1 WHERE id = $2",
    )
    .await?;
    app.logs.state(task, TaskState::Running);
    log.platform("Task is running now ~").await?;
    log.frame().await?;
    let spec = Spec {
        layout,
        command,
        limits,
    };
    let mut run = app
        .runner
        .start(spec)
        .map_err(|words| End::failed(EndReason::SandboxFailed, words))?;
    // Only now: what made it wait was ours.
    let compute = Compute::of_instance(&job.instance_type);
    app.meter
        .begin(app, task, &job.owner_id, &job.name, compute);
    if let Some(opened) = &opened {
        opened.ready(run.door.take());
    }
    let exit = match run.usage.take() {
        Some(usage) => {
            let recorded = monitor::record(app, task, limits.memory_bytes, usage);
            tokio::join!(follow(run, log, stopped), recorded).0
        }
        None => follow(run, log, stopped).await,
    };
    app.meter.end(app, task);
    let exit = exit?;
    Ok(End::of(exit, *stopped.borrow()))
}

/// What the command may use: the machine's limits and those of its owner's plan.
///
/// # Errors
/// The end of a task whose first second nothing pays, as everything was used up while it waited.
async fn afford(app: &App, job: &Job) -> Result<Limits, End> {
    let compute = Compute::of_instance(&job.instance_type);
    if app.config.billing {
        let account = billing::rows::now(app, &job.owner_id).await?;
        if !account.can_pay(compute, app.clock.now()) {
            return Err(End::stopped(Stopper::NoBalance));
        }
    }
    let plan = billing::limits::of_task(app, &job.owner_id).await?;
    let machine = app.catalog.machine.limits;
    Ok(Limits {
        time_limit: stricter(machine.time_limit, plan.seconds),
        kept_bytes: stricter(machine.kept_bytes, plan.output_bytes),
        ..machine
    })
}

/// The smaller of two limits, of which 0 is none.
fn stricter(a: u64, b: u64) -> u64 {
    match (a, b) {
        (0, only) | (only, 0) => only,
        (a, b) => a.min(b),
    }
}

/// Waits until somebody asks for the task's end.
pub(super) async fn until_asked(stopped: &mut watch::Receiver<Option<Stopper>>) -> Stopper {
    // The sender lives as long as the task is active.
    let by = stopped.wait_for(Option::is_some).await;
    match by.ok().and_then(|by| *by) {
        Some(by) => by,
        None => std::future::pending().await,
    }
}

async fn stage(app: &App, task: &str, statement: &'static str) -> sqlx::Result<()> {
    sqlx::query(statement)
        .bind(app.clock.now().0)
        .bind(task)
        .execute(app.db.write())
        .await?;
    events::task(app, task, Action::Changed).await;
    Ok(())
}

/// Copies the code and finds the data.
async fn configure(
    app: &App,
    task: &str,
    job: &Job,
    environment: &Environment,
    log: &mut LogWriter<'_>,
) -> Result<Layout, End> {
    let root = app.store.task(task);
    let (code, copy) = (app.store.module(&job.module_id), root.join("workspace"));
    let to = copy.clone();
    blocking(move || workspace::copy(&code, &to)).await?;
    log.platform(&format!(
        "work_volume create successfully, mount dir: {}",
        places::WORKSPACE
    ))
    .await?;
    let rows: Vec<MountJob> = sqlx::query_as(
        "SELECT tm.module_id, tm.mount, e.name, e.permission
         FROM task_mounts tm JOIN modules m ON m.id = tm.module_id JOIN entities e ON e.id = m.entity_id
         WHERE tm.task_id = $1 ORDER BY tm.position",
    )
    .bind(task)
    .fetch_all(app.db.read())
    .await?;
    let mut mounts = Vec::new();
    for row in rows {
        let folder = app.store.module(&row.module_id);
        // Strangers read the log of a public project: no word of whose data it is, nor a mount that tells its name.
        let place = match row.permission != 0 && tells(&row.mount, &row.name) {
            true => format!("below {}", places::INPUT),
            false => format!("at {}/{}", places::INPUT, row.mount),
        };
        if !folder.is_dir() {
            let message = format!("the files of the data {place} are missing");
            return Err(End::failed(EndReason::SandboxFailed, message));
        }
        log.platform(&format!("data mounted {place}")).await?;
        mounts.push((row.mount, folder));
    }
    let limits = app.catalog.machine.limits;
    let mut environment = environment.clone();
    if Instance::parse(&job.instance_type) != Some(Instance::Gpu) {
        environment.devices.clear();
    }
    let params: Vec<String> = serde_json::from_str(&job.params).map_err(io::Error::other)?;
    let params = params.iter().filter_map(|pair| pair.split_once(':'));
    environment
        .variables
        .extend(params.map(|(key, value)| (key.to_owned(), value.to_owned())));
    Ok(Layout {
        task: task.to_owned(),
        environment,
        workspace: copy,
        output: app.store.output(task),
        tmp: root.join("tmp"),
        mounts,
        packages: None,
        // What lies there and is mapped by nobody is not in the processes' memory.
        shared_memory: limits.memory_bytes / 2,
        processes: limits.processes,
        relay: None,
    })
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}

/// The last lines of the log.
async fn epilogue(app: &App, task: &str, log: &mut LogWriter<'_>, end: End) -> End {
    let ran: Result<Option<i64>, _> =
        sqlx::query_scalar("SELECT running_at FROM tasks WHERE id = $1")
            .bind(task)
            .fetch_one(app.db.read())
            .await;
    let ran = ran.ok().flatten();
    let duration = seconds(ran, Some(app.clock.now().0));
    let write = async {
        if ran.is_some() {
            log.frame().await?;
        }
        if let Some(message) = &end.exit.message {
            log.platform(&format!("{ENDED}{message}")).await?;
        }
        log.platform(&lines::last(end.state, duration)).await?;
        log.sync().await
    };
    match write.await {
        Ok(()) => end,
        // The command may have succeeded, but its log is not whole.
        Err(error) if end.state == TaskState::Success => error.into(),
        Err(error) => {
            tracing::error!(task, %error, "the end of the log cannot be written");
            end
        }
    }
}

/// Writes the end down, tidies up and tells whoever follows.
async fn settle(app: &App, task: &str, (end, log_bytes): (End, u64)) {
    let (store, id) = (app.store.clone(), task.to_owned());
    let tidy = blocking(move || {
        if let Err(error) = workspace::clear(&store, &id) {
            tracing::warn!(task = id, %error, "the workspace cannot be removed");
        }
        workspace::settle(&store.output(&id))
    });
    let output_bytes = tidy.await.unwrap_or_else(|error| {
        tracing::warn!(task, %error, "the output cannot be read");
        0
    });
    for wait in [1, 5, 30, 0] {
        match write_end(app, task, &end, log_bytes, output_bytes).await {
            Ok(owner) => {
                if let Some(owner) = owner {
                    notifications::told(app, &owner, true);
                }
                break;
            }
            Err(error) => {
                tracing::error!(task, %error, "the end of a task cannot be written");
                tokio::time::sleep(Duration::from_secs(wait)).await;
            }
        }
    }
    app.logs.close(task, end.state);
    events::task(app, task, Action::Changed).await;
    tracing::info!(task, state = ?end.state, reason = ?end.exit.reason, code = end.exit.code, "task ended");
}

/// Answers the task's owner if there is a notification.
async fn write_end(
    app: &App,
    task: &str,
    end: &End,
    log_bytes: u64,
    output_bytes: u64,
) -> sqlx::Result<Option<String>> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    sqlx::query(
        "UPDATE tasks SET state = $1, stage = 'finished', finished_at = $2, exit_code = $3, end_reason = $4,
             end_message = $5, log_bytes = $6, output_bytes = $7 WHERE id = $8",
    )
    .bind(key(end.state))
    .bind(now.0)
    .bind(end.exit.code.map(i64::from))
    .bind(key(end.exit.reason))
    .bind(&end.exit.message)
    .bind(db::bytes(log_bytes))
    .bind(db::bytes(output_bytes))
    .bind(task)
    .execute(&mut *tx)
    .await?;
    let charged = billing::meter::settle(app, &mut tx, task).await?;
    let project: String = sqlx::query_scalar("SELECT project_id FROM tasks WHERE id = $1")
        .bind(task)
        .fetch_one(&mut *tx)
        .await?;
    crate::entities::touch(&mut tx, &project, now).await?;
    let owner = notice::ended(&mut tx, now, task).await?;
    tx.commit().await?;
    app.meter.forget(task);
    if let Some(charged) = charged {
        charged.tell(app);
    }
    Ok(owner)
}
