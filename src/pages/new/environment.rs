//! The choice of a project's default environment.

use crate::client::environments;
use crate::components::load::load;
use crate::i18n::*;
use crate::ui::{Button, Choice, Select, icons};
use api::environment::Environments;
use leptos::prelude::*;

/// Names and descriptions of all environments, each once, in the service's order.
fn offered(environments: &Environments) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for environment in environments.cpu.iter().chain(&environments.gpu) {
        if out.iter().all(|(name, _)| *name != environment.name) {
            out.push((environment.name.clone(), environment.description.clone()));
        }
    }
    out
}

/// The list; while it cannot be loaded, the service's first environment is what one gets.
#[component]
pub(super) fn EnvironmentChoice(
    /// The environment's name; empty takes the service's first.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let asked = load(environments::get);
    let found = Memo::new(move |_| {
        asked
            .data
            .with(|all| all.as_ref().map(offered).unwrap_or_default())
    });
    // The first one is chosen as soon as it is known, so that the form shows what will be made.
    Effect::new(move |_| {
        let first = found.with(|found| found.first().map(|(name, _)| name.clone()));
        if let Some(first) = first
            && value.with_untracked(String::is_empty)
        {
            value.set(first);
        }
    });
    let choices = Signal::derive(move || {
        let found = found.get();
        if found.is_empty() {
            let words = match asked.loading.get() {
                true => t_string!(i18n, new.environment_loading),
                false => t_string!(i18n, new.environment_first),
            };
            return vec![Choice::new("", words)];
        }
        let choice = |(name, description): (String, String)| {
            let label = match description.is_empty() {
                true => name.clone(),
                false => format!("{name} ({description})"),
            };
            Choice::new(name, label)
        };
        found.into_iter().map(choice).collect()
    });
    let failed = Memo::new(move |_| asked.error.with(Option::is_some));
    view! {
        <Select
            name="default_env"
            label=move || t_string!(i18n, new.environment)
            hint=Signal::derive(move || t_string!(i18n, new.environment_hint).to_owned())
            choices=choices
            value=value
            on_change=move |name| value.set(name)
            error=error
        />
        <Show when=move || failed.get()>
            <p class="row muted" role="status">
                {t!(i18n, new.environment_failed)}
                <Button icon=icons::LuRotateCw on_click=move |()| asked.reload()>{t!(i18n, common.retry)}</Button>
            </p>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::environment::Environment;

    fn environment(name: &str) -> Environment {
        Environment {
            name: name.into(),
            support_jupyter: false,
            support_tensorboard: false,
            support_serve: false,
            description: String::new(),
        }
    }

    #[test]
    fn each_environment_is_offered_once() {
        let environments = Environments {
            cpu: vec![environment("python3"), environment("keras")],
            gpu: vec![environment("keras"), environment("cuda")],
            ..Environments::default()
        };
        let names: Vec<String> = offered(&environments)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["python3", "keras", "cuda"]);
    }
}
