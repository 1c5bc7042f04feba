//! What stands above a list of tasks: search, filters, columns, views, the file.

use super::asked::{Field, fields_text, param_names};
use super::filters::{Chips, Filters};
use super::rows::field_name;
use super::views::Views;
use crate::client::tasks;
use crate::client::words::words;
use crate::components::list_tools::use_query_text;
use crate::components::submit::Submit;
use crate::format;
use crate::i18n::*;
use crate::place::use_place;
use crate::ui::{Button, Popover, TextInput, Tick, icons, save_blob, use_toasts};
use api::task::{Task, TaskQuery};
use leptos::prelude::*;

#[component]
pub(super) fn Tools(
    query: Memo<TaskQuery>,
    scope: Signal<TaskQuery>,
    total: Memo<Option<u64>>,
    tasks: Signal<Vec<Task>>,
    fields: Memo<Vec<Field>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let typed = use_query_text("q", &["page"]);
    let placeholder = Signal::derive(move || Some(t_string!(i18n, lists.search_tasks).to_owned()));
    let count = move || {
        total
            .get()
            .map(|total| t_string!(i18n, tasks.count, count = format::number(total)))
    };
    view! {
        <div class="toolbar task-tools">
            <form
                class="grow"
                role="search"
                aria-label=move || t_string!(i18n, lists.filters)
                on:submit=move |event| event.prevent_default()
            >
                <TextInput
                    name="q"
                    label=move || t_string!(i18n, lists.search_tasks)
                    value=typed
                    kind="search"
                    placeholder
                />
            </form>
            <Filters query scope/>
            <span class="task-count" role="status">
                {count}
            </span>
            <Columns scope tasks fields/>
            <Views/>
            <Export query/>
            <Chips query scope tasks/>
        </div>
    }
}

#[component]
fn Columns(
    scope: Signal<TaskQuery>,
    tasks: Signal<Vec<Task>>,
    fields: Memo<Vec<Field>>,
) -> impl IntoView {
    let i18n = use_i18n();
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
    let in_project = move || scope.with(|scope| scope.project.is_some());
    view! {
        <Popover label=move || t_string!(i18n, tasks.columns) icon=icons::LuColumns3>
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
            <Button on_click=move |()| choose(Field::USUAL.to_vec())>
                {move || t_string!(i18n, tasks.columns_default)}
            </Button>
        </Popover>
    }
}

/// All that match as a file.
#[component]
fn Export(query: Memo<TaskQuery>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let submit = Submit::new(&[]);
    let save = move |()| {
        let query = query.get_untracked();
        let name = t_string!(i18n, tasks.csv_name);
        let sent = async move { tasks::csv(&query).await };
        submit.run(sent, move |blob| save_blob(&blob, name));
    };
    Effect::new(move |_| {
        if let Some(error) = submit.error.get() {
            let why = words(&error, i18n.get_locale_untracked());
            toasts.fail(t_string!(i18n, tasks.csv_failed, why = why));
        }
    });
    view! {
        <Button
            icon=icons::LuDownload
            busy=submit.pending
            title=Signal::derive(move || Some(t_string!(i18n, tasks.csv_hint).to_owned()))
            on_click=save
        >
            {move || t_string!(i18n, tasks.csv)}
        </Button>
    }
}
