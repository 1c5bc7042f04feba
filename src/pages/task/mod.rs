//! A task: how it stands, its log, what it ran, what it mounted and what it wrote.

mod data;
mod facts;
mod failure;
mod log_tail;
mod overview;
mod remark;
mod servers;
mod to_dataset;

use crate::client::tasks;
use crate::client::words::words;
use crate::components::file_browser::FileBrowser;
use crate::components::file_name::FileName;
use crate::components::file_tree::Tree;
use crate::components::lazy;
use crate::components::live::Concerns as _;
use crate::components::load::{Load, load};
use crate::components::log_viewer::LogViewer;
use crate::components::metrics::{Machine, Metrics};
use crate::components::missing::Missing;
use crate::components::task_actions::TaskActions;
use crate::components::task_badge::TaskBadge;
use crate::components::task_words;
use crate::i18n::*;
use crate::paths::{ProjectTab, Route, TaskTab};
use crate::place::use_place;
use crate::ui::{CopyField, EmptyState, ErrorNote, PageHead, Skeleton, Tab, Tabs, icons};
use api::event::Kind;
use api::task::{Task, TaskState};
use data::Data;
use leptos::prelude::*;
use overview::Overview;
use remark::Remark;
use servers::Servers;
use to_dataset::ToDataset;

/// Milliseconds between two looks while the task waits: its place in the queue changes with tasks that one is not told of.
const QUEUE: u32 = 5_000;

/// The page.
pub fn page(route: Route) -> AnyView {
    match route {
        Route::Task { id, .. } => view! { <TaskPage id/> }.into_any(),
        _ => ().into_any(),
    }
}

/// What the parts that are chunks of their own find in the context.
#[derive(Clone, Copy)]
struct TaskContext {
    task: Signal<Task>,
    /// The path on screen, in a part of files.
    path: Signal<String>,
    load: Load<Task>,
}

/// Which part is on screen; a change of path within a part changes nothing here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Overview,
    Log,
    Metrics,
    Code,
    Data,
    Output,
}

#[component]
fn TaskPage(id: String) -> impl IntoView {
    let i18n = use_i18n();
    let asked = id.clone();
    let task = load(move || {
        let id = asked.clone();
        async move { tasks::get(&id).await }
    })
    .live({
        let id = id.clone();
        move |change| change.kind == Kind::Task && change.is(&id)
    })
    .poll(|task: &Task| (task.state == TaskState::Waiting).then_some(QUEUE));
    let known = Memo::new(move |_| task.data.with(Option::is_some));
    let fault = Memo::new(move |_| task.error.get());
    let missing = move || {
        let error = fault.get()?;
        Some(if error.is_not_found() {
            view! {
                <Missing
                    title=move || t_string!(i18n, task.not_found)
                    text=move || t_string!(i18n, task.not_found_hint)
                />
            }
            .into_any()
        } else {
            let message = move || words(&error, i18n.get_locale());
            view! { <ErrorNote message retry=move |()| task.reload()/> }.into_any()
        })
    };
    let content = move || {
        if !known.get() {
            // The heading comes with the task: it takes the focus once, and is not replaced.
            return match missing() {
                None => view! { <Skeleton lines=8/> }.into_any(),
                Some(words) => view! {
                    <PageHead title=move || t_string!(i18n, task.title)/>
                    {words}
                }
                .into_any(),
            };
        }
        let now = Memo::new(move |last: Option<&Option<Task>>| {
            task.data.get().or_else(|| last.cloned().flatten())
        });
        let now = Signal::derive(move || now.get().expect("a task was loaded"));
        view! {
            {missing}
            <Known task=now load=task/>
        }
        .into_any()
    };
    view! { <div class="content task-page">{content}</div> }
}

#[component]
fn Known(task: Signal<Task>, load: Load<Task>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let id = task.with_untracked(|task| task.id.clone());
    let state = Signal::derive(move || task.with(|task| task.state));
    let title = move || task.with(|task| task_words::title(i18n, task));
    let tab = Memo::new(move |last: Option<&TaskTab>| match place.route.get() {
        Some(Route::Task { tab, .. }) => tab,
        // The page is about to go.
        _ => last.cloned().unwrap_or(TaskTab::Overview),
    });
    let part = Memo::new(move |_| match tab.get() {
        TaskTab::Overview => Part::Overview,
        TaskTab::Log => Part::Log,
        TaskTab::Metrics => Part::Metrics,
        TaskTab::Code { .. } => Part::Code,
        TaskTab::Data => Part::Data,
        TaskTab::Output { .. } => Part::Output,
    });
    let path = Signal::derive(move || match tab.get() {
        TaskTab::Code { path } | TaskTab::Output { path } => path,
        TaskTab::Overview | TaskTab::Log | TaskTab::Metrics | TaskTab::Data => String::new(),
    });
    let name = Memo::new(move |_| task.with(|task| task_words::title(i18n, task)));
    let heading = (move || view! { <FileName name=name.get()/> }).into_any();
    let editing = RwSignal::new(false);
    let edit = view! { <Remark task load open=editing/> }.into_any();
    let facts = {
        let id = Signal::stored(id.clone());
        view! {
            <TaskBadge state/>
            <CopyField text=id label=move || t_string!(i18n, task.copy_id)/>
        }
        .into_any()
    };
    let leave = move |()| {
        let list = task.with_untracked(|task| Route::Project {
            user: task.project_owner.clone(),
            name: task.name.clone(),
            tab: ProjectTab::Tasks,
        });
        place.replace(&list.href());
    };
    let actions = view! {
        <Servers task/>
        <TaskActions task on_stopped=move |()| load.reload() on_deleted=leave/>
    }
    .into_any();
    provide_context(TaskContext { task, path, load });
    let body = move || match part.get() {
        Part::Overview => view! { <Overview task/> }.into_any(),
        Part::Log => lazy::part(lazy::Part::TaskLog),
        Part::Metrics => lazy::part(lazy::Part::TaskMetrics),
        Part::Code => lazy::part(lazy::Part::TaskCode),
        Part::Data => view! { <Data task/> }.into_any(),
        Part::Output => lazy::part(lazy::Part::TaskOutput),
    };
    view! {
        <PageHead title heading edit edited=editing facts actions/>
        <Tabs tabs=tabs(&id, part, task)/>
        {body}
    }
}

fn tabs(id: &str, part: Memo<Part>, task: Signal<Task>) -> Vec<Tab> {
    let i18n = use_i18n();
    let href = |tab: TaskTab| {
        let id = id.to_owned();
        Route::Task { id, tab }.href()
    };
    let top = String::new;
    vec![
        Tab::new(
            move || t_string!(i18n, task.tab_overview),
            href(TaskTab::Overview),
            move || part.get() == Part::Overview,
        ),
        Tab::new(
            move || t_string!(i18n, task.tab_log),
            href(TaskTab::Log),
            move || part.get() == Part::Log,
        ),
        Tab::new(
            move || t_string!(i18n, task.tab_metrics),
            href(TaskTab::Metrics),
            move || part.get() == Part::Metrics,
        ),
        Tab::new(
            move || t_string!(i18n, task.tab_code),
            href(TaskTab::Code { path: top() }),
            move || part.get() == Part::Code,
        ),
        Tab::new(
            move || t_string!(i18n, task.tab_data),
            href(TaskTab::Data),
            move || part.get() == Part::Data,
        )
        .counted(move || Some(task.with(|task| task.data.len() as u64))),
        Tab::new(
            move || t_string!(i18n, task.tab_output),
            href(TaskTab::Output { path: top() }),
            move || part.get() == Part::Output,
        ),
    ]
}

/// Its log, in a chunk of its own.
pub fn log() -> AnyView {
    let TaskContext { task, load, .. } = expect_context();
    let (id, project) = task.with_untracked(|task| (task.id.clone(), task.project_id.clone()));
    view! {
        <div class="task-log">
            <LogViewer task=id project on_state=move |_| load.reload()/>
        </div>
    }
    .into_any()
}

/// Its metrics, in a chunk of its own, and below them what it used of the machine.
pub fn metrics() -> AnyView {
    let TaskContext { task, .. } = expect_context();
    let (id, project, owner) = task.with_untracked(|task| {
        let (id, project) = (task.id.clone(), task.project_id.clone());
        (id, project, task.project_owner.clone())
    });
    view! {
        <Metrics task=id project owner/>
        {lazy::part(lazy::Part::TaskMachine)}
    }
    .into_any()
}

/// What it used of the machine, in a chunk of its own.
pub fn machine() -> AnyView {
    let TaskContext { task, .. } = expect_context();
    view! { <Machine task/> }.into_any()
}

/// The code that ran, in a chunk of its own.
pub fn code() -> AnyView {
    let i18n = use_i18n();
    let TaskContext { task, path, .. } = expect_context();
    let id = task.with_untracked(|task| task.id.clone());
    let tree = Tree {
        id: Signal::derive(move || task.with(|task| task.module_id.clone())),
        top: Signal::derive(move || {
            let number = task.with(|task| task.code_version);
            t_string!(i18n, task.fact_version, number = number)
        }),
        route: Callback::new(move |path| Route::Task {
            id: id.clone(),
            tab: TaskTab::Code { path },
        }),
    };
    view! { <FileBrowser tree path/> }.into_any()
}

/// What the task wrote to /output, in a chunk of its own; while it runs, as it comes.
pub fn output() -> AnyView {
    let i18n = use_i18n();
    let TaskContext { task, path, .. } = expect_context();
    let id = task.with_untracked(|task| task.id.clone());
    let tree = Tree {
        id: Signal::derive(move || task.with(|task| task.output_id.clone())),
        top: Signal::stored("/output".to_owned()),
        route: Callback::new(move |path| Route::Task {
            id: id.clone(),
            tab: TaskTab::Output { path },
        }),
    };
    let live = Memo::new(move |_| task.with(|task| !task.state.is_final()));
    let empty = move || {
        let text = move || match live.get() {
            true => t_string!(i18n, task.output_empty_running),
            false => t_string!(i18n, task.output_empty_final),
        };
        view! {
            <EmptyState icon=icons::LuFolderOpen title=move || t_string!(i18n, task.output_empty) text/>
        }
    };
    view! {
        <ToDataset task path/>
        <FileBrowser tree path live empty/>
    }
    .into_any()
}
