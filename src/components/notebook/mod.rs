//! A Jupyter notebook, rendered in a chunk of its own. Nothing in it is run and nothing is loaded from elsewhere: text stands
//! in text nodes, pictures in `<img>` from memory, of HTML only the words of its tables are taken.

mod base64;
mod model;
mod output;
mod table;
mod terminal;

use crate::components::highlight::highlighted;
use crate::components::lazy::{self, Part};
use crate::components::markdown::{FileHref, Markdown, Place};
use crate::format;
use crate::i18n::*;
use crate::ui::{EmptyState, icons};
use leptos::prelude::*;
use model::{Cell, Notebook};
use output::OutputView;

/// What is to be shown; handed to the chunk over the context.
#[derive(Clone)]
pub struct Source {
    /// The notebook's text.
    pub text: Signal<String>,
    /// Where it stands, for pictures beside it.
    pub place: Place,
    /// How links to files are spelled.
    pub file_href: FileHref,
}

/// Shows a notebook, fetching the chunk that can.
#[component]
pub fn NotebookView(
    /// The notebook.
    source: Source,
) -> impl IntoView {
    provide_context(source);
    lazy::part(Part::Notebook)
}

/// What the chunk makes: the notebook in the context.
pub fn view() -> AnyView {
    let i18n = use_i18n();
    let source: Source = expect_context();
    let notebook = Memo::new(move |_| source.text.with(|text| model::parse(text)));
    let (place, file_href) = (source.place, source.file_href);
    (move || match notebook.get() {
        None => view! {
            <EmptyState
                icon=icons::LuFileX
                title=move || t_string!(i18n, notebook.broken)
                text=move || t_string!(i18n, notebook.broken_text)
            />
        }
        .into_any(),
        Some(found) if found.cells.is_empty() => view! {
            <EmptyState
                icon=icons::LuNotebookText
                title=move || t_string!(i18n, notebook.empty)
                text=move || t_string!(i18n, notebook.empty_text)
            />
        }
        .into_any(),
        Some(found) => view! { <Cells notebook=found place=place.clone() file_href/> }.into_any(),
    })
    .into_any()
}

#[component]
fn Cells(notebook: Notebook, place: Place, file_href: FileHref) -> impl IntoView {
    let i18n = use_i18n();
    let Notebook {
        language,
        cells,
        left_out,
    } = notebook;
    let each = move |cell: Cell| match cell {
        Cell::Markdown(text) => view! {
            <div class="notebook-text">
                <Markdown text=Signal::stored(text) place=place.clone() file_href=file_href/>
            </div>
        }
        .into_any(),
        Cell::Raw(text) => view! { <pre class="notebook-raw" tabindex="0">{text}</pre> }.into_any(),
        Cell::Code {
            source,
            count,
            outputs,
        } => {
            let outputs = outputs.into_iter();
            let place = place.clone();
            let outputs = outputs.map(move |output| {
                view! { <OutputView output place=place.clone() file_href/> }
            });
            view! {
                <section class="notebook-code" aria-label=move || label(i18n, count)>
                    <span class="notebook-count" aria-hidden="true">{prompt(count)}</span>
                    <pre class="notebook-source" tabindex="0">
                        <code>{highlighted(&language, &source)}</code>
                    </pre>
                    <div class="notebook-outputs">{outputs.collect_view()}</div>
                </section>
            }
            .into_any()
        }
    };
    let more = (left_out > 0).then(|| {
        let words = move || {
            let count = format::number(left_out as u64);
            t_string!(i18n, notebook.left_out, count = count)
        };
        view! { <p class="muted">{words}</p> }
    });
    view! {
        <div class="notebook">
            {cells.into_iter().map(each).collect_view()}
            {more}
        </div>
    }
}

/// As Jupyter writes it.
fn prompt(count: Option<u64>) -> String {
    format!(
        "[{}]",
        count.map_or_else(|| " ".to_owned(), |count| count.to_string())
    )
}

fn label(i18n: leptos_i18n::I18nContext<Locale>, count: Option<u64>) -> String {
    match count {
        Some(count) => t_string!(i18n, notebook.cell, count = count),
        None => t_string!(i18n, notebook.cell_not_run).to_owned(),
    }
}
