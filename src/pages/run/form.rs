//! The fields of a new task and what happens when it is started.

use super::cost::Cost;
use super::environment::EnvironmentFields;
use super::material::Material;
use super::mode::{ModeField, TensorboardField};
use crate::client::tasks;
use crate::client::words::reason_words;
use crate::components::cli;
use crate::components::environments::{begin_with, on_machine};
use crate::components::mount_picker::{Chosen, MountPicker, fault};
use crate::components::run_command::Draft;
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::format;
use crate::i18n::*;
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{
    Button, Choice, CopyField, ErrorNote, LinkButton, Look, Select, TextArea, TextInput, icons,
    use_toasts,
};
use api::task::NewTask;
use api::{limits, name};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_i18n::I18nContext;

/// Fields at which the backend may find something, as the request spells them.
const FIELDS: &[&str] = &[
    "module_id",
    "instance_type",
    "environment",
    "data_ids",
    "command",
    "description",
];

/// What is filled in. `Copy`.
#[derive(Clone, Copy)]
struct Fields {
    module_id: RwSignal<String>,
    machine: RwSignal<String>,
    environment: RwSignal<String>,
    mode: RwSignal<String>,
    tensorboard: RwSignal<bool>,
    chosen: RwSignal<Vec<Chosen>>,
    command: RwSignal<String>,
    remark: RwSignal<String>,
}

impl Fields {
    /// Filled in as far as something is known.
    fn new(material: &Material) -> Self {
        let model = material.model.as_ref();
        let environments = &material.environments;
        let wish = model.map_or("cpu_high", |task| task.instance_type.as_str());
        let machine = match on_machine(environments, wish).is_empty() {
            false => wish,
            true if environments.cpu.is_empty() => "gpu_high",
            true => "cpu_high",
        };
        let default = material.project.default_env.as_str();
        let again = model.filter(|_| material.again);
        let environment = begin_with(
            on_machine(environments, machine),
            again.map_or(default, |task| task.environment.as_str()),
            default,
        );
        let newest = material.versions.first().map(|module| module.id.clone());
        Self {
            module_id: RwSignal::new(material.module_id.clone().or(newest).unwrap_or_default()),
            machine: RwSignal::new(machine.to_owned()),
            environment: RwSignal::new(environment),
            mode: RwSignal::new(again.map_or_else(|| "cli".to_owned(), |task| task.mode.clone())),
            tensorboard: RwSignal::new(again.is_some_and(|task| task.enable_tensorboard)),
            chosen: RwSignal::new(material.chosen.clone()),
            command: RwSignal::new(model.map(|task| task.command.clone()).unwrap_or_default()),
            remark: RwSignal::new(
                again
                    .map(|task| task.description.clone())
                    .unwrap_or_default(),
            ),
        }
    }

    /// What is wrong with the command, tracked.
    fn command_fault(self, i18n: I18nContext<Locale>) -> Option<String> {
        if self.mode.get() == "jupyter" {
            return None;
        }
        self.command
            .with(|command| match command.trim().is_empty() {
                true => Some(t_string!(i18n, run.command_missing).to_owned()),
                false => (command.len() > limits::COMMAND_MAX).then(|| {
                    t_string!(
                        i18n,
                        run.command_long,
                        max = format::number(limits::COMMAND_MAX as u64)
                    )
                }),
            })
    }

    /// What is wrong with the remark, tracked.
    fn remark_fault(self, locale: Locale) -> Option<String> {
        let checked = self.remark.with(|remark| name::check_description(remark));
        checked.err().map(|reason| reason_words(reason, locale))
    }

    /// Whether a mount name is wrong, tracked.
    fn mounts_wrong(self) -> bool {
        self.chosen
            .with(|chosen| chosen.iter().any(|one| fault(chosen, one.key).is_some()))
    }

    /// What the CLI would be told, tracked.
    fn draft(self, version: i64) -> Draft {
        Draft {
            version,
            instance_type: self.machine.get(),
            environment: self.environment.get(),
            data_ids: self
                .chosen
                .with(|chosen| chosen.iter().map(Chosen::data_id).collect()),
            mode: self.mode.get(),
            remark: self.remark.with(|remark| remark.trim().to_owned()),
            command: self.command.with(|command| command.trim().to_owned()),
            tensorboard: self.tensorboard.get(),
        }
    }
}

/// The form.
#[component]
pub(super) fn RunFields(material: Material) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let toasts = use_toasts();
    let fields = Fields::new(&material);
    let submit = Submit::new(FIELDS);
    let tried = RwSignal::new(false);
    let form = NodeRef::<html::Form>::new();
    let Material {
        project,
        versions,
        environments,
        refused,
        ..
    } = material;
    let unavailable = environments.unavailable.clone();
    let can_run = unavailable.is_none();
    let back = Route::project(&project.owner, &project.name).href();
    let default_env = project.default_env.clone();
    let project_name = StoredValue::new(project.name);
    let all = StoredValue::new(environments);
    let versions = StoredValue::new(versions);
    let draft = Memo::new(move |_| {
        let id = fields.module_id.get();
        let number = versions.with_value(|all| {
            all.iter()
                .find(|module| module.id == id)
                .map_or(0, |module| module.version)
        });
        fields.draft(number)
    });
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
        draft.with(|_| ());
        if before.is_some() {
            submit.mend();
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
        let new = new_task(
            draft.get_untracked(),
            fields.module_id.get_untracked(),
            project_name.get_value(),
        );
        let done = t_string!(i18n, run.started_toast);
        submit.run(async move { tasks::run(&new).await }, move |created| {
            toasts.say(done);
            place.go(&Route::task(&created.id).href());
        });
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
                    <VersionField versions value=fields.module_id submit/>
                    <EnvironmentFields
                        all
                        default=default_env
                        machine=fields.machine
                        environment=fields.environment
                        submit
                    />
                    <Cost machine=fields.machine/>
                    <ModeField
                        all
                        machine=fields.machine
                        environment=fields.environment
                        mode=fields.mode
                    />
                    <TensorboardField
                        all
                        machine=fields.machine
                        environment=fields.environment
                        value=fields.tensorboard
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
                                value=fields.command
                                rows=4
                                monospace=true
                                error=command_error
                            />
                            <p class="run-hint">
                                {move || match fields.mode.get() == "serve" {
                                    true => t_string!(i18n, run.serve_hint),
                                    false => t_string!(i18n, run.command_hint),
                                }}
                            </p>
                        </div>
                    </Show>
                    {refused.into_iter().map(|id| view! { <Refused id/> }).collect_view()}
                    <MountPicker chosen=fields.chosen error=mounts_error/>
                    <TextInput
                        name="description"
                        label=move || t_string!(i18n, run.remark)
                        note=move || t_string!(i18n, common.optional)
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
                <span class="run-hint">{move || t_string!(i18n, run.shortcut)}</span>
            </div>
        </form>
    }
}

fn new_task(draft: Draft, module_id: String, project: String) -> NewTask {
    NewTask {
        name: Some(project),
        full_command: Some(draft.cli_command(&cli::host())),
        description: Some(draft.remark),
        module_id,
        data_ids: draft.data_ids,
        command: match draft.mode == "jupyter" {
            true => String::new(),
            false => draft.command,
        },
        enable_tensorboard: Some(draft.tensorboard),
        mode: Some(draft.mode),
        instance_type: Some(draft.instance_type),
        environment: Some(draft.environment),
        ..NewTask::default()
    }
}

/// The code version: valid ones only, the newest first.
#[component]
fn VersionField(
    versions: StoredValue<Vec<api::module::Module>>,
    value: RwSignal<String>,
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

/// A dataset of the address that cannot be used.
#[component]
fn Refused(id: String) -> impl IntoView {
    let i18n = use_i18n();
    let message = move || t_string!(i18n, run.data_preset_bad, id = id.clone());
    view! { <ErrorNote message/> }
}
