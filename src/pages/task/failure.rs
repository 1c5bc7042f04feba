//! Why a task failed, in words, above everything else.

use crate::components::task_words;
use crate::i18n::*;
use crate::ui::{Icon, icons};
use api::task::{EndReason, Task, TaskState};
use leptos::prelude::*;

/// The reason, what can be done, and what the server says about it. Nothing unless the task failed or could not be paid.
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
            let (what, hint) = task_words::end(i18n, reason, exit_code);
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
