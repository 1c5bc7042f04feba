//! A look into a file that is neither a plain text nor a picture: its facts, and a table of what is in it. A worker reads it, by
//! range and as far as is looked at; here stands only what is shown. It is in a chunk of its own.
//!
//! Whatever a file says becomes text nodes.

mod facts;
mod scroll;
mod sheet;
mod talk;
mod view;
mod words;

pub use view::view;

use crate::components::file_tree::Tree;
use crate::components::lazy::{self, Part};
use api::file::Entry;
use leptos::context::Provider;
use leptos::prelude::*;

/// The file that is looked into; handed to the chunk over the context.
#[derive(Clone)]
struct Subject {
    id: Signal<String>,
    path: String,
    entry: Signal<Entry>,
    /// Shows it as the text that it is, where it is one.
    as_text: Option<RwSignal<bool>>,
}

/// A look into a file, fetching the chunk that can show it. `as_text` is set to show it as the text that it is, where it is one.
pub fn file_preview(
    tree: Tree,
    path: String,
    entry: Signal<Entry>,
    as_text: Option<RwSignal<bool>>,
) -> AnyView {
    let value = Subject {
        id: tree.id,
        path,
        entry,
        as_text,
    };
    view! { <Provider value>{lazy::part(Part::FilePreview)}</Provider> }.into_any()
}
