//! Tasks as rows: finding them, and who may see them.

use crate::db;
use crate::error::ApiError;
use crate::http::Caller;
use crate::http::caller::User;
use crate::state::App;
use api::Time;
use api::canvas::Canvas;
use api::task::{EndReason, Mount, QueuePlace, Stage, StageTime, Task, TaskState};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A task with what is needed of its project and its owner.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TaskRow {
    /// The id.
    pub id: String,
    /// The owner's id.
    pub owner_id: String,
    /// The owner's name.
    pub owner: String,
    /// Id of the project.
    pub project_id: String,
    /// Name of the project's owner.
    pub project_owner: String,
    /// Id of the code version.
    pub module_id: String,
    /// Its number.
    pub code_version: i64,
    /// Name of the project.
    pub name: String,
    /// The remark.
    pub description: String,
    /// The command.
    pub command: String,
    /// The mode.
    pub mode: String,
    /// Whether TensorBoard was asked for; 0 or 1.
    pub enable_tensorboard: i64,
    /// The kind of machine.
    pub instance_type: String,
    /// The environment.
    pub environment: String,
    /// As the wire spells [`TaskState`].
    pub state: String,
    /// As the wire spells [`Stage`].
    pub stage: String,
    /// When it reached each stage, in microseconds since 1970.
    pub created_at: i64,
    /// See [`TaskRow::created_at`].
    pub creating_at: Option<i64>,
    /// See [`TaskRow::created_at`].
    pub configuring_at: Option<i64>,
    /// See [`TaskRow::created_at`].
    pub running_at: Option<i64>,
    /// See [`TaskRow::created_at`].
    pub finished_at: Option<i64>,
    /// Its parameters: a JSON array of `key:value`.
    pub params: String,
    /// Exit code of the command.
    pub exit_code: Option<i64>,
    /// As the wire spells [`EndReason`].
    pub end_reason: Option<String>,
    /// More about it.
    pub end_message: Option<String>,
    /// Bytes of the log; of a task that has ended.
    pub log_bytes: i64,
}

pub(super) const COLUMNS: &str = "t.id, t.owner_id, u.username AS owner, t.project_id, v.username AS project_owner, t.module_id,
    t.code_version, e.name, t.description, t.command, t.mode, t.enable_tensorboard, t.instance_type, t.environment, t.state, t.stage,
    t.params, t.created_at, t.creating_at, t.configuring_at, t.running_at, t.finished_at, t.exit_code, t.end_reason,
    t.end_message, t.log_bytes";

/// Tasks with their projects and owners; who asks is to be compared.
pub(super) const JOINED: &str =
    "FROM tasks t JOIN entities e ON e.id = t.project_id JOIN users u ON u.id = t.owner_id
    JOIN users v ON v.id = e.owner_id WHERE t.deleted_at IS NULL AND e.deleted_at IS NULL";
/// Those that the caller `$1` may see: of his own projects and of public ones.
const VISIBLE: &str = "AND (e.permission = 0 OR e.owner_id = $1)";

/// A word of the wire as the database keeps it.
pub fn key<T: Serialize>(word: T) -> String {
    match serde_json::to_value(word) {
        Ok(Value::String(text)) => text,
        other => unreachable!("words are texts on the wire, not {other:?}"),
    }
}

/// The word of the wire behind a text of the database.
pub fn word<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_value(Value::String(key.to_owned())).ok()
}

impl TaskRow {
    /// How it stands.
    pub fn state(&self) -> TaskState {
        // The database allows no other words.
        word(&self.state).unwrap_or(TaskState::Failed)
    }

    /// What lists call it: its remark, else its command, in one line; empty where it has neither.
    pub fn title(&self) -> String {
        api::task::title(&self.description, &self.command)
    }

    /// How far it is.
    pub fn stage(&self) -> Stage {
        word(&self.stage).unwrap_or(Stage::Finished)
    }

    fn timeline(&self) -> Vec<StageTime> {
        let reached = [
            (Stage::Queued, Some(self.created_at)),
            (Stage::Creating, self.creating_at),
            (Stage::Configuring, self.configuring_at),
            (Stage::Running, self.running_at),
            (Stage::Finished, self.finished_at),
        ];
        let reached = reached.into_iter();
        reached
            .filter_map(|(stage, at)| {
                at.map(|at| StageTime {
                    stage,
                    at: Time(at),
                })
            })
            .collect()
    }

    /// As the wire has it, with what other tables know of it.
    pub(super) fn wire(self, app: &App, data: Vec<Mount>, queue: Option<QueuePlace>) -> Task {
        let (state, stage, timeline) = (self.state(), self.stage(), self.timeline());
        let log_bytes = app
            .logs
            .now(&self.id)
            .map_or(db::count(self.log_bytes), |live| live.size);
        Task {
            description: self.description,
            command: self.command,
            created: Time(self.created_at),
            state,
            duration: seconds(self.running_at, self.finished_at),
            log_id: self.id.clone(),
            canvas: Canvas::of(&self.id),
            tensorboard_url: None,
            enable_tensorboard: self.enable_tensorboard != 0,
            stage,
            timeline,
            started: self.running_at.map(Time),
            finished: self.finished_at.map(Time),
            exit_code: self.exit_code.and_then(|code| i32::try_from(code).ok()),
            end_reason: self
                .end_reason
                .as_deref()
                .map(|key| word(key).unwrap_or(EndReason::Unknown)),
            queue,
            // Whatever does not read as such was never a parameter.
            params: serde_json::from_str(&self.params).unwrap_or_default(),
            data,
            output_id: self.id.clone(),
            log_bytes,
            id: self.id,
            name: self.name,
            instance_type: self.instance_type,
            mode: self.mode,
            end_message: self.end_message,
            owner: self.owner,
            project_owner: self.project_owner,
            project_id: self.project_id,
            module_id: self.module_id,
            code_version: self.code_version,
            environment: self.environment,
        }
    }
}

/// Whole seconds between two times of the database; 0 while one is missing.
pub fn seconds(from: Option<i64>, to: Option<i64>) -> u64 {
    let micros = from.zip(to).map_or(0, |(from, to)| to - from);
    // Whatever ran at all ran for a second: 0 means that it has not ended.
    u64::try_from(micros).unwrap_or(0).div_ceil(1_000_000)
}

/// Whether a mount tells the name of its dataset, as the CLI's default does.
pub(super) fn tells(mount: &str, name: &str) -> bool {
    mount.to_lowercase().contains(&name.to_lowercase())
}

/// How many tasks that have not ended use the version `id`, or a version of the project or dataset `id`.
///
/// # Errors
/// When the database fails.
pub async fn busy(tx: &mut db::Tx, id: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT count(*) FROM tasks t WHERE t.state IN ('waiting', 'running') AND EXISTS (
             SELECT 1 FROM modules m WHERE (m.id = $1 OR m.entity_id = $1) AND (m.id = t.module_id OR m.id IN
                 (SELECT tm.module_id FROM task_mounts tm WHERE tm.task_id = t.id)))",
    )
    .bind(id)
    .fetch_one(&mut **tx)
    .await
}

/// The task, for reading.
///
/// # Errors
/// 517 when there is none or its project is somebody else's private one.
pub async fn visible(app: &App, caller: &Caller, id: &str) -> Result<TaskRow, ApiError> {
    let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} {JOINED} {VISIBLE} AND t.id = $2"));
    let row = sqlx::query_as(query).bind(caller.id_or_nobody()).bind(id);
    row.fetch_optional(app.db.read())
        .await?
        .ok_or_else(|| caller.not_found("task"))
}

/// The task, for changing.
///
/// # Errors
/// As [`visible`], and 522 when it is somebody else's.
pub async fn owned(app: &App, user: &User, id: &str) -> Result<TaskRow, ApiError> {
    let task = visible(app, &Caller::User(user.clone()), id).await?;
    if task.owner_id != user.id {
        return Err(ApiError::not_allowed("the task belongs to somebody else"));
    }
    Ok(task)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_wire() {
        assert_eq!(key(TaskState::Success), "success");
        assert_eq!(key(EndReason::BackendLost), "backend_lost");
        assert_eq!(word::<Stage>("configuring"), Some(Stage::Configuring));
    }

    #[test]
    fn a_task_that_ran_ran_for_a_second_at_least() {
        assert_eq!(seconds(Some(5), Some(6)), 1);
        assert_eq!(seconds(Some(0), Some(2_000_000)), 2);
        assert_eq!(seconds(None, Some(6)), 0);
        assert_eq!(seconds(Some(9), Some(6)), 0);
    }
}
