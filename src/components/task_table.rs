//! Tasks as a table: one's own, a project's, somebody's. The list keeps itself up to date.

use crate::client::tasks;
use crate::components::list_tools::NothingFound;
use crate::components::live::Concerns as _;
use crate::components::load::{Async, load};
use crate::components::rows::follow;
use crate::components::task_badge::TaskBadge;
use crate::components::timeline::running_seconds;
use crate::components::{file_name::FileName, task_words};
use crate::format;
use crate::i18n::*;
use crate::paths::Route;
use crate::ui::{Column, CopyButton, Pagination, Table, TimeAgo, now_fine};
use api::Page;
use api::event::{Action, Kind};
use api::task::{Task, TaskQuery, TaskState};
use leptos::prelude::*;

/// Milliseconds between two looks while one waits: its place in the queue changes with tasks that one is not told of.
const QUEUE: u32 = 5_000;

/// A part of a list of tasks with links to the others, kept up to date.
#[component]
pub fn TaskList(
    /// Which tasks.
    #[prop(into)]
    query: Signal<TaskQuery>,
    /// Whether to name each task's project.
    #[prop(default = true)]
    show_project: bool,
    /// The address of a page of the list.
    page_href: impl Fn(u32) -> String + Send + Sync + Clone + 'static,
    /// What stands there when there are none, on whatever page.
    #[prop(into)]
    empty: ViewFn,
) -> impl IntoView {
    let list = load(move || {
        let query = query.get();
        async move { tasks::list(&query).await }
    })
    .live(move |change| {
        let gone = change.kind == Kind::Project && change.action == Action::Deleted;
        let concerned = query.with(|query| match (&query.project, &query.user) {
            (Some(project), _) => change.is_of(project),
            (None, Some(user)) => change.is_by(user),
            (None, None) => true,
        });
        (change.kind == Kind::Task || gone) && concerned
    })
    .poll(|page: &Page<Task>| {
        let mut tasks = page.list.iter();
        tasks
            .any(|task| task.state == TaskState::Waiting)
            .then_some(QUEUE)
    });
    let page = Signal::derive(move || query.with(|query| query.paging().page));
    let shown = move |answer: Signal<Page<Task>>| {
        let tasks = Signal::derive(move || answer.with(|page| page.list.clone()));
        // How many there are when this page has none.
        let none =
            Memo::new(move |_| answer.with(|page| page.list.is_empty().then_some(page.total)));
        let pages = Signal::derive(move || {
            let size = u64::from(query.with(|query| query.paging().limit()));
            u32::try_from(answer.with(|page| page.total).div_ceil(size)).unwrap_or(u32::MAX)
        });
        let (empty, page_href) = (empty.clone(), page_href.clone());
        (move || match none.get() {
            Some(0) => empty.run(),
            Some(total) => view! { <NothingFound total filters=&[]/> }.into_any(),
            None => {
                let href = page_href.clone();
                view! {
                    <TaskTable tasks show_project/>
                    <Pagination page pages href/>
                }
                .into_any()
            }
        })
        .into_any()
    };
    view! { <Async load=list lines=6 view=shown/> }
}

/// Tasks, one a row. On a narrow window a row has two lines.
#[component]
pub fn TaskTable(
    /// The tasks.
    tasks: Signal<Vec<Task>>,
    /// Whether to name each task's project.
    #[prop(default = true)]
    show_project: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let mut columns = vec![
        Column::new(move || t_string!(i18n, task.col_state)),
        Column::new(move || t_string!(i18n, task.col_task)),
    ];
    if show_project {
        columns.push(Column::new(move || t_string!(i18n, task.col_project)));
    }
    columns.extend([
        Column::new(move || t_string!(i18n, task.col_created)),
        Column::new(move || t_string!(i18n, task.col_machine)),
        Column::numeric(move || t_string!(i18n, task.col_duration)),
    ]);
    view! {
        <Table caption=move || t_string!(i18n, task.table_label) columns>
            <For each=move || tasks.get() key=|task| task.id.clone() let:task>
                <TaskRow task=follow(tasks, task, |task| &task.id) show_project/>
            </For>
        </Table>
    }
}

#[component]
fn TaskRow(task: Signal<Task>, show_project: bool) -> impl IntoView {
    let i18n = use_i18n();
    let state = Signal::derive(move || task.with(|task| task.state));
    let id = Signal::derive(move || task.with(|task| task.id.clone()));
    let created = Signal::derive(move || task.with(|task| task.created));
    let project = move || {
        task.with(|task| {
            let href = Route::project(&task.project_owner, &task.name).href();
            let name = format!("{}/{}", task.project_owner, task.name);
            view! { <a href=href>{name}</a> }
        })
    };
    let name = move || {
        let name = task.with(|task| task_words::title(i18n, task));
        view! { <FileName name/> }
    };
    view! {
        <tr>
            <td>
                <TaskBadge state/>
            </td>
            <td class="cell-main task-cell">
                <a class="task-link" href=move || Route::task(&id.get()).href()>
                    {name}
                </a>
                <span class="task-id">
                    <code>{move || id.with(|id| id.chars().take(8).collect::<String>())}</code>
                    <CopyButton text=id label=move || t_string!(i18n, task.copy_id)/>
                </span>
            </td>
            {show_project
                .then(|| {
                    view! { <td>{project}</td> }
                })}
            <td>
                <TimeAgo time=created/>
            </td>
            <td>
                {move || task.with(|task| task_words::machine(i18n, &task.instance_type))}
            </td>
            <td class="num">
                <Duration task/>
            </td>
        </tr>
    }
}

/// How long a task's command has run; running by the second until it has ended.
#[component]
pub fn Duration(
    /// The task.
    task: Signal<Task>,
) -> impl IntoView {
    let i18n = use_i18n();
    let now = now_fine();
    move || {
        // A task that has ended needs no clock.
        let ended = task.with(|task| task.state.is_final());
        let now = if ended {
            now.get_untracked()
        } else {
            now.get()
        };
        match task.with(|task| running_seconds(task, now)) {
            Some(seconds) => format::duration(seconds as u64, i18n.get_locale()),
            None => "–".to_owned(),
        }
    }
}
