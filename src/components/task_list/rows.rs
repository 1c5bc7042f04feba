//! The table of a list of tasks. On a narrow window a row has two lines.

use super::asked::{Field, direction_word, param, sort_word};
use super::details::Details;
use super::metrics::{MetricCell, Metrics};
use crate::components::file_name::FileName;
use crate::components::rows::follow;
use crate::components::task_badge::TaskBadge;
use crate::components::task_duration::Duration;
use crate::components::task_words::{self, Texts};
use crate::i18n::*;
use crate::paths::{ProjectTab, Route, TaskTab};
use crate::place::use_place;
use crate::ui::{
    Column, CopyButton, IconButton, IconLink, SelectCell, Selection, Sort, Table, TimeAgo, icons,
};
use api::task::{Task, TaskQuery, TaskSort};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What a column is called.
pub(super) fn field_name(i18n: Texts, field: &Field) -> String {
    let name = match field {
        Field::Id => t_string!(i18n, tasks.col_id),
        Field::Project => t_string!(i18n, task.col_project),
        Field::Code => t_string!(i18n, tasks.col_code),
        Field::Mode => t_string!(i18n, tasks.col_mode),
        Field::Environment => t_string!(i18n, tasks.col_environment),
        Field::Machine => t_string!(i18n, task.col_machine),
        Field::Created => t_string!(i18n, task.col_created),
        Field::Finished => t_string!(i18n, tasks.col_finished),
        Field::Duration => t_string!(i18n, task.col_duration),
        Field::Reason => t_string!(i18n, tasks.col_reason),
        Field::Param(name) | Field::Metric(name) => return name.clone(),
    };
    name.to_owned()
}

/// The order that a column's head leads to.
fn order_of(field: &Field) -> Option<TaskSort> {
    match field {
        Field::Created => Some(TaskSort::Created),
        Field::Duration => Some(TaskSort::Duration),
        _ => None,
    }
}

/// The tasks of a page.
#[component]
pub(super) fn Rows(
    tasks: Signal<Vec<Task>>,
    query: Memo<TaskQuery>,
    metrics: Metrics,
    fields: Vec<Field>,
    #[prop(optional_no_strip)] selection: Option<Selection>,
    #[prop(into)] on_change: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let open = RwSignal::new(BTreeSet::<String>::new());
    let sort = move |by: TaskSort| {
        let ascending = Signal::derive(move || {
            let (sort, ascending) = query.with(TaskQuery::order);
            (sort == by).then_some(ascending)
        });
        let href = Signal::derive(move || {
            let next = ascending.get().map_or(by.ascends(), |ascending| !ascending);
            place.with(&[
                ("sort", sort_word(by)),
                ("dir", direction_word(by, next)),
                ("page", ""),
            ])
        });
        Sort { ascending, href }
    };
    let mut columns = vec![
        Column::new(move || t_string!(i18n, task.col_state)),
        Column::new(move || t_string!(i18n, task.col_task)).sorted(sort(TaskSort::Name)),
    ];
    columns.extend(fields.iter().map(|field| {
        let name = field.clone();
        let label = move || field_name(i18n, &name);
        let column = match field {
            Field::Duration | Field::Metric(_) => Column::numeric(label),
            _ => Column::new(label),
        };
        match order_of(field) {
            Some(by) => column.sorted(sort(by)),
            None => column,
        }
    }));
    columns.push(Column::actions(move || t_string!(i18n, tasks.col_actions)));
    let wide = columns.len() + usize::from(selection.is_some());
    let fields = StoredValue::new(fields);
    view! {
        <div class="task-table">
            <Table caption=move || t_string!(i18n, task.table_label) columns selection>
                <For each=move || tasks.get() key=|task| task.id.clone() let:task>
                    <Row task=follow(tasks, task, |task| &task.id) fields metrics selection open wide on_change/>
                </For>
            </Table>
        </div>
    }
}

#[component]
fn Row(
    task: Signal<Task>,
    fields: StoredValue<Vec<Field>>,
    metrics: Metrics,
    #[prop(optional_no_strip)] selection: Option<Selection>,
    open: RwSignal<BTreeSet<String>>,
    wide: usize,
    on_change: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let state = Signal::derive(move || task.with(|task| task.state));
    let id = task.with_untracked(|task| task.id.clone());
    let title = Memo::new(move |_| task.with(|task| task_words::title(i18n, task)));
    let key = Signal::stored(id.clone());
    let expanded = {
        let id = id.clone();
        Signal::derive(move || open.with(|open| open.contains(&id)))
    };
    let toggle = {
        let id = id.clone();
        move |()| {
            open.update(|open| {
                if !open.remove(&id) {
                    open.insert(id.clone());
                }
            });
        }
    };
    let chevron = Signal::derive(move || match expanded.get() {
        true => icons::LuChevronDown,
        false => icons::LuChevronRight,
    });
    let log = Route::Task {
        id: id.clone(),
        tab: TaskTab::Log,
    }
    .href();
    let href = Route::task(&id).href();
    let chosen = move || selection.is_some_and(|all| key.with(|key| all.has(key)));
    view! {
        <tr class:row-chosen=chosen>
            {selection
                .map(|selection| {
                    view! {
                        <SelectCell
                            selection
                            key
                            label=move || t_string!(i18n, tasks.select_row, name = title.get())
                        />
                    }
                })}
            <td class="task-state">
                <TaskBadge state/>
            </td>
            <td class="cell-main task-cell">
                <span class="task-line">
                    <IconButton
                        label=move || t_string!(i18n, tasks.expand, name = title.get())
                        icon=chevron
                        expanded
                        on_click=toggle
                    />
                    <a class="task-link" href=href title=move || title.get()>
                        {move || view! { <FileName name=title.get()/> }}
                    </a>
                </span>
            </td>
            {fields.with_value(|fields| {
                fields.iter().map(|field| view! { <Cell task metrics field=field.clone()/> }).collect_view()
            })}
            <td class="cell-actions cell-wide">
                <CopyButton text=key label=move || t_string!(i18n, task.copy_id)/>
                <IconLink
                    label=move || t_string!(i18n, tasks.log_of, name = title.get())
                    icon=icons::LuScrollText
                    href=log
                />
            </td>
        </tr>
        <Show when=move || expanded.get()>
            <tr class="row-details">
                <td colspan=wide.to_string()>
                    <Details task on_change/>
                </td>
            </tr>
        </Show>
    }
}

#[component]
fn Cell(task: Signal<Task>, metrics: Metrics, field: Field) -> impl IntoView {
    let i18n = use_i18n();
    let fixed = task.get_untracked();
    match field {
        Field::Id => {
            let short: String = fixed.id.chars().take(8).collect();
            view! {
                <td class="cell-wide">
                    <code>{short}</code>
                </td>
            }
            .into_any()
        }
        Field::Project => {
            let href = Route::project(&fixed.project_owner, &fixed.name).href();
            view! {
                <td>
                    <a href=href>{fixed.name}</a>
                </td>
            }
            .into_any()
        }
        Field::Code => {
            let tab = ProjectTab::Files {
                version: fixed.code_version,
                path: String::new(),
            };
            let href = Route::Project {
                user: fixed.project_owner,
                name: fixed.name,
                tab,
            }
            .href();
            let number = fixed.code_version;
            view! {
                <td class="cell-wide">
                    <a href=href>{move || t_string!(i18n, task.fact_version, number = number)}</a>
                </td>
            }
            .into_any()
        }
        Field::Mode => {
            let mode = fixed.mode;
            view! { <td class="cell-wide">{move || task_words::mode(i18n, &mode)}</td> }.into_any()
        }
        Field::Environment => view! { <td class="cell-wide">{fixed.environment}</td> }.into_any(),
        Field::Machine => {
            let machine = fixed.instance_type;
            view! { <td class="cell-wide">{move || task_words::machine(i18n, &machine)}</td> }
                .into_any()
        }
        Field::Created => view! {
            <td class="task-time">
                <TimeAgo time=fixed.created/>
            </td>
        }
        .into_any(),
        Field::Finished => {
            let finished = Memo::new(move |_| task.with(|task| task.finished));
            let time = move || match finished.get() {
                Some(time) => view! { <TimeAgo time/> }.into_any(),
                None => "–".into_any(),
            };
            view! { <td class="cell-wide task-time">{time}</td> }.into_any()
        }
        Field::Duration => view! {
            <td class="num">
                <Duration task/>
            </td>
        }
        .into_any(),
        Field::Reason => {
            let reason = move || task.with(|task| task_words::ending(i18n, task));
            view! { <td class="cell-wide task-reason">{reason}</td> }.into_any()
        }
        Field::Param(name) => {
            let value = param(&fixed, &name).unwrap_or("–").to_owned();
            view! {
                <td class="cell-wide task-param">
                    <FileName name=value/>
                </td>
            }
            .into_any()
        }
        Field::Metric(name) => view! { <MetricCell metrics id=fixed.id name/> }.into_any(),
    }
}
