//! The choice of a project's default environment.

use crate::client::environments;
use crate::components::environments::{choice, on_any_machine};
use crate::components::load::load;
use crate::i18n::*;
use crate::ui::{Button, Choice, Select, icons};
use api::environment::Environment;
use leptos::prelude::*;

/// The list; while it cannot be loaded, the service's first environment is what one gets.
#[component]
pub fn EnvironmentChoice(
    /// The environment's name; empty takes the service's first.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let asked = load(environments::get);
    let found: Memo<Vec<Environment>> = Memo::new(move |_| {
        asked.data.with(|all| {
            let found = all.iter().flat_map(on_any_machine);
            found.cloned().collect()
        })
    });
    // The first one is chosen as soon as it is known, so that the form shows what will be made.
    Effect::new(move |_| {
        let first = found.with(|found| found.first().map(|first| first.name.clone()));
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
        found.iter().map(choice).collect()
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
