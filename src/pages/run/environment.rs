//! Machine and environment of a task.

use crate::components::environments::{begin_with, choice, machines, on_machine};
use crate::components::submit::Submit;
use crate::format;
use crate::i18n::*;
use crate::ui::{Button, Choice, Look, Select, icons};
use api::environment::Environments;
use leptos::prelude::*;

/// The choice of a machine and, on it, of an environment.
#[component]
pub(super) fn EnvironmentFields(
    all: StoredValue<Environments>,
    default: String,
    machine: RwSignal<String>,
    environment: RwSignal<String>,
    machine_note: TextProp,
    environment_note: TextProp,
    submit: Submit,
) -> impl IntoView {
    let i18n = use_i18n();
    let default = StoredValue::new(default);
    let locale = move || i18n.get_locale();
    let machine_choices = Signal::derive(move || {
        let memory = all.with_value(|all| all.memory_bytes);
        let label = move |name: &'static str| {
            move || {
                let words = match name {
                    "gpu_high" => t_string!(i18n, run.machine_gpu),
                    _ => t_string!(i18n, run.machine_cpu),
                };
                match memory {
                    0 => words.to_owned(),
                    memory => {
                        let size = format::bytes(memory);
                        let memory = t_string!(i18n, run.machine_memory, size = size);
                        format!("{words} · {memory}")
                    }
                }
            }
        };
        let names = all.with_value(machines);
        names
            .into_iter()
            .map(|name| Choice::new(name, label(name)))
            .collect::<Vec<_>>()
    });
    let limit = Signal::derive(move || {
        let seconds = all.with_value(|all| all.time_limit);
        let time = format::duration(seconds, i18n.get_locale());
        (seconds > 0).then(|| t_string!(i18n, run.time_limit, time = time))
    });
    let environment_choices = Signal::derive(move || {
        all.with_value(|all| {
            let list = on_machine(all, &machine.get());
            list.iter().map(choice).collect::<Vec<_>>()
        })
    });
    let has_default = move || {
        all.with_value(|all| {
            let list = on_machine(all, &machine.get());
            default.with_value(|default| list.iter().any(|one| one.name == *default))
        })
    };
    let gone = Signal::derive(move || {
        let name = default.get_value();
        (!has_default() && !name.is_empty())
            .then(|| t_string!(i18n, run.environment_gone, name = name))
    });
    let differs =
        move || has_default() && default.with_value(|default| environment.get() != *default);
    let change_machine = move |value: String| {
        machine.set(value);
        // Not every environment is there on every machine.
        let next = all.with_value(|all| {
            let list = on_machine(all, &machine.get_untracked());
            begin_with(list, &environment.get_untracked(), &default.get_value())
        });
        environment.set(next);
    };
    view! {
        <Select
            name="instance_type"
            label=move || t_string!(i18n, run.machine)
            note=machine_note
            choices=machine_choices
            value=machine
            on_change=change_machine
            hint=limit
            error=submit.at("instance_type", locale)
        />
        <div class="run-environment">
            <Select
                name="environment"
                label=move || t_string!(i18n, run.environment)
                note=environment_note
                choices=environment_choices
                value=environment
                on_change=move |value| environment.set(value)
                hint=gone
                error=submit.at("environment", locale)
            />
            <Show when=differs>
                <Button
                    look=Look::Quiet
                    icon=icons::LuRotateCcw
                    on_click=move |()| environment.set(default.get_value())
                >
                    {move || t_string!(i18n, run.environment_default, name = default.get_value())}
                </Button>
            </Show>
        </div>
    }
}
