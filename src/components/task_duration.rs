//! How long a task's command has run.

use crate::components::timeline::running_seconds;
use crate::format;
use crate::i18n::use_i18n;
use crate::ui::now_fine;
use api::task::Task;
use leptos::prelude::*;

/// How long a task's command has run; running by the second until it has ended.
#[component]
pub fn Duration(
    /// The task.
    task: Signal<Task>,
) -> impl IntoView {
    let i18n = use_i18n();
    let now = now_fine();
    move || {
        // A task that has ended needs no clock.
        let ended = task.with(|task| task.state.is_final());
        let now = if ended {
            now.get_untracked()
        } else {
            now.get()
        };
        match task.with(|task| running_seconds(task, now)) {
            Some(seconds) => format::duration(seconds as u64, i18n.get_locale()),
            None => "–".to_owned(),
        }
    }
}
