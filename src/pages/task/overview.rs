//! A task at a glance.

use super::facts::Facts;
use super::failure::Failure;
use super::log_tail::LogTail;
use super::servers::ServersLater;
use crate::components::task_words;
use crate::components::timeline::TaskTimeline;
use crate::i18n::*;
use api::task::Task;
use leptos::prelude::*;

#[component]
pub(super) fn Overview(task: Signal<Task>) -> impl IntoView {
    let i18n = use_i18n();
    let waits = Memo::new(move |_| task.with(|task| task_words::waits(i18n, task)));
    view! {
        <Failure task=task/>
        <TaskTimeline task=task/>
        {move || {
            waits
                .get()
                .map(|words| view! { <p class="queue-position" role="status">{words}</p> })
        }}
        <ServersLater task/>
        <div class="task-columns">
            <LogTail task=task/>
            <Facts task=task/>
        </div>
    }
}
