//! The pages and their larger parts in chunks of their own, so that the first load does not grow with them.
//!
//! A chunk is a function below that makes some pages or parts that go together: the splitter makes a file for each set of
//! chunks that have code in common, so a chunk more is not free. To add a page: a function `page(route: Route) -> AnyView`
//! in its module of the library, a line in one of these functions, and one in [`loader`]. Built with the feature `split`
//! (release builds; the splitter is a step of its own) a chunk is fetched when it is first shown; without the feature the
//! same code simply calls the functions, so that `trunk serve` needs no splitter.

use leptos::prelude::{AnyView, IntoAny};
use russell_cloud_web::components::entity::parts;
use russell_cloud_web::components::lazy::{Loader, NotFetched, Part, Wanted};
use russell_cloud_web::components::{notebook, shell::frame};
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

chunks! { frame_chunk lists own entity reading sending talk running task_page notebooks }

/// What stands around every page but the entrance.
fn frame_chunk(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Part(Part::Head) => frame::head(),
        _ => frame::foot(),
    }
}

/// Lists of what everybody may see, and of one's own.
fn lists(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Page(route @ Route::Explore) => pages::explore::page(route),
        Wanted::Page(route @ Route::User { .. }) => pages::profile::page(route),
        Wanted::Page(route @ Route::Search) => pages::search::page(route),
        Wanted::Page(route @ Route::Home) => pages::home::page(route),
        Wanted::Page(route) => pages::mine::page(route),
        Wanted::Part(_) => pages::project::tasks(),
    }
}

/// What only the user has to do with.
fn own(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Page(route @ Route::Welcome) => pages::welcome::page(route),
        Wanted::Page(route @ Route::Notifications) => pages::notifications::page(route),
        Wanted::Page(route @ Route::Settings { .. }) => pages::settings::page(route),
        Wanted::Page(route @ Route::Account { .. }) => pages::account::page(route),
        Wanted::Page(route @ Route::Trash) => pages::trash::page(route),
        Wanted::Page(route) => pages::new::page(route),
        Wanted::Part(_) => ().into_any(),
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

/// What looks into files.
fn reading(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Page(route) => pages::files::page(route),
        Wanted::Part(Part::Readme) => parts::readme(),
        Wanted::Part(Part::Preview) => parts::preview(),
        Wanted::Part(Part::Versions) => parts::versions(),
        Wanted::Part(_) => parts::files(),
    }
}

/// What sends files.
fn sending(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Part(Part::Begin) => parts::begin(),
        _ => parts::upload(),
    }
}

/// What is said and set of a project or dataset, and who uses it.
fn talk(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Part(Part::Discussion) => parts::discussion(),
        Wanted::Part(Part::Forks) => parts::forks(),
        Wanted::Part(Part::Mounting) => parts::mounting(),
        _ => parts::settings(),
    }
}

/// The form of a new task.
fn running(_wanted: Wanted) -> AnyView {
    pages::project::run()
}

/// A task.
fn task_page(wanted: Wanted) -> AnyView {
    match wanted {
        Wanted::Page(route) => pages::task::page(route),
        Wanted::Part(_) => ().into_any(),
    }
}

/// Notebooks.
fn notebooks(_wanted: Wanted) -> AnyView {
    notebook::view()
}

/// How to get at a page or part.
pub fn loader(wanted: &Wanted) -> Loader {
    match wanted {
        Wanted::Page(route) => page(route),
        Wanted::Part(part) => match part {
            Part::Head | Part::Foot => loaders::frame_chunk(),
            Part::Notebook => loaders::notebooks(),
            Part::Readme | Part::Files | Part::Preview | Part::Versions => loaders::reading(),
            Part::Begin | Part::Upload => loaders::sending(),
            Part::Tasks => loaders::lists(),
            Part::Mounting | Part::Forks | Part::Discussion | Part::Settings => loaders::talk(),
            Part::Run => loaders::running(),
        },
    }
}

fn page(route: &Route) -> Loader {
    match route {
        // Sign-in and registration come with the first load; were one led here, the start page would send it on.
        Route::Home | Route::Login | Route::Register => loaders::lists(),
        #[cfg(debug_assertions)]
        Route::Pieces => loaders::lists(),
        Route::Explore | Route::User { .. } | Route::Search => loaders::lists(),
        Route::Projects | Route::Datasets | Route::Tasks => loaders::lists(),
        Route::Welcome | Route::Notifications | Route::Trash => loaders::own(),
        Route::NewProject | Route::NewDataset => loaders::own(),
        Route::Settings { .. } | Route::Account { .. } => loaders::own(),
        Route::Project { .. } | Route::Dataset { .. } => loaders::entity(),
        Route::Task { .. } => loaders::task_page(),
        Route::Files { .. } => loaders::reading(),
    }
}
