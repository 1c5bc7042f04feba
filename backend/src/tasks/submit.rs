//! Taking a new task: everything is checked here, inside nothing is checked again.

use super::mode::Mode;
use super::mounts;
use crate::environments::{Environment, Instance};
use crate::error::ApiError;
use crate::http::Caller;
use crate::http::caller::User;
use crate::modules::{self, ModuleRow};
use crate::state::App;
use crate::{billing, entities, events, ids, logs};
use api::billing::Compute;
use api::event::Action;
use api::module::{ModuleState, ModuleType};
use api::task::NewTask;
use api::{Code, Reason, limits, name};

/// Most tasks of one user that may wait or run at a time.
const OPEN_MAX: i64 = 100;

/// Puts the task into the queue; answers its id.
///
/// # Errors
/// What is wrong with it, at its field.
pub async fn submit(app: &App, user: &User, new: &NewTask) -> Result<String, ApiError> {
    if let Some(why) = app.runner.unavailable() {
        let message = format!("tasks cannot run on this service: {why}");
        return Err(ApiError::new(
            Code::ResourceUnavailable,
            Reason::SandboxMissing,
            message,
        ));
    }
    let mode = check_words(new)?;
    // Whatever has changed since: it was started.
    if let Some(id) = sent_before(app.db.read(), user, new).await? {
        return Ok(id);
    }
    let code = code_version(app, user, &new.module_id).await?;
    let environment = environment(app, &code, new).await?;
    check_servers(app, environment.0, new, mode)?;
    let mounts = mounts::resolve(app, user, &new.data_ids).await?;

    let id = ids::new_id();
    logs::writer::begin(app, &id).await?;
    let inserted = insert(app, user, (new, mode), &id, &code, environment, &mounts).await;
    match inserted {
        Ok(None) => {}
        Ok(Some(first)) => {
            logs::writer::forget(app, &id).await;
            return Ok(first);
        }
        Err(error) => {
            logs::writer::forget(app, &id).await;
            return Err(error);
        }
    }
    tracing::info!(task = %id, user = %user.name, project = %code.name, "task submitted");
    events::task(app, &id, Action::Created).await;
    app.queue.wake();
    Ok(id)
}

fn check_words(new: &NewTask) -> Result<Mode, ApiError> {
    let word = new.mode.as_deref().unwrap_or("cli");
    let Some(mode) = Mode::parse(word) else {
        let message = format!("there is no mode {word}, only cli, jupyter and serve");
        return Err(ApiError::bad(Reason::ModeUnsupported, message).at("mode"));
    };
    if mode != Mode::Jupyter && new.command.trim().is_empty() {
        return Err(ApiError::missing("command"));
    }
    if new.command.len() > limits::COMMAND_MAX {
        let message = format!("the command is longer than {} bytes", limits::COMMAND_MAX);
        return Err(ApiError::bad(Reason::TooLong, message).at("command"));
    }
    if new.command.contains('\0') {
        return Err(
            ApiError::bad(Reason::Malformed, "the command contains a NUL character").at("command"),
        );
    }
    let description = new.description.as_deref().unwrap_or("");
    name::check_description(description)
        .map_err(|reason| ApiError::field("description", reason))?;
    let long = |text: &Option<String>, most| text.as_ref().is_some_and(|text| text.len() > most);
    for (field, text, most) in [
        ("full_command", &new.full_command, 4 * limits::COMMAND_MAX),
        ("family_id", &new.family_id, limits::CLIENT_ID_MAX),
        ("predecessor", &new.predecessor, limits::CLIENT_ID_MAX),
        ("client_key", &new.client_key, limits::CLIENT_ID_MAX),
    ] {
        if long(text, most) {
            return Err(ApiError::field(field, Reason::TooLong));
        }
    }
    if new.params.len() > 100 || !new.params.iter().all(|pair| is_param(pair)) {
        let message = "params are at most 100 of key:value; a key has 1 to 32 letters, digits, - and _, a value at most 256 characters and no NUL";
        return Err(ApiError::bad(Reason::Malformed, message).at("params"));
    }
    Ok(mode)
}

/// # Errors
/// 519 when the environment cannot start what is asked for, or nothing leads to it.
fn check_servers(
    app: &App,
    environment: &Environment,
    new: &NewTask,
    mode: Mode,
) -> Result<(), ApiError> {
    let refused = |field: &str, what: &str| {
        let message = match app.runner.reaches_servers() {
            true => format!("the environment {} has no {what}", environment.name),
            false => "nothing leads to servers inside of tasks on this service".to_owned(),
        };
        Err(ApiError::bad(Reason::ModeUnsupported, message).at(field))
    };
    let (reached, support) = (app.runner.reaches_servers(), environment.support);
    match mode {
        Mode::Jupyter if !(reached && support.jupyter) => return refused("mode", "JupyterLab"),
        Mode::Serve if !reached => return refused("mode", "way to publish a port"),
        _ => {}
    }
    if new.enable_tensorboard == Some(true) && !(reached && support.tensorboard) {
        return refused("enable_tensorboard", "TensorBoard");
    }
    Ok(())
}

fn is_param(pair: &str) -> bool {
    pair.split_once(':').is_some_and(|(key, value)| {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (1..=32).contains(&key.len())
            && key.bytes().all(word)
            && value.chars().count() <= 256
            && !value.contains('\0')
    })
}

async fn code_version(app: &App, user: &User, id: &str) -> Result<ModuleRow, ApiError> {
    if id.is_empty() {
        return Err(ApiError::missing("module_id"));
    }
    let caller = Caller::User(user.clone());
    let code = modules::visible(app, &caller, id)
        .await
        .map_err(|error| error.at("module_id"))?;
    if code.module_type() != ModuleType::Code {
        return Err(
            ApiError::bad(Reason::Malformed, "the version holds data, not code").at("module_id"),
        );
    }
    if code.owner_id != user.id {
        return Err(ApiError::not_allowed(
            "only a project's owner runs tasks on it",
        ));
    }
    ready(&code, "module_id")?;
    Ok(code)
}

/// # Errors
/// 530 unless the version is valid.
pub(super) fn ready(module: &ModuleRow, field: &str) -> Result<(), ApiError> {
    if module.state() == ModuleState::Valid {
        return Ok(());
    }
    let message = format!(
        "version {} of {} is {}, not valid",
        module.version, module.name, module.state
    );
    Err(ApiError::new(Code::ResourceUnavailable, Reason::VersionNotReady, message).at(field))
}

async fn environment<'a>(
    app: &'a App,
    code: &ModuleRow,
    new: &NewTask,
) -> Result<(&'a Environment, Instance), ApiError> {
    let asked = new.environment.as_deref().filter(|name| !name.is_empty());
    let fallback = match asked {
        Some(_) => String::new(),
        None => default_environment(app, code).await?,
    };
    let name = asked.unwrap_or(&fallback);
    let Some(environment) = app.catalog.get(name) else {
        let message = format!("there is no environment {name}");
        return Err(ApiError::bad(Reason::UnknownEnvironment, message).at("environment"));
    };
    let word = new
        .instance_type
        .as_deref()
        .unwrap_or(Instance::Cpu.as_str());
    match Instance::parse(word).filter(|instance| app.catalog.offers(environment, *instance)) {
        Some(instance) => Ok((environment, instance)),
        None => {
            let message = format!("the environment {name} is not offered on {word}");
            Err(ApiError::bad(Reason::UnknownInstance, message).at("instance_type"))
        }
    }
}

async fn default_environment(app: &App, code: &ModuleRow) -> Result<String, ApiError> {
    let address = entities::Address::Id(&code.entity_id);
    let project = entities::find(app, ModuleType::Code, address).await?;
    let chosen = project
        .map(|project| project.default_env)
        .filter(|name| !name.is_empty());
    Ok(chosen.unwrap_or_else(|| app.catalog.default_name().to_owned()))
}

/// The task that was sent with this key before.
async fn sent_before(
    db: impl sqlx::SqliteExecutor<'_>,
    user: &User,
    new: &NewTask,
) -> sqlx::Result<Option<String>> {
    let Some(key) = new.client_key.as_deref().filter(|key| !key.is_empty()) else {
        return Ok(None);
    };
    sqlx::query_scalar("SELECT id FROM tasks WHERE owner_id = $1 AND client_key = $2")
        .bind(&user.id)
        .bind(key)
        .fetch_optional(db)
        .await
}

/// Writes the task; answers the one that was sent with its key meanwhile, if there is such a one.
async fn insert(
    app: &App,
    user: &User,
    (new, mode): (&NewTask, Mode),
    id: &str,
    code: &ModuleRow,
    (environment, instance): (&Environment, Instance),
    mounts: &[mounts::Resolved],
) -> Result<Option<String>, ApiError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if let Some(first) = sent_before(&mut *tx, user, new).await? {
        return Ok(Some(first));
    }
    // Since they were looked at, a version may have been deleted: nobody else writes from here on.
    let used = std::iter::once((&code.id, "module_id"))
        .chain(mounts.iter().map(|mount| (&mount.module_id, "data_ids")));
    for (module, field) in used {
        let valid: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM modules m JOIN entities e ON e.id = m.entity_id
             WHERE m.id = $1 AND m.state = 'valid' AND m.deleted_at IS NULL AND e.deleted_at IS NULL",
        )
        .bind(module)
        .fetch_one(&mut *tx)
        .await?;
        if valid == 0 {
            return Err(ApiError::not_found("version").at(field));
        }
    }
    let compute = Compute::of_instance(instance.as_str());
    billing::limits::check_task(app, &mut tx, &user.id, compute).await?;
    let open: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM tasks WHERE owner_id = $1 AND state IN ('waiting', 'running')",
    )
    .bind(&user.id)
    .fetch_one(&mut *tx)
    .await?;
    if open >= OPEN_MAX {
        let message = format!(
            "{OPEN_MAX} tasks of yours wait or run already: wait for one to end or stop one"
        );
        return Err(ApiError::new(
            Code::OverLimit,
            Reason::LimitReached,
            message,
        ));
    }
    let description = new.description.as_deref().unwrap_or("");
    let search_key = search_key(id, &code.name, description, &new.command);
    sqlx::query(
        "INSERT INTO tasks (id, owner_id, project_id, module_id, code_version, name, description, command,
             full_command, search_key, mode, instance_type, environment, enable_tensorboard, params, family_id,
             predecessor, client_key, state, stage, created_at, log_bytes, output_bytes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 'waiting', 'queued', $19, 0, 0)",
    )
    .bind(id)
    .bind(&user.id)
    .bind(&code.entity_id)
    .bind(&code.id)
    .bind(code.version)
    .bind(&code.name)
    .bind(description)
    .bind(&new.command)
    .bind(&new.full_command)
    .bind(search_key)
    .bind(mode.as_str())
    .bind(instance.as_str())
    .bind(&environment.name)
    .bind(i64::from(new.enable_tensorboard == Some(true)))
    .bind(serde_json::to_string(&new.params).map_err(ApiError::internal)?)
    .bind(&new.family_id)
    .bind(&new.predecessor)
    .bind(new.client_key.as_deref().filter(|key| !key.is_empty()))
    .bind(now.0)
    .execute(&mut *tx)
    .await?;
    for (position, mount) in mounts.iter().enumerate() {
        sqlx::query(
            "INSERT INTO task_mounts (task_id, position, module_id, mount) VALUES ($1, $2, $3, $4)",
        )
        .bind(id)
        .bind(position as i64)
        .bind(&mount.module_id)
        .bind(&mount.mount)
        .execute(&mut *tx)
        .await?;
    }
    entities::touch(&mut tx, &code.entity_id, now).await?;
    tx.commit().await?;
    Ok(None)
}

/// What a search looks at.
pub(super) fn search_key(id: &str, name: &str, description: &str, command: &str) -> String {
    format!("{id}\n{name}\n{description}\n{command}").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn params_are_key_and_value() {
        assert!(is_param("lr:0.1") && is_param("a_b-1:") && is_param("k:v:w"));
        for wrong in [
            "",
            "lr",
            ":1",
            "a b:1",
            &format!("{}:1", "k".repeat(33)),
            &format!("k:{}", "v".repeat(257)),
            "k:\0",
        ] {
            assert!(!is_param(wrong), "{wrong}");
        }
    }
}
