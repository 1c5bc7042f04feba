//! What came of a cell.

use super::model::{Output, Shown};
use super::table::{Field, Rows};
use crate::components::markdown::{FileHref, Markdown, Place};
use crate::i18n::*;
use leptos::prelude::*;
use leptos::web_sys::{Blob, BlobPropertyBag, Url};

/// One output.
#[component]
pub(super) fn OutputView(output: Output, place: Place, file_href: FileHref) -> impl IntoView {
    let i18n = use_i18n();
    match output {
        Output::Text(shown) => view! { <Words shown class="notebook-stream"/> }.into_any(),
        Output::Error(shown) => {
            view! { <Words shown class="notebook-stream notebook-error"/> }.into_any()
        }
        Output::Markdown(text) => {
            view! { <Markdown text=Signal::stored(text) place file_href/> }.into_any()
        }
        Output::Table(rows) => view! { <Table rows/> }.into_any(),
        Output::Picture {
            media,
            bytes,
            words,
        } => view! { <Picture media bytes words/> }.into_any(),
        Output::Other(media) => {
            let words = move || t_string!(i18n, notebook.other, media = media.clone());
            view! { <p class="notebook-other">{words}</p> }.into_any()
        }
    }
}

#[component]
fn Words(shown: Shown, class: &'static str) -> impl IntoView {
    let i18n = use_i18n();
    let Shown { text, cut } = shown;
    view! {
        <pre class=class tabindex="0">{text}</pre>
        {cut.then(|| view! { <p class="notebook-other">{move || t_string!(i18n, notebook.cut)}</p> })}
    }
}

#[component]
fn Table(rows: Rows) -> impl IntoView {
    let i18n = use_i18n();
    let field = |field: Field, column: bool| {
        let span = (field.columns > 1).then(|| field.columns.to_string());
        // A head without words would be read out as one.
        match field.heads && !field.text.is_empty() {
            true => {
                let scope = if column { "col" } else { "row" };
                view! { <th scope=scope colspan=span>{field.text}</th> }.into_any()
            }
            false => view! { <td colspan=span>{field.text}</td> }.into_any(),
        }
    };
    let row = move |row: Vec<Field>, head: bool| {
        let fields = row.into_iter().map(|one| field(one, head)).collect_view();
        view! { <tr>{fields}</tr> }
    };
    let Rows { head, body, cut } = rows;
    view! {
        <div class="notebook-table" tabindex="0" role="group" aria-label=move || t_string!(i18n, notebook.table)>
            <table>
                <thead>{head.into_iter().map(|one| row(one, true)).collect_view()}</thead>
                <tbody>{body.into_iter().map(|one| row(one, false)).collect_view()}</tbody>
            </table>
        </div>
        {cut.then(|| view! { <p class="notebook-other">{move || t_string!(i18n, notebook.table_cut)}</p> })}
    }
}

/// From memory, through `<img>`: a script in an SVG is not run there.
#[component]
fn Picture(media: &'static str, bytes: Vec<u8>, words: String) -> impl IntoView {
    let i18n = use_i18n();
    let address = address_of(media, &bytes);
    if let Some(address) = address.clone() {
        on_cleanup(move || {
            // An address that is gone already needs no revoking.
            let _ = Url::revoke_object_url(&address);
        });
    }
    let alt = move || match words.is_empty() {
        true => t_string!(i18n, notebook.picture).to_owned(),
        false => words.clone(),
    };
    view! { <img class="notebook-picture" src=address alt=alt/> }
}

fn address_of(media: &str, bytes: &[u8]) -> Option<String> {
    let kind = BlobPropertyBag::new();
    kind.set_type(media);
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}
