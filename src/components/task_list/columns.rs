//! The columns of a list of tasks: a panel to choose them.

use super::asked::{Field, fields_text, metrics_of, param_names};
use super::metrics::Metrics;
use super::rows::field_name;
use crate::components::lazy::{self, Part};
use crate::i18n::*;
use crate::place::use_place;
use crate::ui::{Button, Popover, Tick, icons};
use api::task::{Task, TaskQuery};
use leptos::context::Provider;
use leptos::prelude::*;

/// What the panel is about; handed to its chunk over the context.
#[derive(Clone, Copy)]
struct Shown {
    scope: Signal<TaskQuery>,
    tasks: Signal<Vec<Task>>,
    fields: Memo<Vec<Field>>,
    metrics: Metrics,
}

/// The button and its panel.
#[component]
pub(super) fn Columns(
    scope: Signal<TaskQuery>,
    tasks: Signal<Vec<Task>>,
    fields: Memo<Vec<Field>>,
    metrics: Metrics,
) -> impl IntoView {
    let i18n = use_i18n();
    let shown = Shown {
        scope,
        tasks,
        fields,
        metrics,
    };
    view! {
        <Popover label=move || t_string!(i18n, tasks.columns) icon=icons::LuColumns3>
            <Provider value=shown>{lazy::part(Part::TaskColumns)}</Provider>
        </Popover>
    }
}

/// The panel, in the chunk of the filters: most look at a list as it is.
pub fn column_panel() -> AnyView {
    let Shown {
        scope,
        tasks,
        fields,
        metrics,
    } = expect_context();
    view! { <Panel scope tasks fields metrics/> }.into_any()
}

#[component]
fn Panel(
    scope: Signal<TaskQuery>,
    tasks: Signal<Vec<Task>>,
    fields: Memo<Vec<Field>>,
    metrics: Metrics,
) -> impl IntoView {
    let i18n = use_i18n();
    metrics.open();
    let place = use_place();
    let choose = move |fields: Vec<Field>| {
        untrack(|| place.replace(&place.with(&[("cols", &fields_text(&fields))])));
    };
    let tick = move |field: Field| {
        let (name, own) = (field.clone(), field.clone());
        let checked = Signal::derive(move || fields.with(|fields| fields.contains(&own)));
        let change = move |on: bool| {
            let mut next = super::asked::fields(&untrack(|| place.value("cols")));
            next.retain(|known| *known != field);
            if on {
                next.push(field.clone());
            }
            choose(next);
        };
        view! { <Tick label=move || field_name(i18n, &name) checked on_change=change/> }
    };
    // Those of the page, and those shown that no task of it has.
    let params = Memo::new(move |_| {
        let mut names = tasks.with(|tasks| param_names(tasks));
        fields.with(|fields| {
            for field in fields {
                if let Field::Param(name) = field
                    && !names.contains(name)
                {
                    names.push(name.clone());
                }
            }
        });
        names
    });
    let measured = Memo::new(move |_| {
        let mut names = metrics.names();
        for name in fields.with(|fields| metrics_of(fields)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    });
    let in_project = move || scope.with(|scope| scope.project.is_some());
    view! {
        <div class="popover-list">
            {move || {
                Field::ALL
                    .into_iter()
                    .filter(|field| *field != Field::Project || !in_project())
                    .map(tick)
                    .collect_view()
            }}
        </div>
        <Show when=move || params.with(|params| !params.is_empty())>
            <fieldset class="popover-group">
                <legend>{move || t_string!(i18n, tasks.params)}</legend>
                <For each=move || params.get() key=Clone::clone let:name>
                    {tick(Field::Param(name))}
                </For>
            </fieldset>
        </Show>
        <Show when=move || metrics.pending() || measured.with(|names| !names.is_empty())>
            <fieldset class="popover-group">
                <legend>{move || t_string!(i18n, tasks.metrics)}</legend>
                <For each=move || measured.get() key=Clone::clone let:name>
                    {tick(Field::Metric(name))}
                </For>
                <p class="popover-hint" role="status">
                    {move || metrics.pending().then(|| t_string!(i18n, tasks.metrics_pending))}
                </p>
            </fieldset>
        </Show>
        <Button on_click=move |()| choose(Field::USUAL.to_vec())>
            {move || t_string!(i18n, tasks.columns_default)}
        </Button>
    }
}
