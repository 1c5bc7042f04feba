//! More about a task without leaving the list.

use crate::components::file_name::FileName;
use crate::components::mount_link::MountLink;
use crate::components::task_actions::TaskActions;
use crate::components::task_words;
use crate::i18n::*;
use crate::paths::{Route, TaskTab};
use crate::ui::{CopyField, LinkButton, icons};
use api::task::Task;
use leptos::prelude::*;

#[component]
pub(super) fn Details(task: Signal<Task>, on_change: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let fixed = task.get_untracked();
    let ending = Memo::new(move |_| task.with(|task| task_words::ending(i18n, task)));
    let waits = Memo::new(move |_| task.with(|task| task_words::waits(i18n, task)));
    let command = (!fixed.command.is_empty()).then(|| Signal::stored(fixed.command.clone()));
    let params = fixed.params.join(" ");
    let log = Route::Task {
        id: fixed.id.clone(),
        tab: TaskTab::Log,
    }
    .href();
    let mounts = fixed.data.into_iter().map(|mount| {
        view! {
            <li>
                <MountLink mount=mount.clone()/>
                {(!mount.mount.is_empty())
                    .then(|| view! { " → " <code>"/input/" <FileName name=mount.mount/></code> })}
            </li>
        }
    });
    let mounts = mounts.collect_view();
    let has_mounts = !mounts.is_empty();
    view! {
        <div class="task-details">
            <dl class="facts">
                <dt>{move || t_string!(i18n, task.id)}</dt>
                <dd>
                    <CopyField text=Signal::stored(fixed.id) label=move || t_string!(i18n, task.copy_id)/>
                </dd>
                {command
                    .map(|command| {
                        view! {
                            <dt>{move || t_string!(i18n, tasks.detail_command)}</dt>
                            <dd>
                                <CopyField
                                    text=command
                                    label=move || t_string!(i18n, task.copy_command)
                                />
                            </dd>
                        }
                    })}
                {(!params.is_empty())
                    .then(|| {
                        view! {
                            <dt>{move || t_string!(i18n, tasks.detail_params)}</dt>
                            <dd class="mono">{params}</dd>
                        }
                    })}
                {has_mounts
                    .then(|| {
                        view! {
                            <dt>{move || t_string!(i18n, tasks.detail_data)}</dt>
                            <dd>
                                <ul>{mounts}</ul>
                            </dd>
                        }
                    })}
                {move || {
                    waits
                        .get()
                        .map(|words| {
                            view! {
                                <dt>{t_string!(i18n, tasks.detail_wait)}</dt>
                                <dd>{words}</dd>
                            }
                        })
                }}
                {move || {
                    ending
                        .get()
                        .map(|words| {
                            view! {
                                <dt>{t_string!(i18n, tasks.detail_reason)}</dt>
                                <dd>{words}</dd>
                            }
                        })
                }}
            </dl>
            <div class="row">
                <LinkButton icon=icons::LuScrollText href=log>
                    {move || t_string!(i18n, tasks.open_log)}
                </LinkButton>
                <TaskActions task on_stopped=on_change on_deleted=on_change/>
            </div>
        </div>
    }
}
