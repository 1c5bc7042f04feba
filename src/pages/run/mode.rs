//! The mode of a task. What an environment cannot do is shown with the reason.

use crate::components::environments::on_machine;
use crate::i18n::*;
use api::environment::Environments;
use leptos::prelude::*;

/// The modes in the order in which they are offered.
const MODES: [&str; 3] = ["cli", "jupyter", "serve"];

/// Whether an environment can run tasks in a mode. No environment says that it can publish a port, so none can serve.
pub fn supported(all: &Environments, machine: &str, environment: &str, mode: &str) -> bool {
    match mode {
        "cli" => true,
        "jupyter" => on_machine(all, machine)
            .iter()
            .any(|one| one.name == environment && one.support_jupyter),
        _ => false,
    }
}

/// The choice of a mode.
#[component]
pub(super) fn ModeField(
    all: StoredValue<Environments>,
    machine: RwSignal<String>,
    environment: RwSignal<String>,
    mode: RwSignal<String>,
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
            <legend class="field-label">{move || t_string!(i18n, run.mode)}</legend>
            {radios.into_iter().collect_view()}
        </fieldset>
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
            description: String::new(),
        };
        let all = Environments {
            cpu: vec![environment("plain", false), environment("notebook", true)],
            ..Environments::default()
        };
        let can = |environment, mode| supported(&all, "cpu_high", environment, mode);
        assert!(can("plain", "cli") && !can("plain", "jupyter") && can("notebook", "jupyter"));
        assert!(!can("notebook", "serve"));
        assert!(!supported(&all, "gpu_high", "notebook", "jupyter"));
    }
}
