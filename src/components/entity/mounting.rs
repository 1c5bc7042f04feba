//! Tasks that mount a dataset: the reader's own, and those of public projects.

use super::{EntityContext, Tab, use_entity};
use crate::client::datasets;
use crate::components::list_tools::NothingFound;
use crate::components::load::{Async, load};
use crate::components::rows::follow;
use crate::components::task_badge::TaskBadge;
use crate::components::task_duration::Duration;
use crate::components::{file_name::FileName, task_words};
use crate::i18n::*;
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{Column, EmptyState, LinkButton, Pagination, Table, TimeAgo, icons};
use api::task::Task;
use api::{Page, Paging};
use leptos::prelude::*;

/// The list, newest first.
#[component]
pub fn MountingTasks() -> impl IntoView {
    let place = use_place();
    let EntityContext { entity, .. } = use_entity();
    let id = Memo::new(move |_| entity.with(|entity| entity.id.clone()));
    let page = Signal::derive(move || place.page());
    let asked = load(move || {
        let (id, page) = (id.get(), page.get());
        async move { datasets::tasks(&id, page).await }
    });
    let href = move |page: u32| {
        let page = if page == 1 {
            String::new()
        } else {
            page.to_string()
        };
        entity.with(|entity| entity.route(Tab::Tasks).with(&[("page", &page)]))
    };
    let shown = move |answer: Signal<Page<Task>>| {
        let tasks = Signal::derive(move || answer.with(|page| page.list.clone()));
        let none =
            Memo::new(move |_| answer.with(|page| page.list.is_empty().then_some(page.total)));
        let pages = Signal::derive(move || {
            let size = u64::from(Paging::default().limit());
            u32::try_from(answer.with(|page| page.total).div_ceil(size)).unwrap_or(u32::MAX)
        });
        (move || match none.get() {
            Some(0) => view! { <NoTask/> }.into_any(),
            Some(total) => view! { <NothingFound total filters=&[]/> }.into_any(),
            None => view! {
                <Tasks tasks/>
                <Pagination page pages href=href/>
            }
            .into_any(),
        })
        .into_any()
    };
    view! { <Async load=asked lines=6 view=shown/> }
}

#[component]
fn Tasks(tasks: Signal<Vec<Task>>) -> impl IntoView {
    let i18n = use_i18n();
    let columns = vec![
        Column::new(move || t_string!(i18n, task.col_state)),
        Column::new(move || t_string!(i18n, task.col_task)),
        Column::new(move || t_string!(i18n, task.col_project)),
        Column::new(move || t_string!(i18n, task.col_created)),
        Column::numeric(move || t_string!(i18n, task.col_duration)),
    ];
    view! {
        <Table caption=move || t_string!(i18n, task.table_label) columns>
            <For each=move || tasks.get() key=|task| task.id.clone() let:task>
                <Row task=follow(tasks, task, |task| &task.id)/>
            </For>
        </Table>
    }
}

#[component]
fn Row(task: Signal<Task>) -> impl IntoView {
    let i18n = use_i18n();
    let state = Signal::derive(move || task.with(|task| task.state));
    let title = move || task.with(|task| task_words::title(i18n, task));
    let project = move || {
        task.with(|task| {
            let href = Route::project(&task.project_owner, &task.name).href();
            view! { <a href=href>{format!("{}/{}", task.project_owner, task.name)}</a> }
        })
    };
    view! {
        <tr>
            <td data-label=move || t_string!(i18n, task.col_state)>
                <TaskBadge state/>
            </td>
            <td class="cell-main">
                <a href=move || task.with(|task| Route::task(&task.id).href())>
                    {move || view! { <FileName name=title()/> }}
                </a>
            </td>
            <td data-label=move || t_string!(i18n, task.col_project)>{project}</td>
            <td data-label=move || t_string!(i18n, task.col_created)>
                <TimeAgo time=Signal::derive(move || task.with(|task| task.created))/>
            </td>
            <td class="num" data-label=move || t_string!(i18n, task.col_duration)>
                <Duration task/>
            </td>
        </tr>
    }
}

#[component]
fn NoTask() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let ready = Memo::new(move |_| entity.with(|entity| entity.latest.is_some()));
    let text = move || match ready.get() {
        true => t_string!(i18n, manage.mounting_empty_text),
        false => t_string!(i18n, manage.mounting_empty_none),
    };
    let guide = move || entity.with(|entity| entity.route(Tab::Guide).href());
    view! {
        <EmptyState icon=icons::LuListChecks title=move || t_string!(i18n, manage.mounting_empty) text=text>
            <LinkButton href=guide>{t!(i18n, entity.tabs.guide)}</LinkButton>
        </EmptyState>
    }
}
