//! Filters of a list of tasks: a panel to choose them, and a chip for each that holds.

use super::asked::{FILTERS, MACHINES, MODES, switched, values};
use crate::client::{environments, projects};
use crate::components::environments::on_any_machine;
use crate::components::lazy::{self, Part};
use crate::components::load::load;
use crate::components::task_words;
use crate::format;
use crate::i18n::*;
use crate::place::{Place, use_place};
use crate::session::use_session;
use crate::ui::{Chip, Choice, LinkButton, Look, Popover, Select, Tick, icons};
use api::project::{EntityQuery, Project};
use api::task::{STATES, Task, TaskQuery};
use leptos::context::Provider;
use leptos::prelude::*;

/// Projects offered at most: those changed last.
const PROJECTS: u32 = 200;

/// Changes a value of the address: a filter leads to the first page.
fn set(place: Place, key: &str, value: &str) {
    untrack(|| place.go(&place.with(&[(key, value), ("page", "")])));
}

/// How many filters hold, the search aside.
fn holding(query: &TaskQuery, scope: &TaskQuery) -> usize {
    query.state.0.len()
        + query.mode.0.len()
        + query.machine.0.len()
        + query.environment.0.len()
        + usize::from(query.project != scope.project)
        + usize::from(query.from.is_some())
        + usize::from(query.to.is_some())
}

/// The button and its panel.
#[component]
pub(super) fn Filters(query: Memo<TaskQuery>, scope: Signal<TaskQuery>) -> impl IntoView {
    let i18n = use_i18n();
    let count =
        Signal::derive(move || query.with(|query| scope.with(|scope| holding(query, scope))));
    view! {
        <Popover label=move || t_string!(i18n, tasks.filters) icon=icons::LuListFilter count start=true>
            <Provider value=Scope(scope)>{lazy::part(Part::TaskFilters)}</Provider>
        </Popover>
    }
}

/// Whose list the panel filters; handed to its chunk over the context.
#[derive(Clone, Copy)]
struct Scope(Signal<TaskQuery>);

/// The panel, in a chunk of its own: most look at a list as it is.
pub fn filter_panel() -> AnyView {
    let Scope(scope) = expect_context();
    view! { <Panel scope/> }.into_any()
}

#[component]
fn Panel(scope: Signal<TaskQuery>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let offered = load(environments::get);
    let environments = Memo::new(move |_| {
        let mut names = offered.data.with(|all| {
            let all = all.as_ref().map(on_any_machine).unwrap_or_default();
            let names = all.into_iter().map(|one| one.name.clone());
            names.collect::<Vec<_>>()
        });
        for name in values(&place.value("environment")) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    });
    let tick = move |key: &'static str, value: String, label: TextProp| {
        let own = value.clone();
        let checked = Signal::derive(move || values(&place.value(key)).contains(&own));
        let change = move |on: bool| {
            let next = switched(&untrack(|| place.value(key)), &value, on);
            set(place, key, &next);
        };
        view! { <Tick label checked on_change=change/> }
    };
    let day = move |key: &'static str, label: TextProp| {
        view! {
            <label class="popover-day">
                <span>{move || label.get()}</span>
                <input
                    class="input"
                    type="date"
                    prop:value=move || place.value(key)
                    on:change=move |event| set(place, key, &event_target_value(&event))
                />
            </label>
        }
    };
    let own = move || scope.with(|scope| scope.project.is_none());
    view! {
        <div class="popover-groups">
            <fieldset class="popover-group">
                <legend>{move || t_string!(i18n, lists.state)}</legend>
                {STATES
                    .map(|state| {
                        let label = move || task_words::state(i18n, state);
                        tick("state", state.as_ref().to_owned(), label.into())
                    })
                    .collect_view()}
            </fieldset>
            <div class="popover-column">
                <fieldset class="popover-group">
                    <legend>{move || t_string!(i18n, tasks.filter_mode)}</legend>
                    {MODES
                        .map(|mode| {
                            let label = move || task_words::mode(i18n, mode);
                            tick("mode", mode.to_owned(), label.into())
                        })
                        .collect_view()}
                </fieldset>
                <fieldset class="popover-group">
                    <legend>{move || t_string!(i18n, tasks.filter_machine)}</legend>
                    {MACHINES
                        .map(|machine| {
                            let label = move || task_words::machine(i18n, machine);
                            tick("machine", machine.to_owned(), label.into())
                        })
                        .collect_view()}
                </fieldset>
            </div>
            <fieldset class="popover-group">
                <legend>{move || t_string!(i18n, tasks.filter_environment)}</legend>
                <For each=move || environments.get() key=Clone::clone let:name>
                    {tick("environment", name.clone(), name.into())}
                </For>
            </fieldset>
        </div>
        <fieldset class="popover-group popover-days">
            <legend>{move || t_string!(i18n, tasks.filter_created)}</legend>
            {day("from", TextProp::from(move || t_string!(i18n, tasks.from)))}
            {day("to", TextProp::from(move || t_string!(i18n, tasks.to)))}
        </fieldset>
        <Show when=own>
            <ProjectFilter scope/>
        </Show>
    }
}

/// One of the projects of whoever the list is about.
#[component]
fn ProjectFilter(scope: Signal<TaskQuery>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let session = use_session();
    let offered = load(move || {
        let query = EntityQuery {
            user: scope
                .with(|scope| scope.user.clone())
                .or_else(|| session.name()),
            page_size: Some(PROJECTS),
            ..EntityQuery::default()
        };
        async move { Ok(projects::list(&query).await?.list) }
    });
    let choices = Signal::derive(move || {
        let all = Choice::new("", move || t_string!(i18n, tasks.any_project));
        let known: Vec<Project> = offered.data.get().unwrap_or_default();
        let asked = place.value("project");
        let hidden = !asked.is_empty() && known.iter().all(|one| one.id != asked);
        let other = hidden.then(|| Choice::new(asked.clone(), asked));
        let known = known.into_iter().map(|one| Choice::new(one.id, one.name));
        std::iter::once(all)
            .chain(other)
            .chain(known)
            .collect::<Vec<_>>()
    });
    let value = Signal::derive(move || place.value("project"));
    view! {
        <Select
            name="filter-project"
            label=move || t_string!(i18n, tasks.filter_project)
            choices
            value
            on_change=move |id: String| set(place, "project", &id)
        />
    }
}

/// A chip for each filter that holds.
#[component]
pub(super) fn Chips(
    query: Memo<TaskQuery>,
    scope: Signal<TaskQuery>,
    tasks: Signal<Vec<Task>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let project = Memo::new(move |_| {
        let asked = query.with(|query| query.project.clone())?;
        scope.with(|scope| scope.project.is_none()).then_some(())?;
        // Its name stands in its tasks.
        let name = tasks.with(|tasks| {
            let found = tasks.iter().find(|task| task.project_id == asked);
            found.map(|task| task.name.clone())
        });
        Some(name.unwrap_or_else(|| asked.chars().take(8).collect()))
    });
    let list = move || {
        let query = query.get();
        let mut chips: Vec<(&'static str, String, String)> = Vec::new();
        if let Some(text) = query.q {
            chips.push((
                "q",
                String::new(),
                t_string!(i18n, tasks.chip_search, text = text),
            ));
        }
        for state in query.state.0 {
            let text = task_words::state(i18n, state);
            let words = t_string!(i18n, tasks.chip_state, text = text);
            chips.push(("state", state.as_ref().to_owned(), words));
        }
        for mode in query.mode.0 {
            let text = task_words::mode(i18n, &mode);
            chips.push(("mode", mode, t_string!(i18n, tasks.chip_mode, text = text)));
        }
        for machine in query.machine.0 {
            let text = task_words::machine(i18n, &machine);
            chips.push((
                "machine",
                machine,
                t_string!(i18n, tasks.chip_machine, text = text),
            ));
        }
        for name in query.environment.0 {
            let words = t_string!(i18n, tasks.chip_environment, text = name.clone());
            chips.push(("environment", name, words));
        }
        if let Some(name) = project.get() {
            chips.push((
                "project",
                String::new(),
                t_string!(i18n, tasks.chip_project, text = name),
            ));
        }
        let locale = i18n.get_locale();
        if let Some(day) = query.from {
            let text = format::date(day, locale);
            chips.push((
                "from",
                String::new(),
                t_string!(i18n, tasks.chip_from, text = text),
            ));
        }
        if let Some(day) = format::day(&place.value("to"), 0) {
            let text = format::date(day, locale);
            chips.push((
                "to",
                String::new(),
                t_string!(i18n, tasks.chip_to, text = text),
            ));
        }
        chips
    };
    let cleared = Signal::derive(move || {
        let keys = FILTERS.iter().chain(&["page"]).map(|key| (*key, ""));
        place.with(&keys.collect::<Vec<_>>())
    });
    let list = Memo::new(move |_| list());
    view! {
        <Show when=move || list.with(|list| !list.is_empty())>
            <div class="task-chips">
                <For each=move || list.get() key=Clone::clone let:chip>
                    {
                        let (key, value, words) = chip;
                        let remove = move |()| {
                            let next = switched(&untrack(|| place.value(key)), &value, false);
                            set(place, key, if value.is_empty() { "" } else { &next });
                        };
                        view! { <Chip label=words on_remove=remove/> }
                    }
                </For>
                <LinkButton href=cleared look=Look::Quiet>
                    {move || t_string!(i18n, tasks.clear_all)}
                </LinkButton>
            </div>
        </Show>
    }
}
