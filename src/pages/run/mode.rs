//! The mode of a task. What an environment cannot do is shown with the reason.

use crate::components::environments::on_machine;
use crate::i18n::*;
use crate::ui::Checkbox;
use api::environment::Environments;
use api::server::Server;
use leptos::prelude::*;

/// The modes in the order in which they are offered.
const MODES: [&str; 3] = ["cli", "jupyter", "serve"];

/// Whether an environment can start a server.
fn has(all: &Environments, machine: &str, environment: &str, server: Server) -> bool {
    let mut list = on_machine(all, machine).iter();
    let found = list.find(|one| one.name == environment);
    found.is_some_and(|one| match server {
        Server::Notebook => one.support_jupyter,
        Server::Serve => one.support_serve,
        Server::Tensorboard => one.support_tensorboard,
    })
}

/// Whether an environment can run tasks in a mode.
pub fn supported(all: &Environments, machine: &str, environment: &str, mode: &str) -> bool {
    let servers = Server::of_task(mode, false);
    servers
        .into_iter()
        .all(|server| has(all, machine, environment, server))
}

/// The choice of a mode.
#[component]
pub(super) fn ModeField(
    all: StoredValue<Environments>,
    machine: RwSignal<String>,
    environment: RwSignal<String>,
    mode: RwSignal<String>,
    note: TextProp,
) -> impl IntoView {
    let i18n = use_i18n();
    let can = move |mode: &str| {
        let (machine, environment) = (machine.get(), environment.get());
        all.with_value(|all| supported(all, &machine, &environment, mode))
    };
    // Another environment may not know the mode that was chosen.
    Effect::new(move |_| {
        if !can(&mode.get()) {
            mode.set("cli".to_owned());
        }
    });
    let words = move |name: &str| match name {
        "jupyter" => t_string!(i18n, run.mode_jupyter),
        "serve" => t_string!(i18n, run.mode_serve),
        _ => t_string!(i18n, run.mode_cli),
    };
    let why = move |name: &str| match name {
        "jupyter" => t_string!(i18n, run.mode_jupyter_off),
        _ => t_string!(i18n, run.mode_serve_off),
    };
    let radios = MODES.map(|name| {
        let able = Memo::new(move |_| can(name));
        view! {
            <label class="radio">
                <input
                    type="radio"
                    name="mode"
                    value=name
                    disabled=move || !able.get()
                    prop:checked=move || mode.get() == name
                    on:change=move |_| mode.set(name.to_owned())
                />
                <span>
                    {move || words(name)}
                    {move || (!able.get()).then(|| view! { <span class="radio-why">{why(name)}</span> })}
                </span>
            </label>
        }
    });
    view! {
        <fieldset class="field radio-group">
            <legend class="field-label">
                {move || t_string!(i18n, run.mode)}
                <span class="field-optional">{move || note.get()}</span>
            </legend>
            {radios.into_iter().collect_view()}
        </fieldset>
    }
}

/// Whether TensorBoard is wanted.
#[component]
pub(super) fn TensorboardField(
    all: StoredValue<Environments>,
    machine: RwSignal<String>,
    environment: RwSignal<String>,
    value: RwSignal<bool>,
    note: TextProp,
) -> impl IntoView {
    let i18n = use_i18n();
    let able = Memo::new(move |_| {
        let (machine, environment) = (machine.get(), environment.get());
        all.with_value(|all| has(all, &machine, &environment, Server::Tensorboard))
    });
    // Another environment may not have it.
    Effect::new(move |_| {
        if !able.get() {
            value.set(false);
        }
    });
    let why = move || match able.get() {
        true => t_string!(i18n, run.tensorboard_hint),
        false => t_string!(i18n, run.tensorboard_off),
    };
    view! {
        <Checkbox
            name="enable_tensorboard"
            value
            disabled=Signal::derive(move || !able.get())
        >
            "TensorBoard" <span class="field-optional">{move || note.get()}</span>
            <span class="radio-why">{why}</span>
        </Checkbox>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::environment::Environment;

    #[test]
    fn only_what_the_environment_supports_can_be_chosen() {
        let environment = |name: &str, support_jupyter| Environment {
            name: name.into(),
            support_jupyter,
            support_tensorboard: false,
            support_serve: support_jupyter,
            description: String::new(),
        };
        let all = Environments {
            cpu: vec![environment("plain", false), environment("notebook", true)],
            ..Environments::default()
        };
        let can = |environment, mode| supported(&all, "cpu_high", environment, mode);
        assert!(can("plain", "cli") && !can("plain", "jupyter") && can("notebook", "jupyter"));
        assert!(can("notebook", "serve") && !can("plain", "serve"));
        assert!(!has(&all, "cpu_high", "notebook", Server::Tensorboard));
        assert!(!supported(&all, "gpu_high", "notebook", "jupyter"));
    }
}
