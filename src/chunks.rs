//! The pages, and the frame around them, as chunks of their own, so that the first load does not grow with them.
//!
//! A page is a function `page(route: Route) -> AnyView` in its module of the library. To add one: name it in
//! [`lazy_pages!`] below and lead its routes there in [`page`]. Built with the feature `split` (release builds; the
//! splitter is a step of its own) each becomes a chunk that is fetched when it is first shown; without the feature the
//! same code simply calls the function, so that `trunk serve` needs no splitter.

use leptos::prelude::AnyView;
use russell_cloud_web::components::lazy::{Loader, NotFetched};
use russell_cloud_web::paths::Route;

/// For each `name => path::to::page` a [`Loader`] of that name in the module `loaders`.
macro_rules! lazy_pages {
    ($($name:ident => $page:path;)*) => {
        mod loaders {
            use super::{Loader, NotFetched};
            $(
                pub fn $name() -> Loader {
                    Loader {
                        fetch: || Box::pin(async { $name::fetch().await.map_err(NotFetched::from) }),
                        show: |route| Box::pin($name::show(route)),
                    }
                }

                #[cfg(feature = "split")]
                mod $name {
                    use super::super::{AnyView, NotFetched, Route};

                    #[leptos::wasm_split::wasm_split(
                        $name,
                        wasm_split_path = leptos::wasm_split,
                        preload(fetch),
                        fallible
                    )]
                    pub fn show(route: Route) -> Result<AnyView, NotFetched> {
                        Ok($page(route))
                    }
                }

                #[cfg(not(feature = "split"))]
                mod $name {
                    use super::super::{AnyView, NotFetched, Route};

                    pub async fn fetch() -> Result<(), NotFetched> {
                        Ok(())
                    }

                    pub async fn show(route: Route) -> Result<AnyView, NotFetched> {
                        Ok($page(route))
                    }
                }
            )*
        }
    };
}

lazy_pages! {
    head => russell_cloud_web::components::shell::frame::head;
    foot => russell_cloud_web::components::shell::frame::foot;
    home => russell_cloud_web::pages::home::page;
    welcome => russell_cloud_web::pages::welcome::page;
    explore => russell_cloud_web::pages::explore::page;
    mine => russell_cloud_web::pages::mine::page;
    profile => russell_cloud_web::pages::profile::page;
    notifications => russell_cloud_web::pages::notifications::page;
    new => russell_cloud_web::pages::new::page;
    trash => russell_cloud_web::pages::trash::page;
    notebook => russell_cloud_web::components::notebook::view;
    project => russell_cloud_web::pages::project::page;
    dataset => russell_cloud_web::pages::dataset::page;
    task => russell_cloud_web::pages::task::page;
    files => russell_cloud_web::pages::files::page;
    settings => russell_cloud_web::pages::settings::page;
    search => russell_cloud_web::pages::search::page;
    account => russell_cloud_web::pages::account::page;
}

/// How to get at what stands before every page.
pub fn head() -> Loader {
    loaders::head()
}

/// How to get at what stands after it.
pub fn foot() -> Loader {
    loaders::foot()
}

/// How to get at what shows notebooks.
pub fn notebook() -> Loader {
    loaders::notebook()
}

/// How to get at the page of a route.
pub fn page(route: &Route) -> Loader {
    match route {
        Route::Home => loaders::home(),
        // Both come with the first load; were one led here, the start page would send it on.
        Route::Login | Route::Register => loaders::home(),
        #[cfg(debug_assertions)]
        Route::Pieces => loaders::home(),
        Route::Welcome => loaders::welcome(),
        Route::Explore => loaders::explore(),
        Route::Projects | Route::Datasets | Route::Tasks => loaders::mine(),
        Route::Notifications => loaders::notifications(),
        Route::NewProject | Route::NewDataset => loaders::new(),
        Route::Trash => loaders::trash(),
        Route::User { .. } => loaders::profile(),
        Route::Project { .. } => loaders::project(),
        Route::Dataset { .. } => loaders::dataset(),
        Route::Task { .. } => loaders::task(),
        Route::Files { .. } => loaders::files(),
        Route::Settings { .. } => loaders::settings(),
        Route::Search => loaders::search(),
        Route::Account { .. } => loaders::account(),
    }
}
