//! Tasks (the CLI's experiments): a command run on a version of code with datasets mounted.

use crate::Time;
use crate::canvas::Canvas;
pub use crate::queue::{QueuePlace, WaitReason};
pub use crate::task_list::{BulkDone, BulkFailure, BulkTasks, Several, TaskQuery, TaskSort, title};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a task stands, in the words the CLI compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Not running yet; [`Stage`] says how far it is.
    Waiting,
    /// Its command runs.
    Running,
    /// Its command ended with exit code 0.
    Success,
    /// It ended in any other way than asked for.
    Failed,
    /// Somebody stopped it, or the account could not pay for more.
    #[serde(alias = "shutdown")]
    Stopped,
}

/// All states, in the order in which lists offer them.
pub const STATES: [TaskState; 5] = [
    TaskState::Running,
    TaskState::Waiting,
    TaskState::Success,
    TaskState::Failed,
    TaskState::Stopped,
];

impl TaskState {
    /// Whether it has ended.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }

    /// Whether its owner can do this with it. The one table of what a state allows, for both sides.
    pub fn allows(self, action: TaskAction) -> bool {
        match action {
            TaskAction::Stop => !self.is_final(),
            // Stop it first.
            TaskAction::Delete => self.is_final(),
        }
    }
}

impl AsRef<str> for TaskState {
    fn as_ref(&self) -> &str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// What is done with tasks that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskAction {
    /// End it before its time.
    Stop,
    /// Take it off the lists.
    Delete,
}

/// The steps a task passes, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Waits for a free slot.
    Queued,
    /// Its folders are being made.
    Creating,
    /// Its code is being copied and its data mounted.
    Configuring,
    /// Its command runs.
    Running,
    /// It has ended.
    Finished,
}

/// When a task reached a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StageTime {
    /// The stage.
    pub stage: Stage,
    /// When it began.
    pub at: Time,
}

/// Why a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The command ended by itself; see `exit_code`.
    Exit,
    /// A signal ended the command; `exit_code` is 128 + its number.
    Signal,
    /// Its owner stopped it.
    Stopped,
    /// Its owner's time and balance were used up.
    NoBalance,
    /// It ran longer than allowed.
    TimeLimit,
    /// It used more memory than allowed.
    MemoryLimit,
    /// It wrote more output than allowed.
    DiskLimit,
    /// The backend ended while it ran.
    BackendLost,
    /// The sandbox could not be started.
    SandboxFailed,
    /// The packages that its code asks for could not be installed.
    PackagesFailed,
    /// A cause that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A dataset version mounted in a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mount {
    /// Id of the version.
    pub module_id: String,
    /// Where it is: `/input/<mount>`; empty where it would tell a stranger the name of private data.
    pub mount: String,
    /// The dataset's owner; empty when the dataset was deleted.
    #[serde(default)]
    pub owner: String,
    /// The dataset's name.
    #[serde(default)]
    pub name: String,
    /// The version's number.
    #[serde(default)]
    pub version: i64,
}

/// A task. There is no key `version`: the CLI fails on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    /// Its id.
    pub id: String,
    /// The project's name.
    pub name: String,
    /// The remark; may be empty, never null.
    pub description: String,
    /// The command; empty for `jupyter`.
    pub command: String,
    /// When it was submitted.
    pub created: Time,
    /// How it stands.
    pub state: TaskState,
    /// Seconds it ran; 0 until it has ended.
    pub duration: u64,
    /// Id of its log.
    #[serde(rename = "logId")]
    pub log_id: String,
    /// See [`Canvas`].
    pub canvas: Canvas,
    /// `cpu_high` or `gpu_high`.
    pub instance_type: String,
    /// `cli`, `jupyter` or `serve`.
    pub mode: String,
    /// Null: see [`crate::server::TaskDetail`], which tells its owner.
    pub tensorboard_url: Option<String>,
    /// Whether TensorBoard runs beside its command.
    #[serde(default)]
    pub enable_tensorboard: bool,
    /// How far it is.
    pub stage: Stage,
    /// The stages it has reached, in order.
    pub timeline: Vec<StageTime>,
    /// When its command began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Time>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Time>,
    /// Exit code of its command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<EndReason>,
    /// More about it, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_message: Option<String>,
    /// Where it stands in the queue, while it is queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueuePlace>,
    /// Name of its owner.
    pub owner: String,
    /// Owner of the project.
    pub project_owner: String,
    /// Id of the project.
    pub project_id: String,
    /// Id of the code version.
    pub module_id: String,
    /// Number of the code version.
    pub code_version: i64,
    /// The environment.
    pub environment: String,
    /// Its parameters, each `key:value`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<String>,
    /// Datasets, at most 5.
    pub data: Vec<Mount>,
    /// Id of its output, for [`crate::routes::FILES`].
    pub output_id: String,
    /// Bytes of its log so far.
    pub log_bytes: u64,
}

/// Body of `POST /experiment/run`, as the CLI sends it; unknown keys are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NewTask {
    /// Name of the project, as the client knows it.
    pub name: Option<String>,
    /// The remark.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    pub description: Option<String>,
    /// Id of the code version; it leads to the project.
    pub module_id: String,
    /// `<module id>:<mount>`, at most 5. Without a mount it is `<name>-<version>`; `<user>/<dataset>/<version>`
    /// is taken for a module id too.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub data_ids: Vec<String>,
    /// The command, run by `bash -c` in /workspace.
    #[cfg_attr(feature = "openapi", schema(max_length = 8192))]
    pub command: String,
    /// How to do the same with the CLI.
    #[cfg_attr(feature = "openapi", schema(max_length = 32768))]
    pub full_command: Option<String>,
    /// `cli` (default, also `job`), `jupyter` or `serve`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(cli|job|jupyter|serve)$"))]
    pub mode: Option<String>,
    /// `cpu_high` (default) or `gpu_high`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(cpu|gpu)_high$"))]
    pub instance_type: Option<String>,
    /// The environment; the project's default when left out.
    pub environment: Option<String>,
    /// Whether TensorBoard is wanted.
    pub enable_tensorboard: Option<bool>,
    /// `key:value` pairs: variables of the command's environment.
    pub params: Vec<String>,
    /// The CLI's id of the folder.
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub family_id: Option<String>,
    /// The folder's previous task.
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub predecessor: Option<String>,
    /// Made up by whoever sends it: sent again with the same one, it is the same task. A lost answer starts no second.
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_key: Option<String>,
}

/// Body of `PUT /experiment/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskChange {
    /// The remark.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    pub description: String,
}

/// Answer to `POST /experiment/run`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskCreated {
    /// Id of the task.
    pub id: String,
}

/// What the CLI asks for a task's output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskInstance {
    /// Its id, equal to the task's.
    pub id: String,
    /// Id of the log.
    pub log_id: String,
    /// Ids by name; always has `output`.
    pub output_ids_dict: BTreeMap<String, String>,
    /// The mode; the key is always there.
    pub mode: Option<String>,
    /// The code version `russell delete` deletes with the task; null spares it.
    pub module_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn the_cli_s_task_is_read() {
        let task: NewTask = serde_json::from_str(
            r#"{"name": "tf-mnist", "description": "incr", "module_id": "34e2", "version": 2,
 "data_ids": ["1c24:train", "011f:first-test-2"], "command": "bash a.sh && python train.py",
 "full_command": "russell run --gpu", "mode": "cli", "instance_type": "gpu_high",
 "environment": "tensorflow-1.4", "enable_tensorboard": true, "params": [],
 "family_id": "GMkx6p", "predecessor": null}"#,
        )
        .unwrap();
        assert_eq!(task.module_id, "34e2");
        assert_eq!(task.data_ids.len(), 2);
        assert_eq!(task.predecessor, None);
    }

    fn waiting() -> Task {
        Task {
            id: "7a".into(),
            name: "tf-mnist".into(),
            description: String::new(),
            command: "ls".into(),
            created: Time(0),
            state: TaskState::Waiting,
            duration: 0,
            log_id: "7a".into(),
            canvas: Canvas::of("7a"),
            instance_type: "cpu_high".into(),
            mode: "cli".into(),
            tensorboard_url: None,
            enable_tensorboard: false,
            stage: Stage::Queued,
            timeline: vec![StageTime {
                stage: Stage::Queued,
                at: Time(0),
            }],
            started: None,
            finished: None,
            exit_code: None,
            end_reason: None,
            end_message: None,
            queue: Some(QueuePlace {
                position: 0,
                reason: WaitReason::Starting,
                limit: None,
            }),
            owner: "alice".into(),
            project_owner: "alice".into(),
            project_id: "9f".into(),
            module_id: "34".into(),
            code_version: 2,
            environment: "python3".into(),
            params: vec![],
            data: vec![],
            output_id: "55".into(),
            log_bytes: 0,
        }
    }

    #[test]
    fn a_task_has_the_cli_s_keys_and_no_version() {
        assert_eq!(
            serde_json::to_string(&waiting()).unwrap(),
            concat!(
                r#"{"id":"7a","name":"tf-mnist","description":"","command":"ls","#,
                r#""created":"1970-01-01T00:00:00","state":"waiting","duration":0,"logId":"7a","#,
                r#""canvas":{"nodes":{"1":{"taskInstanceId":"7a","type":"module_node"}}},"#,
                r#""instance_type":"cpu_high","mode":"cli","tensorboard_url":null,"enable_tensorboard":false,"stage":"queued","#,
                r#""timeline":[{"stage":"queued","at":"1970-01-01T00:00:00"}],"queue":{"position":0,"reason":"starting"},"#,
                r#""owner":"alice","project_owner":"alice","project_id":"9f","module_id":"34","#,
                r#""code_version":2,"environment":"python3","data":[],"output_id":"55","log_bytes":0}"#
            )
        );
    }

    #[test]
    fn one_table_says_what_a_state_allows() {
        use TaskState::*;
        for state in [Waiting, Running] {
            assert!(state.allows(TaskAction::Stop) && !state.allows(TaskAction::Delete));
            assert!(!state.is_final());
        }
        for state in [Success, Failed, Stopped] {
            assert!(!state.allows(TaskAction::Stop) && state.allows(TaskAction::Delete));
            assert!(state.is_final());
        }
        for state in STATES {
            assert_wire(&state, &format!("\"{}\"", state.as_ref()));
        }
        assert_eq!(
            serde_json::from_str::<TaskState>("\"shutdown\"").unwrap(),
            Stopped
        );
    }

    #[test]
    fn a_finished_task_is_exact() {
        let mut task = waiting();
        task.state = TaskState::Failed;
        task.stage = Stage::Finished;
        task.duration = 2;
        task.started = Some(Time(0));
        task.finished = Some(Time::from_seconds(2));
        task.exit_code = Some(3);
        task.end_reason = Some(EndReason::Exit);
        task.end_message = Some("the command ended with 3".into());
        task.queue = None;
        task.params = vec!["lr:0.1".into()];
        task.timeline.clear();
        task.data.push(Mount {
            module_id: "1c".into(),
            mount: "iris-1".into(),
            owner: "alice".into(),
            name: "iris".into(),
            version: 1,
        });
        assert_wire(
            &task,
            concat!(
                r#"{"id":"7a","name":"tf-mnist","description":"","command":"ls","#,
                r#""created":"1970-01-01T00:00:00","state":"failed","duration":2,"logId":"7a","#,
                r#""canvas":{"nodes":{"1":{"taskInstanceId":"7a","type":"module_node"}}},"#,
                r#""instance_type":"cpu_high","mode":"cli","tensorboard_url":null,"enable_tensorboard":false,"stage":"finished","#,
                r#""timeline":[],"started":"1970-01-01T00:00:00","finished":"1970-01-01T00:00:02","#,
                r#""exit_code":3,"end_reason":"exit","end_message":"the command ended with 3","#,
                r#""owner":"alice","project_owner":"alice","project_id":"9f","module_id":"34","#,
                r#""code_version":2,"environment":"python3","params":["lr:0.1"],"data":[{"module_id":"1c","mount":"iris-1","#,
                r#""owner":"alice","name":"iris","version":1}],"output_id":"55","log_bytes":0}"#
            ),
        );
    }

    #[test]
    fn what_is_asked_of_tasks_is_exact() {
        let new = NewTask {
            module_id: "34".into(),
            data_ids: vec!["1c:train".into()],
            command: "ls".into(),
            ..NewTask::default()
        };
        assert_wire(
            &new,
            concat!(
                r#"{"name":null,"description":null,"module_id":"34","data_ids":["1c:train"],"#,
                r#""command":"ls","full_command":null,"mode":null,"instance_type":null,"#,
                r#""environment":null,"enable_tensorboard":null,"params":[],"family_id":null,"#,
                r#""predecessor":null}"#
            ),
        );
        assert_wire(&TaskCreated { id: "7a".into() }, r#"{"id":"7a"}"#);
        let change = TaskChange {
            description: "a".into(),
        };
        assert_wire(&change, r#"{"description":"a"}"#);
        let keyed = NewTask {
            client_key: Some("k".into()),
            ..NewTask::default()
        };
        let text = serde_json::to_string(&keyed).unwrap();
        assert!(text.ends_with(r#""client_key":"k"}"#), "{text}");
    }

    #[test]
    fn what_only_the_cli_reads_is_exact() {
        let instance = TaskInstance {
            id: "7a".into(),
            log_id: "7a".into(),
            output_ids_dict: BTreeMap::from([("output".into(), "55".into())]),
            mode: Some("cli".into()),
            module_id: None,
        };
        assert_wire(
            &instance,
            concat!(
                r#"{"id":"7a","log_id":"7a","output_ids_dict":{"output":"55"},"#,
                r#""mode":"cli","module_id":null}"#
            ),
        );
    }
}
