//! Text and Markdown files, and what turns out to be neither.

use super::content;
use super::text::TextView;
use crate::client::files::{self, Part};
use crate::components::file_preview::file_preview;
use crate::components::file_tree::{Tree, folder_of};
use crate::components::load::{Async, Load, load};
use crate::components::markdown::{FileHref, Markdown, Place};
use crate::format;
use crate::i18n::*;
use crate::place::use_place;
use crate::ui::CopyButton;
use api::file::Entry;
use leptos::prelude::*;

/// Bytes of a text that are shown.
const HEAD: u64 = 1024 * 1024;

/// What is known of a text file's content.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    /// The text; none when the bytes are no text.
    pub text: Option<String>,
    /// Bytes that were read.
    pub read: u64,
}

/// Reads the first `most` bytes of a file, again whenever the file has changed.
pub(super) fn load_head(
    id: Signal<String>,
    path: String,
    entry: Signal<Entry>,
    most: u64,
) -> Load<Head> {
    load(move || {
        let (id, path) = (id.get(), path.clone());
        let size = entry.with(|entry| entry.size);
        async move {
            if size == 0 {
                // Of an empty file no range can be asked for.
                return Ok(Head {
                    text: Some(String::new()),
                    read: 0,
                });
            }
            let part = Part::Range {
                start: 0,
                length: most,
            };
            let answer = files::read(&id, &path, part).await?;
            let read = answer.bytes.len() as u64;
            Ok(Head {
                text: content::text(&answer.bytes, read >= answer.total),
                read,
            })
        }
    })
}

/// Where a Markdown text stands, for its links and pictures.
pub(super) fn place_of(tree: Tree, path: &str) -> Signal<Place> {
    let folder = folder_of(path).to_owned();
    Signal::derive(move || Place {
        id: tree.id.get(),
        folder: folder.clone(),
    })
}

/// Where its links to other files lead.
pub(super) fn file_href(tree: Tree) -> FileHref {
    let here = use_place();
    Callback::new(move |path| untrack(|| tree.href(here, path)))
}

/// A text or Markdown file.
#[component]
pub(super) fn Document(
    tree: Tree,
    path: String,
    name: String,
    entry: Signal<Entry>,
    markdown: bool,
    /// Another way to show it, which is left while this is true.
    #[prop(optional)]
    looked_into: Option<RwSignal<bool>>,
) -> impl IntoView {
    let place = place_of(tree, &path);
    let head = load_head(tree.id, path.clone(), entry, HEAD);
    let file_href = file_href(tree);
    let as_source = looked_into.unwrap_or_else(|| RwSignal::new(!markdown));
    let wrap = RwSignal::new(false);
    let shown = move |head: Signal<Head>| {
        let (name, path) = (name.clone(), path.clone());
        let content = move || match head.get().text {
            None => file_preview(tree, path.clone(), entry, None),
            Some(text) if !markdown || as_source.get() => {
                let name = name.clone();
                view! { <TextView text name wrap/> }.into_any()
            }
            Some(text) => view! {
                <div class="file-view-document">
                    <Markdown text=Signal::stored(text) place=place.get() file_href/>
                </div>
            }
            .into_any(),
        };
        view! {
            <Tools head markdown=markdown || looked_into.is_some() as_source wrap/>
            <Cut head entry/>
            {content}
        }
        .into_any()
    };
    view! { <Async load=head lines=10 view=shown/> }
}

/// How a text is shown, and its copy button. Nothing for what is no text.
#[component]
pub(super) fn Tools(
    head: Signal<Head>,
    markdown: bool,
    as_source: RwSignal<bool>,
    wrap: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let is_text = Memo::new(move |_| head.with(|head| head.text.is_some()));
    let text = Signal::derive(move || head.with(|head| head.text.clone().unwrap_or_default()));
    let choice = move |source: bool| {
        let words = move || match source {
            true => t_string!(i18n, files.view_source),
            false => t_string!(i18n, files.view_rendered),
        };
        view! {
            <button
                type="button"
                class="switch-part"
                aria-pressed=move || (as_source.get() == source).to_string()
                on:click=move |_| as_source.set(source)
            >
                {words}
            </button>
        }
    };
    view! {
        <Show when=move || is_text.get()>
            <div class="file-view-tools">
                {markdown
                    .then(|| {
                        view! {
                            <div class="switch" role="group" aria-label=move || t_string!(i18n, files.view_as)>
                                {choice(false)}
                                {choice(true)}
                            </div>
                        }
                    })}
                <Show when=move || as_source.get()>
                    <label class="checkbox">
                        <input
                            type="checkbox"
                            prop:checked=move || wrap.get()
                            on:change=move |event| wrap.set(event_target_checked(&event))
                        />
                        <span>{move || t_string!(i18n, files.wrap)}</span>
                    </label>
                </Show>
                <CopyButton text label=move || t_string!(i18n, files.copy_text)/>
            </div>
        </Show>
    }
}

/// Says when only the beginning is shown.
#[component]
pub(super) fn Cut(head: Signal<Head>, entry: Signal<Entry>) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let (read, size) = (head.with(|head| head.read), entry.with(|entry| entry.size));
        let cut = read < size && head.with(|head| head.text.is_some());
        cut.then(|| {
            let words = move || {
                let (head, size) = (format::bytes(read), format::bytes(size));
                t_string!(i18n, files.view_too_large, head = head, size = size)
            };
            view! {
                <p class="file-view-cut" role="status">
                    {words}
                </p>
            }
        })
    }
}
