//! Why a task failed, in words, above everything else.

use crate::i18n::*;
use crate::ui::{Icon, icons};
use api::task::{EndReason, Task, TaskState};
use leptos::prelude::*;

/// The reason, what can be done, and what the server says about it. Nothing unless the task failed.
#[component]
pub(super) fn Failure(task: Signal<Task>) -> impl IntoView {
    let i18n = use_i18n();
    let failed = Memo::new(move |_| {
        task.with(|task| {
            let unpaid = task.end_reason == Some(EndReason::NoBalance);
            (task.state == TaskState::Failed || unpaid).then(|| {
                let reason = task.end_reason.unwrap_or(EndReason::Unknown);
                (reason, task.exit_code, task.end_message.clone())
            })
        })
    });
    move || {
        failed.get().map(|(reason, exit_code, message)| {
            let code = exit_code.map_or_else(|| "–".to_owned(), |code| code.to_string());
            let (what, hint) = match reason {
                EndReason::Exit => (
                    t_string!(i18n, task.end_exit, code = code),
                    t_string!(i18n, task.end_exit_hint),
                ),
                EndReason::Signal => (
                    t_string!(i18n, task.end_signal, code = code),
                    t_string!(i18n, task.end_signal_hint),
                ),
                EndReason::NoBalance => (
                    t_string!(i18n, task.end_balance).to_owned(),
                    t_string!(i18n, task.end_balance_hint),
                ),
                EndReason::TimeLimit => (
                    t_string!(i18n, task.end_time).to_owned(),
                    t_string!(i18n, task.end_time_hint),
                ),
                EndReason::NoBalance => (
                    t_string!(i18n, task.end_balance).to_owned(),
                    t_string!(i18n, task.end_balance_hint),
                ),
                EndReason::MemoryLimit => (
                    t_string!(i18n, task.end_memory).to_owned(),
                    t_string!(i18n, task.end_memory_hint),
                ),
                EndReason::DiskLimit => (
                    t_string!(i18n, task.end_disk).to_owned(),
                    t_string!(i18n, task.end_disk_hint),
                ),
                EndReason::BackendLost => (
                    t_string!(i18n, task.end_backend).to_owned(),
                    t_string!(i18n, task.end_backend_hint),
                ),
                EndReason::SandboxFailed => (
                    t_string!(i18n, task.end_sandbox).to_owned(),
                    t_string!(i18n, task.end_sandbox_hint),
                ),
                EndReason::PackagesFailed => (
                    t_string!(i18n, task.end_packages).to_owned(),
                    t_string!(i18n, task.end_packages_hint),
                ),
                EndReason::Stopped | EndReason::Unknown => (
                    t_string!(i18n, task.end_unknown).to_owned(),
                    t_string!(i18n, task.end_unknown_hint),
                ),
            };
            // The server's own words add something only where the reason is not the command's.
            let message =
                message.filter(|_| !matches!(reason, EndReason::Exit | EndReason::Signal));
            view! {
                <div class="note tone-bad failure" role="status">
                    <Icon icon=icons::LuCircleX/>
                    <div class="note-text">
                        <p>
                            <strong>{what}</strong>
                        </p>
                        <p>{hint}</p>
                        {message.map(|message| view! { <p class="mono" lang="en">{message}</p> })}
                    </div>
                </div>
            }
        })
    }
}
