//! The fields of a new task and what happens when it is started.

use super::check::EntryWarning;
use super::cost::Cost;
use super::environment::EnvironmentFields;
use super::fields::{Fields, Filled, Part};
use super::keep::Keep;
use super::material::{Material, Refused};
use super::mode::{ModeField, TensorboardField};
use super::source::Source;
use crate::client::tasks;
use crate::components::cli;
use crate::components::mount_picker::MountPicker;
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::i18n::*;
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{
    Button, Choice, CopyField, ErrorNote, LinkButton, Look, Select, TextArea, TextInput, icons,
    use_toasts,
};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// Fields at which the backend may find something, as the request spells them.
const FIELDS: &[&str] = &[
    "module_id",
    "instance_type",
    "environment",
    "data_ids",
    "command",
    "description",
];

/// The form.
#[component]
pub(super) fn RunFields(
    material: Material,
    /// Under which name it is kept for a reload.
    kept: String,
    /// Begins it anew.
    again: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let toasts = use_toasts();
    let fresh = Filled::new(&material);
    let keep = Keep::new(kept, &fresh, &material.versions);
    let restored = keep.restored();
    let fields = Fields::new(restored.clone().unwrap_or(fresh));
    let source = StoredValue::new(material.model.clone().filter(|_| material.again));
    let submit = Submit::new(FIELDS);
    let tried = RwSignal::new(false);
    let form = NodeRef::<html::Form>::new();
    let Material {
        project,
        versions,
        environments,
        refused,
        missing,
        version_gone,
        ..
    } = material;
    let unavailable = environments.unavailable.clone();
    let can_run = unavailable.is_none();
    let back = Route::project(&project.owner, &project.name).href();
    let default_env = project.default_env.clone();
    let project_name = StoredValue::new(project.name);
    let all = StoredValue::new(environments);
    let versions = StoredValue::new(versions);
    let filled = Memo::new(move |_| fields.get());
    let draft = Memo::new(move |_| {
        let filled = filled.get();
        let number = versions.with_value(|all| {
            all.iter()
                .find(|module| module.id == filled.module_id)
                .map_or(0, |module| module.version)
        });
        filled.draft(number)
    });
    let differing = Memo::new(move |_| {
        source.with_value(|source| {
            let source = source.as_ref()?;
            Some(filled.with(|filled| filled.differences(source)))
        })
    });
    let differs =
        move |part: Part| differing.with(|all| all.as_ref().is_some_and(|all| all.contains(&part)));
    let changed = move |part: Part| {
        TextProp::from(move || match differs(part) {
            true => t_string!(i18n, tasks.changed),
            false => "",
        })
    };
    let command_line = Signal::derive(move || draft.with(|draft| draft.cli_command(&cli::host())));
    let command_error = {
        let told = submit.at("command", move || i18n.get_locale());
        Signal::derive(move || {
            told.get()
                .or_else(|| fields.command_fault(i18n).filter(|_| tried.get()))
        })
    };
    let remark_error = {
        let told = submit.at("description", move || i18n.get_locale());
        Signal::derive(move || {
            told.get()
                .or_else(|| fields.remark_fault(i18n.get_locale()))
        })
    };
    let mounts_error = submit.at("data_ids", move || i18n.get_locale());
    // Whatever is changed may be what was wrong.
    Effect::new(move |before: Option<()>| {
        let filled = filled.get();
        if before.is_some() {
            submit.mend();
            keep.change(filled);
        }
    });
    let start = move || {
        if !can_run {
            return;
        }
        tried.set(true);
        let wrong = untrack(|| {
            let command = fields.command_fault(i18n).is_some();
            command || fields.remark_fault(i18n.get_locale()).is_some() || fields.mounts_wrong()
        });
        if wrong {
            focus_first_fault(form);
            return;
        }
        let line = command_line.get_untracked();
        let params = source.with_value(|source| {
            let params = source.as_ref().map(|source| source.params.clone());
            params.unwrap_or_default()
        });
        let new = filled.with_untracked(|filled| {
            filled.new_task(project_name.get_value(), line, params, keep.key(filled))
        });
        let done = t_string!(i18n, run.started_toast);
        submit.run(async move { tasks::run(&new).await }, move |created| {
            keep.forget();
            toasts.say(done);
            place.go(&Route::task(&created.id).href());
        });
    };
    let start_over = move |()| {
        keep.forget();
        again.run(());
    };
    Effect::new(move |_| {
        if submit.error.with(Option::is_some) {
            focus_first_fault(form);
        }
    });
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            start();
        }
    };
    view! {
        {unavailable.map(|why| view! { <Unavailable why/> })}
        {missing.map(|id| view! { <Missing id/> })}
        {source.get_value().map(|task| view! { <Source task differing version_gone/> })}
        {restored.map(|_| view! { <Restored start_over=Callback::new(start_over)/> })}
        <form
            class="form run-form"
            aria-label=move || t_string!(i18n, run.form)
            novalidate=true
            node_ref=form
            on:submit=move |event| {
                event.prevent_default();
                start();
            }
            on:keydown=keys
        >
            <div class="run-columns">
                <div class="form">
                    <VersionField versions value=fields.module_id note=changed(Part::Version) submit/>
                    <EnvironmentFields
                        all
                        default=default_env
                        machine=fields.machine
                        environment=fields.environment
                        machine_note=changed(Part::Machine)
                        environment_note=changed(Part::Environment)
                        submit
                    />
                    <Cost machine=fields.machine/>
                    <ModeField
                        all
                        machine=fields.machine
                        environment=fields.environment
                        mode=fields.mode
                        note=changed(Part::Mode)
                    />
                    <TensorboardField
                        all
                        machine=fields.machine
                        environment=fields.environment
                        value=fields.tensorboard
                        note=changed(Part::Tensorboard)
                    />
                </div>
                <div class="form">
                    <Show
                        when=move || fields.mode.get() != "jupyter"
                        fallback=move || {
                            view! { <p class="run-hint">{move || t_string!(i18n, run.jupyter_hint)}</p> }
                        }
                    >
                        <div class="run-command">
                            <TextArea
                                name="command"
                                label=move || t_string!(i18n, run.command)
                                note=changed(Part::Command)
                                value=fields.command
                                rows=4
                                monospace=true
                                error=command_error
                            />
                            <EntryWarning module=fields.module_id command=fields.command/>
                            <p class="run-hint">
                                {move || match fields.mode.get() == "serve" {
                                    true => t_string!(i18n, run.serve_hint),
                                    false => t_string!(i18n, run.command_hint),
                                }}
                            </p>
                        </div>
                    </Show>
                    {refused.into_iter().map(|refused| view! { <RefusedData refused/> }).collect_view()}
                    <MountPicker chosen=fields.chosen note=changed(Part::Data) error=mounts_error/>
                    <TextInput
                        name="description"
                        label=move || t_string!(i18n, run.remark)
                        note=move || {
                            let optional = t_string!(i18n, common.optional);
                            match differs(Part::Remark) {
                                true => format!("{optional} · {}", t_string!(i18n, tasks.changed)),
                                false => optional.to_owned(),
                            }
                        }
                        value=fields.remark
                        hint=Signal::derive(move || Some(t_string!(i18n, run.remark_hint).to_owned()))
                        error=remark_error
                    />
                </div>
            </div>
            <div class="run-cli">
                <h2>{move || t_string!(i18n, run.cli)}</h2>
                <CopyField text=command_line/>
                <p class="run-hint">{move || t_string!(i18n, run.cli_hint)}</p>
            </div>
            <SubmitError submit/>
            <div class="form-actions">
                <Button
                    look=Look::Main
                    icon=icons::LuPlay
                    submit=true
                    busy=submit.pending
                    disabled=!can_run
                    title=Signal::derive(move || {
                        Some(
                            match can_run {
                                true => t_string!(i18n, run.shortcut),
                                false => t_string!(i18n, run.sandbox_missing),
                            }
                                .to_owned(),
                        )
                    })
                >
                    {move || t_string!(i18n, run.start)}
                </Button>
                <LinkButton href=back>{move || t_string!(i18n, run.cancel)}</LinkButton>
                <span class="run-hint">
                    {move || match can_run {
                        true => t_string!(i18n, run.shortcut),
                        false => t_string!(i18n, tasks.sandbox_off),
                    }}
                </span>
            </div>
        </form>
    }
}

/// The code version: valid ones only, the newest first.
#[component]
fn VersionField(
    versions: StoredValue<Vec<api::module::Module>>,
    value: RwSignal<String>,
    note: TextProp,
    submit: Submit,
) -> impl IntoView {
    let i18n = use_i18n();
    let choices = Signal::derive(move || {
        let label = move |at: usize, number: i64| {
            move || match at {
                0 => t_string!(i18n, run.version_newest, number = number),
                _ => t_string!(i18n, run.version_other, number = number),
            }
        };
        versions.with_value(|all| {
            let numbered = all.iter().enumerate();
            let choice = |(at, module): (usize, &api::module::Module)| {
                Choice::new(module.id.clone(), label(at, module.version))
            };
            numbered.map(choice).collect::<Vec<_>>()
        })
    });
    view! {
        <Select
            name="module_id"
            label=move || t_string!(i18n, run.version)
            note
            choices
            value
            on_change=move |id| value.set(id)
            hint=Signal::derive(move || Some(t_string!(i18n, run.version_hint).to_owned()))
            error=submit.at("module_id", move || i18n.get_locale())
        />
    }
}

/// Tasks cannot run on this server: said before anything is typed.
#[component]
fn Unavailable(why: String) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <ErrorNote message=move || t_string!(i18n, run.sandbox_missing)>
            <div>
                <p>{move || t_string!(i18n, run.sandbox_missing_hint)}</p>
                <p class="mono" lang="en">
                    {why}
                </p>
            </div>
        </ErrorNote>
    }
}

/// A dataset of the address or of the source that cannot be used.
#[component]
fn RefusedData(refused: Refused) -> impl IntoView {
    let i18n = use_i18n();
    let message = move || match refused.clone() {
        Refused::Asked(id) => t_string!(i18n, run.data_preset_bad, id = id),
        Refused::Mounted(name) => t_string!(i18n, tasks.source_data_gone, name = name),
    };
    view! { <ErrorNote message/> }
}

/// The task to begin with is not there, or belongs to another project.
#[component]
fn Missing(id: String) -> impl IntoView {
    let i18n = use_i18n();
    let message = move || t_string!(i18n, tasks.source_missing, id = id.clone());
    view! { <ErrorNote message/> }
}

/// What was typed before a reload is there again.
#[component]
fn Restored(start_over: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="run-source" role="status">
            {move || t_string!(i18n, tasks.restored)}
            <Button look=Look::Quiet on_click=start_over>
                {move || t_string!(i18n, tasks.start_over)}
            </Button>
        </p>
    }
}
