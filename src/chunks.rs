//! The pages and their larger parts in chunks of their own, so that the first load does not grow with them.
//!
//! A chunk is a function below that makes a page or part, or some that are little apart. To add a page: a function `page(route: Route) -> AnyView`
//! in its module of the library, a name in `chunks!`, a function of that name, and a line in [`loader`]. Built with the feature `split`
//! (release builds; the splitter is a step of its own) a chunk is fetched when it is first shown; without the feature the
//! same code simply calls the functions, so that `trunk serve` needs no splitter.

use leptos::prelude::{AnyView, IntoAny};
use russell_cloud_web::components::entity::parts;
use russell_cloud_web::components::lazy::{Loader, NotFetched, Part, Wanted};
use russell_cloud_web::components::{
    drop_zone, markdown, metrics, notebook, shell::frame, task_list, upload_dock,
};
use russell_cloud_web::pages;
use russell_cloud_web::paths::Route;

/// For each function a chunk, and a [`Loader`] of its name in the module `loaders`.
macro_rules! chunks {
    ($($name:ident)*) => {
        mod loaders {
            use super::{Loader, NotFetched};
            $(
                pub fn $name() -> Loader {
                    Loader {
                        fetch: || Box::pin(async { $name::fetch().await.map_err(NotFetched::from) }),
                        show: |wanted| Box::pin($name::show(wanted)),
                    }
                }

                #[cfg(feature = "split")]
                mod $name {
                    use super::super::{AnyView, NotFetched, Wanted};

                    #[leptos::wasm_split::wasm_split(
                        $name,
                        wasm_split_path = leptos::wasm_split,
                        preload(fetch),
                        fallible
                    )]
                    pub fn show(wanted: Wanted) -> Result<AnyView, NotFetched> {
                        Ok(super::super::$name(wanted))
                    }
                }

                #[cfg(not(feature = "split"))]
                mod $name {
                    use super::super::{AnyView, NotFetched, Wanted};

                    pub async fn fetch() -> Result<(), NotFetched> {
                        Ok(())
                    }

                    pub async fn show(wanted: Wanted) -> Result<AnyView, NotFetched> {
                        Ok(super::super::$name(wanted))
                    }
                }
            )*
        }
    };
}

chunks! {
    frame_chunk explore search profile mine tasks welcome notifications settings account trash new entity browse readme
    preview versions begin upload choice dock discussion forks mounting managing running task task_log task_metrics metric_patterns task_machine task_files task_filters
    task_bulk markdown notebooks
}

/// What stands around every page but the entrance.
fn frame_chunk(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Part(Part::Head) => frame::head(),
        _ => frame::foot(),
    }
}

/// For each function of pages that makes one, or nothing of anything else.
macro_rules! pages {
    ($($name:ident: $page:path;)*) => {
        $(
            fn $name(wanted: Wanted) -> AnyView {
                match wanted {
                    Wanted::Page(route) => $page(route),
                    Wanted::Part(_) => ().into_any(),
                }
            }
        )*
    };
}

pages! {
    search: pages::search::page;
    profile: pages::profile::page;
    welcome: pages::welcome::page;
    notifications: pages::notifications::page;
    settings: pages::settings::page;
    account: pages::account::page;
    trash: pages::trash::page;
    new: pages::new::page;
    task: pages::task::page;
}

/// For each function of parts that makes one.
macro_rules! parts {
    ($($name:ident: $part:path;)*) => {
        $(
            fn $name(_wanted: Wanted) -> AnyView {
                $part()
            }
        )*
    };
}

parts! {
    readme: parts::readme;
    preview: parts::preview;
    versions: parts::versions;
    begin: parts::begin;
    upload: parts::upload;
    choice: drop_zone::choice;
    discussion: parts::discussion;
    forks: parts::forks;
    mounting: parts::mounting;
    managing: parts::settings;
    running: pages::project::run;
    task_log: pages::task::log;
    task_metrics: pages::task::metrics;
    metric_patterns: metrics::pattern_drawer;
    task_machine: pages::task::machine;
    task_bulk: task_list::bulk_bar;
    markdown: markdown::view;
    notebooks: notebook::view;
}

/// What is public, and the start page, which leads there.
fn explore(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Page(route @ Route::Explore) => pages::explore::page(route),
        Wanted::Page(route) => pages::home::page(route),
        Wanted::Part(_) => ().into_any(),
    }
}

/// Lists of projects and datasets: one's own, somebody's.
fn mine(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Page(route) => pages::mine::page(route),
        Wanted::Part(_) => pages::profile::lists(),
    }
}

/// Lists of tasks: one's own, somebody's, a project's.
fn tasks(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Page(_) => pages::mine::tasks(),
        Wanted::Part(Part::UserTasks) => pages::profile::tasks(),
        Wanted::Part(_) => pages::project::tasks(),
    }
}

/// A project or dataset: its head, facts and guide.
fn entity(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Page(route @ Route::Project { .. }) => pages::project::page(route),
        Wanted::Page(route) => pages::dataset::page(route),
        Wanted::Part(_) => ().into_any(),
    }
}

/// The uploads under way: all of them, or one in a page.
fn dock(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Part(Part::Dock) => upload_dock::view(),
        _ => upload_dock::entry(),
    }
}

/// Files of a version, on a page of their own or below a project's or dataset's head.
fn browse(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Page(route) => pages::files::page(route),
        Wanted::Part(_) => parts::files(),
    }
}

/// Files of a task.
fn task_files(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Part(Part::TaskCode) => pages::task::code(),
        _ => pages::task::output(),
    }
}

/// What is chosen above a list of tasks.
fn task_filters(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Part(Part::TaskColumns) => task_list::column_panel(),
        _ => task_list::filter_panel(),
    }
}

/// How to get at a page or part.
pub fn loader(wanted: &Wanted) -> Loader {
    match wanted {
        Wanted::Page(route) => page(route),
        Wanted::Part(part) => match part {
            Part::Head | Part::Foot => loaders::frame_chunk(),
            Part::Notebook => loaders::notebooks(),
            Part::Markdown => loaders::markdown(),
            Part::Readme => loaders::readme(),
            Part::Files => loaders::browse(),
            Part::Preview => loaders::preview(),
            Part::Versions => loaders::versions(),
            Part::Begin => loaders::begin(),
            Part::Upload => loaders::upload(),
            Part::Choice => loaders::choice(),
            Part::Dock | Part::UploadEntry => loaders::dock(),
            Part::Tasks | Part::UserTasks => loaders::tasks(),
            Part::UserLists => loaders::mine(),
            Part::Mounting => loaders::mounting(),
            Part::Forks => loaders::forks(),
            Part::Discussion => loaders::discussion(),
            Part::Settings => loaders::managing(),
            Part::Run => loaders::running(),
            Part::TaskLog => loaders::task_log(),
            Part::TaskMetrics => loaders::task_metrics(),
            Part::MetricPatterns => loaders::metric_patterns(),
            Part::TaskMachine => loaders::task_machine(),
            Part::TaskCode | Part::TaskOutput => loaders::task_files(),
            Part::TaskFilters | Part::TaskColumns => loaders::task_filters(),
            Part::TaskBulk => loaders::task_bulk(),
        },
    }
}

fn page(route: &Route) -> Loader {
    match route {
        // Sign-in and registration come with the first load; were one led here, the start page would send it on.
        Route::Home | Route::Login | Route::Register | Route::Explore => loaders::explore(),
        #[cfg(debug_assertions)]
        Route::Pieces => loaders::explore(),
        Route::User { .. } => loaders::profile(),
        Route::Search => loaders::search(),
        Route::Projects | Route::Datasets => loaders::mine(),
        Route::Tasks => loaders::tasks(),
        Route::Welcome => loaders::welcome(),
        Route::Notifications => loaders::notifications(),
        Route::Trash => loaders::trash(),
        Route::NewProject | Route::NewDataset => loaders::new(),
        Route::Settings { .. } => loaders::settings(),
        Route::Account { .. } => loaders::account(),
        Route::Project { .. } | Route::Dataset { .. } => loaders::entity(),
        Route::Task { .. } => loaders::task(),
        Route::Files { .. } => loaders::browse(),
    }
}
