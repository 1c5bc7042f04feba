//! One file: text with line numbers, a picture, rendered Markdown, a look into it, or its facts. Nothing that a file contains is
//! ever run: text stands in text nodes, pictures in `<img>`, Markdown becomes elements of ours.

mod content;
mod document;
mod image;
mod notebook;
mod readme;
mod text;

pub use content::Kind;
pub use notebook::NotebookFile;
pub use readme::{Readme, find_readme};

use crate::components::download::{DownloadButton, Target};
use crate::components::file_name::FileName;
use crate::components::file_preview::file_preview;
use crate::components::file_tree::Tree;
use crate::format;
use crate::i18n::*;
use crate::ui::{EmptyState, TimeAgo, icons};
use api::file::{Entry, EntryKind};
use document::Document;
use image::ImageView;
use leptos::prelude::*;

/// A file: its facts, a download, and what of it can be shown.
#[component]
pub fn FileView(
    /// What the file is in.
    tree: Tree,
    /// Its path there.
    path: String,
    /// Its facts.
    entry: Signal<Entry>,
) -> impl IntoView {
    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    let kind = Kind::of(&name);
    let target = {
        let path = path.clone();
        Signal::derive(move || Target {
            id: tree.id.get(),
            path: path.clone(),
            size: entry.with(|entry| entry.size),
        })
    };
    let modified = Signal::derive(move || entry.with(|entry| entry.modified));
    let is_file = Memo::new(move |_| entry.with(|entry| entry.kind == EntryKind::File));
    let is_empty = Memo::new(move |_| entry.with(|entry| entry.size == 0));
    let heading = name.clone();
    let as_text = RwSignal::new(false);
    let body = move || {
        let (path, name) = (path.clone(), name.clone());
        match (is_file.get(), is_empty.get(), kind) {
            (false, _, _) => view! { <Plain what=What::Special/> }.into_any(),
            (true, true, _) => view! { <Plain what=What::Empty/> }.into_any(),
            (true, false, Kind::Image(media)) => {
                view! { <ImageView id=tree.id path name media entry/> }.into_any()
            }
            (true, false, Kind::Markdown) => {
                view! { <Document tree path name entry markdown=true/> }.into_any()
            }
            (true, false, Kind::Notebook) => view! { <NotebookFile tree path entry/> }.into_any(),
            (true, false, Kind::Data { text: true }) if as_text.get() => {
                view! { <Document tree path name entry markdown=false looked_into=as_text/> }
                    .into_any()
            }
            (true, false, Kind::Data { text }) => {
                file_preview(tree, path, entry, text.then_some(as_text))
            }
            (true, false, Kind::Text) => {
                view! { <Document tree path name entry markdown=false/> }.into_any()
            }
        }
    };
    view! {
        <section class="file-view">
            <header class="file-view-head">
                <h2>
                    <FileName name=heading/>
                </h2>
                <span class="file-view-facts">
                    {move || format::bytes(entry.with(|entry| entry.size))}
                    " · "
                    <TimeAgo time=modified/>
                </span>
                <Show when=move || is_file.get()>
                    <DownloadButton target/>
                </Show>
            </header>
            {body}
        </section>
    }
}

/// Why a file has no preview.
#[derive(Clone, Copy)]
enum What {
    /// Its bytes are neither text nor a picture.
    Binary,
    /// It has none.
    Empty,
    /// It is no file at all.
    Special,
}

#[component]
fn Plain(what: What) -> impl IntoView {
    let i18n = use_i18n();
    let icon = match what {
        What::Binary | What::Special => icons::LuFileQuestion,
        What::Empty => icons::LuFile,
    };
    let title = move || match what {
        What::Binary => t_string!(i18n, files.view_binary),
        What::Empty => t_string!(i18n, files.view_empty),
        What::Special => t_string!(i18n, files.view_special),
    };
    let text = move || match what {
        What::Binary => t_string!(i18n, files.view_binary_hint),
        What::Empty => t_string!(i18n, files.view_empty_hint),
        What::Special => t_string!(i18n, files.view_special_hint),
    };
    view! { <EmptyState icon title text/> }
}
