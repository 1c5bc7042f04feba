//! The notebooks of a project's newest version, one of them rendered. Which one stands in the address.

use super::{EntityContext, Tab, use_entity};
use crate::client::modules;
use crate::components::file_tree::Tree;
use crate::components::file_view::NotebookFile;
use crate::components::load::{Async, load};
use crate::format;
use crate::i18n::*;
use crate::place::use_place;
use crate::ui::{Choice, EmptyState, LinkButton, Select, icons};
use api::Page;
use api::file::{Entry, EntryKind, FoundFile};
use leptos::prelude::*;

/// The end of a notebook's name.
const END: &str = ".ipynb";

/// The page's part.
#[component]
pub fn Preview() -> impl IntoView {
    let EntityContext { entity, .. } = use_entity();
    let newest = Memo::new(move |_| entity.with(|entity| entity.newest()));
    move || match newest.get() {
        Some((version, id)) => view! { <Notebooks version id/> }.into_any(),
        None => view! { <NoNotebook version=0/> }.into_any(),
    }
}

#[component]
fn Notebooks(version: i64, id: String) -> impl IntoView {
    let id = Signal::stored(id);
    let asked = load(move || async move { modules::find(&id.get_untracked(), END).await });
    let shown = move |found: Signal<Page<FoundFile>>| {
        let none = Memo::new(move |_| found.with(|found| found.list.is_empty()));
        (move || match none.get() {
            true => view! { <NoNotebook version/> }.into_any(),
            false => view! { <Chosen found version id/> }.into_any(),
        })
        .into_any()
    };
    view! { <Async load=asked lines=8 view=shown/> }
}

#[component]
fn NoNotebook(version: i64) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let title = move || t_string!(i18n, manage.preview_none, version = version);
    let files = move || entity.with(|entity| entity.route(Tab::Files).href());
    view! {
        <EmptyState icon=icons::LuNotebookText title=title text=move || t_string!(i18n, manage.preview_none_text)>
            <LinkButton icon=icons::LuFolder href=files>{t!(i18n, manage.preview_files)}</LinkButton>
        </EmptyState>
    }
}

#[component]
fn Chosen(found: Signal<Page<FoundFile>>, version: i64, id: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let EntityContext { entity, .. } = use_entity();
    // The one that the address names, else the first.
    let chosen = Memo::new(move |_| {
        let wanted = place.value("file");
        found.with(|found| {
            let named = found.list.iter().find(|file| file.path == wanted);
            named.or(found.list.first()).cloned()
        })
    });
    let path = Memo::new(move |_| {
        chosen.with(|file| {
            file.as_ref()
                .map(|file| file.path.clone())
                .unwrap_or_default()
        })
    });
    let choices = Signal::derive(move || {
        let choice = |file: &FoundFile| Choice::new(file.path.clone(), format::visible(&file.path));
        found.with(|found| found.list.iter().map(choice).collect::<Vec<_>>())
    });
    let choose = move |path: String| {
        let href = entity.with_untracked(|entity| entity.route(Tab::Preview));
        place.go(&href.with(&[("file", &path)]));
    };
    let tree = Tree {
        id,
        top: Signal::derive(move || t_string!(i18n, files.version_number, number = version)),
        route: Callback::new(move |path: String| {
            entity.with_untracked(|entity| entity.file(version, &path))
        }),
    };
    let file = move || {
        let path = path.get();
        let entry = Signal::derive(move || {
            chosen.with(|file| {
                let file = file.as_ref();
                Entry {
                    name: file.map(|file| file.path.clone()).unwrap_or_default(),
                    kind: EntryKind::File,
                    size: file.map_or(0, |file| file.size),
                    modified: file.map(|file| file.modified).unwrap_or_default(),
                }
            })
        });
        view! { <NotebookFile tree path entry/> }
    };
    let open =
        Signal::derive(move || entity.with(|entity| entity.file(version, &path.get()).href()));
    let more = move || {
        let (shown, total) = found.with(|found| (found.list.len() as u64, found.total));
        (shown < total).then(|| {
            let (shown, total) = (format::number(shown), format::number(total));
            let words = t_string!(i18n, manage.preview_more, shown = shown, total = total);
            view! { <p class="muted">{words}</p> }
        })
    };
    view! {
        <div class="preview-head">
            <Select
                name="notebook"
                label=move || t_string!(i18n, manage.preview_choose)
                choices
                value=path
                on_change=choose
            />
            <LinkButton icon=icons::LuFile href=open>{t!(i18n, manage.preview_open)}</LinkButton>
        </div>
        {more}
        <div class="preview-file">{file}</div>
    }
}
