//! A notebook file: read whole, shown rendered or as its source.

use super::Entry;
use super::document::{Cut, Tools, file_href, load_head, place_of};
use super::text::TextView;
use crate::components::file_tree::Tree;
use crate::components::load::Async;
use crate::components::notebook::{NotebookView, Source};
use crate::format;
use crate::i18n::*;
use crate::ui::{EmptyState, icons};
use leptos::prelude::*;

/// Largest notebook that is rendered, in bytes: with pictures they grow to some megabytes.
const MOST: u64 = 24 * 1024 * 1024;

/// A notebook.
#[component]
pub fn NotebookFile(
    /// What it is in.
    tree: Tree,
    /// Its path there.
    path: String,
    /// Its facts.
    entry: Signal<Entry>,
) -> impl IntoView {
    let i18n = use_i18n();
    let large = Memo::new(move |_| entry.with(|entry| entry.size > MOST));
    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    let place = place_of(tree, &path);
    let file_href = file_href(tree);
    move || {
        if large.get() {
            let text = move || {
                let most = format::bytes(MOST);
                t_string!(i18n, notebook.large_text, most = most)
            };
            return view! {
                <EmptyState icon=icons::LuNotebookText title=move || t_string!(i18n, notebook.large) text/>
            }
            .into_any();
        }
        let head = load_head(tree.id, path.clone(), entry, MOST);
        let as_source = RwSignal::new(false);
        let wrap = RwSignal::new(false);
        let name = name.clone();
        let shown = move |head: Signal<super::document::Head>| {
            let text =
                Signal::derive(move || head.with(|head| head.text.clone().unwrap_or_default()));
            let name = name.clone();
            let content = move || match as_source.get() {
                true => view! { <TextView text=text.get() name=name.clone() wrap/> }.into_any(),
                false => {
                    let source = Source {
                        text,
                        place: place.get(),
                        file_href,
                    };
                    view! { <NotebookView source/> }.into_any()
                }
            };
            view! {
                <Tools head markdown=true as_source wrap/>
                <Cut head entry/>
                {content}
            }
            .into_any()
        };
        view! { <Async load=head lines=10 view=shown/> }.into_any()
    }
}
