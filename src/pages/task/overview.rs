//! A task at a glance.

use super::facts::Facts;
use super::failure::Failure;
use super::log_tail::LogTail;
use crate::components::timeline::TaskTimeline;
use crate::i18n::*;
use api::task::Task;
use leptos::prelude::*;

#[component]
pub(super) fn Overview(task: Signal<Task>) -> impl IntoView {
    let i18n = use_i18n();
    let position = Memo::new(move |_| task.with(|task| task.queue.map(|queue| queue.position)));
    view! {
        <Failure task=task/>
        <TaskTimeline task=task/>
        {move || {
            position
                .get()
                .map(|before| {
                    let words = match before {
                        0 => t_string!(i18n, task.queue_next).to_owned(),
                        count => t_string!(i18n, task.queue_before, count = count),
                    };
                    view! { <p class="queue-position" role="status">{words}</p> }
                })
        }}
        <div class="task-columns">
            <LogTail task=task/>
            <Facts task=task/>
        </div>
    }
}
