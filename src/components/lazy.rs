//! Showing what is a chunk of its own: a page, or a part of one.
//!
//! What is fetched how, the page's binary says (`src/chunks.rs`) and hands over as [`Chunks`]: split points that stood in
//! the library would end up in every binary that links it, the worker's too, and drag all pages with them.
//!
//! A chunk that cannot be fetched is an error with a way to try again: it is not remembered, the next try fetches anew.

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
pub struct NotFetched;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for NotFetched {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// A chunk on its way.
pub type Fetching = Pin<Box<dyn Future<Output = Result<(), NotFetched>>>>;
/// A view on its way.
pub type Showing = Pin<Box<dyn Future<Output = Result<AnyView, NotFetched>>>>;

/// How to get at a chunk's view.
#[derive(Clone, Copy)]
pub struct Loader {
    /// Fetches the chunk.
    pub fetch: fn() -> Fetching,
    /// Makes a view of it; ready at once when the chunk is there.
    pub show: fn(Wanted) -> Showing,
}

/// Where chunks come from; in context.
#[derive(Clone, Copy)]
pub struct Chunks(pub fn(&Wanted) -> Loader);

/// What a chunk is to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The page of an address.
    Page(Route),
    /// A part of pages. It finds what it is about in the context.
    Part(Part),
}

/// What has a chunk of its own and is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What stands before every page.
    Head,
    /// What stands after it.
    Foot,
    /// A notebook; see `components::notebook`.
    Notebook,
    /// A text in Markdown; see `components::markdown`.
    Markdown,
    /// The README of a project or dataset.
    Readme,
    /// How to begin with an empty one.
    Begin,
    /// Its files.
    Files,
    /// A project's notebooks.
    Preview,
    /// Its versions.
    Versions,
    /// A project's tasks.
    Tasks,
    /// Tasks that mount a dataset.
    Mounting,
    /// Its forks.
    Forks,
    /// Its comments.
    Discussion,
    /// Its settings.
    Settings,
    /// Upload of a version.
    Upload,
    /// What of the chosen files is uploaded.
    Choice,
    /// The uploads under way.
    Dock,
    /// One of them.
    UploadEntry,
    /// The form of a new task.
    Run,
    /// Projects, datasets or favourites of a user.
    UserLists,
    /// Tasks of a user.
    UserTasks,
    /// A task's log.
    TaskLog,
    /// Its metrics.
    TaskMetrics,
    /// The patterns of metrics that its project has of its own.
    MetricPatterns,
    /// What it used of the machine.
    TaskMachine,
    /// The code that a task ran.
    TaskCode,
    /// What a task wrote.
    TaskOutput,
    /// The panel of filters of a list of tasks.
    TaskFilters,
    /// The panel of its columns.
    TaskColumns,
    /// What is done with the tasks chosen of a list.
    TaskBulk,
}

impl Chunks {
    /// Fetches a chunk that will be needed. One that cannot be had is fetched anew when it is shown.
    pub fn fetch_ahead(self, wanted: &Wanted) {
        let fetching = (self.0(wanted).fetch)();
        spawn_local(async move { drop(fetching.await) });
    }
}

/// Shows a page, fetching its chunk first where that is needed.
pub fn page(route: Route) -> AnyView {
    view(Wanted::Page(route), || {
        view! { <div class="content"><Skeleton/></div> }.into_any()
    })
}

/// Shows a part, fetching its chunk first where that is needed.
pub fn part(part: Part) -> AnyView {
    part_or(part, || view! { <Skeleton lines=8/> }.into_any())
}

/// Shows a part, and `waiting` while its chunk is fetched.
pub fn part_or(part: Part, waiting: fn() -> AnyView) -> AnyView {
    view(Wanted::Part(part), waiting)
}

/// Fetches what will be wanted soon, so that it need not be waited for then.
pub fn ahead(part: Part) {
    expect_context::<Chunks>().fetch_ahead(&Wanted::Part(part));
}

fn view(wanted: Wanted, waiting: fn() -> AnyView) -> AnyView {
    let Chunks(loader) = expect_context();
    let loader = loader(&wanted);
    let i18n = use_i18n();
    let failed = RwSignal::new(false);
    let fetched = Trigger::new();
    // Touches no signal before it has waited: the view that calls it would run again and again.
    let fetch = move || {
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
                    <ErrorNote message retry=move |()| failed.set(false)/>
                </div>
            }
            .into_any();
        }
        match (loader.show)(wanted.clone()).now_or_never() {
            Some(Ok(page)) => page,
            Some(Err(NotFetched)) | None => {
                fetch();
                waiting()
            }
        }
    })
    .into_any()
}
