//! What stands above a list of tasks: search, filters, columns, views, the file.

use super::asked::{Field, metrics_of};
use super::columns::Columns;
use super::filters::{Chips, Filters};
use super::metrics::Metrics;
use super::views::Views;
use crate::client::tasks;
use crate::client::words::words;
use crate::components::list_tools::use_query_text;
use crate::components::submit::Submit;
use crate::format;
use crate::i18n::*;
use crate::ui::{Button, TextInput, icons, save_blob, use_toasts};
use api::metric::MetricNames;
use api::task::{Task, TaskQuery};
use leptos::prelude::*;

#[component]
pub(super) fn Tools(
    query: Memo<TaskQuery>,
    scope: Signal<TaskQuery>,
    total: Memo<Option<u64>>,
    tasks: Signal<Vec<Task>>,
    fields: Memo<Vec<Field>>,
    metrics: Metrics,
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
            <Columns scope tasks fields metrics/>
            <Views/>
            <Export query fields/>
            <Chips query scope tasks/>
        </div>
    }
}

/// All that match as a file, with the metrics that are columns.
#[component]
fn Export(query: Memo<TaskQuery>, fields: Memo<Vec<Field>>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let submit = Submit::new(&[]);
    let save = move |()| {
        let query = query.get_untracked();
        let name = t_string!(i18n, tasks.csv_name);
        let metrics = fields.with_untracked(|fields| metrics_of(fields));
        let sent = async move { tasks::csv(&query, &MetricNames(metrics)).await };
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
