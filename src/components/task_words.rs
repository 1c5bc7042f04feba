//! Words for what a task is and how it stands, in one place.

use crate::i18n::{Locale, t_string};
use api::task::{Stage, Task, TaskState};
use leptos_i18n::I18nContext;

/// The texts' context, as `use_i18n` gives it.
pub type Texts = I18nContext<Locale>;

/// The word for a state.
pub fn state(i18n: Texts, state: TaskState) -> &'static str {
    match state {
        TaskState::Waiting => t_string!(i18n, task.state_waiting),
        TaskState::Running => t_string!(i18n, task.state_running),
        TaskState::Success => t_string!(i18n, task.state_success),
        TaskState::Failed => t_string!(i18n, task.state_failed),
        TaskState::Stopped => t_string!(i18n, task.state_stopped),
    }
}

/// The word for a stage.
pub fn stage(i18n: Texts, stage: Stage) -> &'static str {
    match stage {
        Stage::Queued => t_string!(i18n, task.stage_queued),
        Stage::Creating => t_string!(i18n, task.stage_creating),
        Stage::Configuring => t_string!(i18n, task.stage_configuring),
        Stage::Running => t_string!(i18n, task.stage_running),
        Stage::Finished => t_string!(i18n, task.stage_finished),
    }
}

/// The word for a kind of machine, `cpu_high` or `gpu_high`.
pub fn machine(i18n: Texts, instance_type: &str) -> &'static str {
    if instance_type.starts_with("gpu") {
        t_string!(i18n, task.machine_gpu)
    } else {
        t_string!(i18n, task.machine_cpu)
    }
}

/// The word for a mode.
pub fn mode(i18n: Texts, mode: &str) -> &'static str {
    match mode {
        "jupyter" => t_string!(i18n, task.mode_jupyter),
        "serve" => t_string!(i18n, task.mode_serve),
        _ => t_string!(i18n, task.mode_cli),
    }
}

/// What a task is called: its remark, else its command, else its mode. In one line.
pub fn title(i18n: Texts, task: &Task) -> String {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (remark, command) = (line(&task.description), line(&task.command));
    if !remark.is_empty() {
        remark
    } else if !command.is_empty() {
        command
    } else {
        mode(i18n, &task.mode).to_owned()
    }
}
