//! The files of a version or an output: folders as tables, files as what they are. The path is in the URL.

mod arrange;
mod folder;
mod path_bar;
mod rows;

use crate::client::words::words;
use crate::client::{ClientError, files};
use crate::components::download::DownloadScope;
use crate::components::file_tree::Tree;
use crate::components::file_view::FileView;
use crate::components::load::{Load, load};
use crate::components::missing::Missing;
use crate::components::pace::pace;
use crate::i18n::*;
use crate::place::use_place;
use crate::ui::{EmptyState, ErrorNote, LinkButton, Skeleton, icons};
use api::Reason;
use api::file::{Entry, ListQuery, Listing, Root};
use folder::Folder;
use leptos::prelude::*;
use path_bar::PathBar;

/// The folder or file at `path`. The query holds the order (`sort`) and whether hidden files are shown (`hidden`), both
/// kept on the way through folders, the part of a very large folder (`part`) and what its names are filtered by
/// (`filter`).
#[component]
pub fn FileBrowser(
    /// What is browsed.
    tree: Tree,
    /// The folder or file.
    path: Signal<String>,
    /// Whether files may still come, as in the output of a task that runs.
    #[prop(optional, into)]
    live: Signal<bool>,
    /// What stands there while the top folder is empty; a plain sentence unless given.
    #[prop(optional, into)]
    empty: Option<ViewFn>,
    /// Told what the files belong to.
    #[prop(optional, into)]
    on_root: Option<Callback<Root>>,
    /// What stands at the end of the row with the path.
    #[prop(optional, into)]
    tools: Option<ViewFn>,
) -> impl IntoView {
    let place = use_place();
    let part = Memo::new(move |_| place.value("part").parse().unwrap_or(1_u64).clamp(1, 1_000));
    let listing = load(move || {
        // A task that has just ended may have written something since the last question.
        live.with(|_| ());
        let query = ListQuery {
            path: path.get(),
            offset: (part.get() - 1) * ListQuery::MAX,
            limit: ListQuery::MAX,
        };
        let id = tree.id.get();
        async move { files::list(&id, &query).await }
    })
    .poll(pace(move |_: &Listing| !live.get_untracked()));
    if let Some(on_root) = on_root {
        let root = Memo::new(move |_| {
            listing
                .data
                .with(|listing| listing.as_ref().map(|listing| listing.root.clone()))
        });
        Effect::new(move |_| {
            if let Some(root) = root.get() {
                on_root.run(root);
            }
        });
    }
    view! {
        <DownloadScope>
            <div class="files" aria-busy=move || listing.loading.get().then_some("true")>
                <PathBar tree path tools/>
                <Body tree path listing part=part.into() empty/>
            </div>
        </DownloadScope>
    }
}

/// What the listing says is there.
#[component]
fn Body(
    tree: Tree,
    path: Signal<String>,
    listing: Load<Listing>,
    part: Signal<u64>,
    empty: Option<ViewFn>,
) -> impl IntoView {
    let i18n = use_i18n();
    // An error hides what is on screen only when that is another folder or file.
    let fault = Memo::new(move |_| {
        let here = listing.data.with(|listing| {
            listing
                .as_ref()
                .is_some_and(|listing| path.with(|path| listing.path == *path))
        });
        listing.error.get().map(|error| (error, here))
    });
    // What is on screen is built anew only when it becomes another folder or file, not when its content changes.
    let shown = Memo::new(move |_| {
        listing.data.with(|listing| {
            listing
                .as_ref()
                .map(|listing| (listing.path.clone(), listing.file.is_some()))
        })
    });
    move || {
        let note = match fault.get() {
            Some((error, false)) => return view! { <Fault error tree path listing/> }.into_any(),
            Some((error, true)) => {
                let message = move || words(&error, i18n.get_locale());
                Some(view! { <ErrorNote message retry=move |()| listing.reload()/> })
            }
            None => None,
        };
        let body = match shown.get() {
            None => view! { <Skeleton lines=8/> }.into_any(),
            Some((path, true)) => {
                let entry = Memo::new(move |last: Option<&Option<Entry>>| {
                    let now = listing.data.with(|listing| listing.as_ref()?.file.clone());
                    now.or_else(|| last.cloned().flatten())
                });
                let entry = Signal::derive(move || entry.get().expect("a file was listed"));
                view! { <FileView tree path entry/> }.into_any()
            }
            Some((path, false)) => {
                // A memo to the end: a derived signal would copy thousands of entries at every reading.
                let folder = Memo::new(move |last: Option<&Listing>| {
                    let now = listing.data.get().filter(|listing| listing.file.is_none());
                    now.or_else(|| last.cloned()).expect("a folder was listed")
                });
                let listing = folder.into();
                let empty = empty.clone();
                view! { <Folder tree path listing part empty/> }.into_any()
            }
        };
        view! {
            {note}
            {body}
        }
        .into_any()
    }
}

/// Why nothing can be shown, and the way on.
#[component]
fn Fault(
    error: ClientError,
    tree: Tree,
    path: Signal<String>,
    listing: Load<Listing>,
) -> impl IntoView {
    let i18n = use_i18n();
    if error.reason() == Some(Reason::VersionNotReady) {
        return view! {
            <EmptyState
                icon=icons::LuPackage
                title=move || t_string!(i18n, files.version_not_ready)
                text=move || t_string!(i18n, files.version_not_ready_hint)
            />
        }
        .into_any();
    }
    if !error.is_not_found() {
        let message = move || words(&error, i18n.get_locale());
        return view! { <ErrorNote message retry=move |()| listing.reload()/> }.into_any();
    }
    if path.with_untracked(String::is_empty) {
        return view! {
            <Missing
                title=move || t_string!(i18n, files.gone)
                text=move || t_string!(i18n, files.gone_hint)
            />
        }
        .into_any();
    }
    let place = use_place();
    let top = Signal::derive(move || tree.href(place, String::new()));
    view! {
        <EmptyState
            icon=icons::LuFileX
            title=move || t_string!(i18n, files.not_found)
            text=move || t_string!(i18n, files.not_found_hint)
        >
            <LinkButton href=top>{move || t_string!(i18n, files.to_top)}</LinkButton>
        </EmptyState>
    }
    .into_any()
}
