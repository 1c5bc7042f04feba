//! What a task is made of: project, code, environment, machine, command, datasets.

use crate::components::cli;
use crate::components::mount_link::MountLink;
use crate::components::run_command::Draft;
use crate::components::task_duration::Duration;
use crate::components::{file_name::FileName, task_words};
use crate::i18n::*;
use crate::paths::{ProjectTab, Route};
use crate::ui::{CopyButton, CopyField, TimeAgo};
use api::task::{Mount, Task};
use leptos::prelude::*;

#[component]
pub(super) fn Facts(task: Signal<Task>) -> impl IntoView {
    let i18n = use_i18n();
    let created = Signal::derive(move || task.with(|task| task.created));
    let exit_code = Memo::new(move |_| task.with(|task| task.exit_code));
    // What never changes is read once.
    let fixed = task.get_untracked();
    let line = Signal::derive(move || task.with(|task| Draft::of(task).cli_command(&cli::host())));
    let params = fixed.params.join(" ");
    let project = Route::project(&fixed.project_owner, &fixed.name).href();
    let project_name = format!("{}/{}", fixed.project_owner, fixed.name);
    let code = Route::Project {
        user: fixed.project_owner.clone(),
        name: fixed.name.clone(),
        tab: ProjectTab::Files {
            version: fixed.code_version,
            path: String::new(),
        },
    }
    .href();
    let owner = Route::user(&fixed.owner).href();
    let version = fixed.code_version;
    let (instance, mode) = (fixed.instance_type.clone(), fixed.mode.clone());
    view! {
        <section class="task-facts">
            <h2>{move || t_string!(i18n, task.facts)}</h2>
            <Command command=fixed.command/>
            <dl class="facts">
                    <dt>{move || t_string!(i18n, task.fact_project)}</dt>
                    <dd>
                        <a href=project>{project_name}</a>
                    </dd>
                    <dt>{move || t_string!(i18n, task.fact_code)}</dt>
                    <dd>
                        <a href=code>{move || t_string!(i18n, task.fact_version, number = version)}</a>
                    </dd>
                    <dt>{move || t_string!(i18n, task.fact_environment)}</dt>
                    <dd>{fixed.environment}</dd>
                    <dt>{move || t_string!(i18n, task.fact_machine)}</dt>
                    <dd>{move || task_words::machine(i18n, &instance)}</dd>
                    <dt>{move || t_string!(i18n, task.fact_mode)}</dt>
                    <dd>{move || task_words::mode(i18n, &mode)}</dd>
                    <dt>{move || t_string!(i18n, task.fact_duration)}</dt>
                    <dd class="numeric">
                        <Duration task=task/>
                    </dd>
                <Show when=move || exit_code.get().is_some()>
                        <dt>{move || t_string!(i18n, task.fact_exit)}</dt>
                        <dd class="numeric">{move || exit_code.get()}</dd>
                </Show>
                    <dt>{move || t_string!(i18n, task.fact_submitted)}</dt>
                    <dd>
                        <TimeAgo time=created/>
                    </dd>
                    <dt>{move || t_string!(i18n, task.fact_owner)}</dt>
                    <dd>
                        <a href=owner>{fixed.owner}</a>
                    </dd>
                    {(!params.is_empty())
                        .then(|| {
                            view! {
                                <dt>{move || t_string!(i18n, tasks.params)}</dt>
                                <dd class="mono">{params}</dd>
                            }
                        })}
                    <dt>{move || t_string!(i18n, task.fact_data)}</dt>
                    <dd>
                        <Mounts mounts=fixed.data/>
                    </dd>
            </dl>
            <div class="task-cli">
                <h3>{move || t_string!(i18n, tasks.cli)}</h3>
                <CopyField text=line label=move || t_string!(i18n, task.copy_command)/>
            </div>
        </section>
    }
}

#[component]
fn Command(command: String) -> impl IntoView {
    let i18n = use_i18n();
    if command.is_empty() {
        return ().into_any();
    }
    let text = Signal::stored(command.clone());
    view! {
        <div class="task-command">
            <pre tabindex="0" aria-label=move || t_string!(i18n, task.command)>
                <code>{command}</code>
            </pre>
            <CopyButton text=text label=move || t_string!(i18n, task.copy_command)/>
        </div>
    }
    .into_any()
}

#[component]
fn Mounts(mounts: Vec<Mount>) -> impl IntoView {
    let i18n = use_i18n();
    if mounts.is_empty() {
        return (move || t_string!(i18n, task.fact_no_data)).into_any();
    }
    let items = mounts.into_iter().map(|mount| {
        view! {
            <li>
                <MountLink mount=mount.clone()/>
                {(!mount.mount.is_empty())
                    .then(|| view! { " → " <code>"/input/" <FileName name=mount.mount/></code> })}
            </li>
        }
    });
    view! { <ul class="facts-mounts">{items.collect_view()}</ul> }.into_any()
}
