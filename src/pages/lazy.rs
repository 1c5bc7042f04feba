//! Pages as chunks of their own, so that the first load does not grow with them.
//!
//! A page is a function `page(route: Route) -> AnyView` in its module. To add one: name it in [`lazy_pages!`] below and
//! lead its routes there in [`loader`]. Built with the feature `split` (release builds; the splitter is a step of
//! its own) each becomes a chunk that is fetched when it is first shown; without the feature the same code simply calls
//! the function, so that `trunk serve` needs no splitter.
//!
//! The router's own lazy routes are not used: a chunk that cannot be fetched makes them panic, and a panic ends the
//! page. Here the failure is an error with a way to try again: it is not remembered, the next try fetches anew.

use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::ui::{ErrorNote, Skeleton};
use futures::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;
use std::pin::Pin;

/// The chunk could not be fetched.
#[derive(Debug)]
struct NotFetched;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for NotFetched {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

type Fetching = Pin<Box<dyn Future<Output = Result<(), NotFetched>>>>;
type Showing = Pin<Box<dyn Future<Output = Result<AnyView, NotFetched>>>>;

/// How to get at a page.
#[derive(Clone, Copy)]
struct Loader {
    /// Fetches its chunk.
    fetch: fn() -> Fetching,
    /// Makes its view; ready at once when the chunk is there.
    show: fn(Route) -> Showing,
}

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
    home => crate::pages::home::page;
    welcome => crate::pages::welcome::page;
    explore => crate::pages::explore::page;
    mine => crate::pages::mine::page;
    profile => crate::pages::profile::page;
    new => crate::pages::new::page;
    project => crate::pages::project::page;
    dataset => crate::pages::dataset::page;
    task => crate::pages::task::page;
    files => crate::pages::files::page;
}

fn loader(route: &Route) -> Loader {
    match route {
        Route::Home => loaders::home(),
        // Both come with the first load; were one led here, the start page would send it on.
        Route::Login | Route::Register => loaders::home(),
        Route::Welcome => loaders::welcome(),
        Route::Explore => loaders::explore(),
        Route::Projects | Route::Datasets | Route::Tasks => loaders::mine(),
        Route::NewProject | Route::NewDataset => loaders::new(),
        Route::User { .. } => loaders::profile(),
        Route::Project { .. } => loaders::project(),
        Route::Dataset { .. } => loaders::dataset(),
        Route::Task { .. } => loaders::task(),
        Route::Files { .. } => loaders::files(),
    }
}

/// Shows a page, fetching its chunk first where that is needed.
pub fn view(route: Route) -> AnyView {
    let i18n = use_i18n();
    let loader = loader(&route);
    let failed = RwSignal::new(false);
    let fetched = Trigger::new();
    let fetch = move || {
        failed.set(false);
        spawn_local(async move {
            match (loader.fetch)().await {
                Ok(()) => fetched.notify(),
                // The visitor may have gone elsewhere meanwhile.
                Err(NotFetched) => drop(failed.try_set(true)),
            }
        });
    };
    (move || {
        fetched.track();
        if failed.get() {
            let message = move || t_string!(i18n, common.chunk_failed);
            return view! {
                <div class="content">
                    <ErrorNote message retry=move |()| fetch()/>
                </div>
            }
            .into_any();
        }
        match (loader.show)(route.clone()).now_or_never() {
            Some(Ok(page)) => page,
            Some(Err(NotFetched)) | None => {
                spawn_local(async move { fetch() });
                view! { <div class="content"><Skeleton/></div> }.into_any()
            }
        }
    })
    .into_any()
}
