//! Words for what a task is and how it stands, in one place.

use crate::i18n::{Locale, t_string};
use api::task::{EndReason, Stage, Task, TaskState, WaitReason};
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
    match api::task::title(&task.description, &task.command) {
        title if title.is_empty() => mode(i18n, &task.mode).to_owned(),
        title => title,
    }
}

/// What a task is called of which no more is known than this: its title, else the beginning of its id.
pub fn named(title: &str, id: &str) -> String {
    match title {
        "" => id.chars().take(8).collect(),
        title => title.to_owned(),
    }
}

/// Why a task ended, and what can be done about it.
pub fn end(i18n: Texts, reason: EndReason, exit_code: Option<i32>) -> (String, &'static str) {
    let code = exit_code.map_or_else(|| "–".to_owned(), |code| code.to_string());
    let (what, hint) = match reason {
        EndReason::Exit => {
            let what = t_string!(i18n, task.end_exit, code = code);
            return (what, t_string!(i18n, task.end_exit_hint));
        }
        EndReason::Signal => {
            let what = t_string!(i18n, task.end_signal, code = code);
            return (what, t_string!(i18n, task.end_signal_hint));
        }
        EndReason::TimeLimit => (
            t_string!(i18n, task.end_time),
            t_string!(i18n, task.end_time_hint),
        ),
        EndReason::MemoryLimit => (
            t_string!(i18n, task.end_memory),
            t_string!(i18n, task.end_memory_hint),
        ),
        EndReason::DiskLimit => (
            t_string!(i18n, task.end_disk),
            t_string!(i18n, task.end_disk_hint),
        ),
        EndReason::BackendLost => (
            t_string!(i18n, task.end_backend),
            t_string!(i18n, task.end_backend_hint),
        ),
        EndReason::SandboxFailed => (
            t_string!(i18n, task.end_sandbox),
            t_string!(i18n, task.end_sandbox_hint),
        ),
        EndReason::PackagesFailed => (
            t_string!(i18n, task.end_packages),
            t_string!(i18n, task.end_packages_hint),
        ),
        EndReason::NoBalance => (
            t_string!(i18n, task.end_balance),
            t_string!(i18n, task.end_balance_hint),
        ),
        EndReason::Stopped | EndReason::Unknown => (
            t_string!(i18n, task.end_unknown),
            t_string!(i18n, task.end_unknown_hint),
        ),
    };
    (what.to_owned(), hint)
}

/// How a task ended, in one sentence; none before.
pub fn ending(i18n: Texts, task: &Task) -> Option<String> {
    match task.state {
        TaskState::Waiting | TaskState::Running => None,
        TaskState::Success => Some(t_string!(i18n, tasks.end_ok).to_owned()),
        TaskState::Stopped => Some(t_string!(i18n, tasks.end_stopped).to_owned()),
        TaskState::Failed => {
            let reason = task.end_reason.unwrap_or(EndReason::Unknown);
            Some(end(i18n, reason, task.exit_code).0)
        }
    }
}

/// How many tasks are before one that is queued, and why it waits; none for others.
pub fn waits(i18n: Texts, task: &Task) -> Option<String> {
    let queue = task.queue?;
    let place = match queue.position {
        0 => t_string!(i18n, task.queue_next).to_owned(),
        count => t_string!(i18n, task.queue_before, count = count),
    };
    let machine = machine(i18n, &task.instance_type);
    let why = match (queue.reason, queue.limit) {
        (WaitReason::Starting, _) => t_string!(i18n, tasks.wait_starting).to_owned(),
        (WaitReason::Places, Some(limit)) => {
            t_string!(i18n, tasks.wait_places, limit = limit, machine = machine)
        }
        (WaitReason::Places, None) => t_string!(i18n, tasks.wait_places_any, machine = machine),
        (WaitReason::OwnLimit, Some(limit)) => t_string!(i18n, tasks.wait_own, limit = limit),
        (WaitReason::OwnLimit, None) => t_string!(i18n, tasks.wait_own_any).to_owned(),
        (WaitReason::Before | WaitReason::Unknown, _) => return Some(place),
    };
    Some(t_string!(i18n, tasks.wait_both, place = place, why = why))
}
