//! The whole of a look into a file: how it is shown, what it is, and what is in it.

use super::facts::{Facts, Figures};
use super::sheet::Sheet;
use super::talk::{Talk, Trouble};
use super::{Subject, words};
use crate::client::words::words as client_words;
use crate::format;
use crate::i18n::*;
use crate::ui::{Button, EmptyState, ErrorNote, Skeleton, icons};
use engine::preview::{Description, Format, Question, has_preview};
use leptos::prelude::*;

/// What the chunk makes: a look into the file in the context.
pub fn view() -> AnyView {
    let subject: Subject = expect_context();
    let as_bytes = RwSignal::new(false);
    let again = Trigger::new();
    let format = RwSignal::new(None::<Format>);
    let as_text = subject.as_text;
    let named = has_preview(&subject.path).is_some();
    let looked = move || {
        again.track();
        // Another version of the file is another file.
        subject.id.track();
        let talk = Talk::begin(&subject, as_bytes.get());
        let on_again = Callback::new(move |()| again.notify());
        let begun = subject.entry.get_untracked();
        let entry = subject.entry;
        let (size, changed) = (begun.size, begun.modified);
        let stale =
            Memo::new(move |_| entry.with(|entry| (entry.size, entry.modified) != (size, changed)));
        Effect::new(move || {
            let now = talk.described.with(|d| d.as_ref().map(|d| d.format));
            if let Some(now) = now.filter(|_| !as_bytes.get_untracked()) {
                format.set(Some(now));
            }
        });
        view! { <Looked talk size stale on_again/> }
    };
    // What is nothing but bytes needs no choice.
    let choice = move || format.get().map_or(named, |now| now != Format::Bytes);
    view! {
        <div class="file-view">
            <Show when=choice>
                <Choice as_bytes as_text/>
            </Show>
            {looked}
        </div>
    }
    .into_any()
}

/// How the file is shown.
#[component]
fn Choice(as_bytes: RwSignal<bool>, as_text: Option<RwSignal<bool>>) -> impl IntoView {
    let i18n = use_i18n();
    let part = move |bytes: bool| {
        let words = move || match bytes {
            true => t_string!(i18n, preview.bytes),
            false => t_string!(i18n, preview.look),
        };
        view! {
            <button
                type="button"
                class="switch-part"
                aria-pressed=move || (as_bytes.get() == bytes).to_string()
                on:click=move |_| as_bytes.set(bytes)
            >
                {words}
            </button>
        }
    };
    let text = as_text.map(|as_text| {
        view! {
            <button
                type="button"
                class="switch-part"
                aria-pressed="false"
                on:click=move |_| as_text.set(true)
            >
                {move || t_string!(i18n, preview.text)}
            </button>
        }
    });
    view! {
        <div class="file-view-tools">
            <div class="switch" role="group" aria-label=move || t_string!(i18n, preview.view_as)>
                {part(false)}
                {text}
                {part(true)}
            </div>
        </div>
    }
}

/// What is known of the file, and what went wrong.
#[component]
fn Looked(
    talk: Talk,
    /// Bytes of the file when it was opened.
    size: u64,
    /// Whether it has changed since.
    stale: Memo<bool>,
    /// Begins anew.
    on_again: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let trouble = move || {
        let (trouble, question) = talk.trouble.get()?;
        let lost = trouble == Trouble::Worker;
        let message = move || match &trouble {
            Trouble::Read(error) => client_words(error, i18n.get_locale()),
            Trouble::Worker => t_string!(i18n, preview.worker_failed).to_owned(),
        };
        let retry = move |()| match lost {
            true => on_again.run(()),
            false => talk.ask(question),
        };
        Some(view! { <ErrorNote message retry/> })
    };
    let fault = move || {
        let fault = talk.fault.get()?;
        let message = move || words::fault(i18n, fault);
        Some(view! { <ErrorNote message/> })
    };
    let changed = move || {
        stale.get().then(|| {
            view! {
                <p class="files-parts">
                    <span>{move || t_string!(i18n, preview.changed)}</span>
                    <Button on_click=on_again>{move || t_string!(i18n, preview.again)}</Button>
                </p>
            }
        })
    };
    // What changes with every part that is read changes inside.
    let is_described = Memo::new(move |_| talk.described.with(Option::is_some));
    let waiting = move || talk.fault.with(Option::is_none) && talk.trouble.with(Option::is_none);
    let body = move || match is_described.get() {
        true => {
            let described = Memo::new(move |last: Option<&Description>| {
                let now = talk.described.get().or_else(|| last.cloned());
                now.expect("it was described")
            });
            view! { <Described talk described size/> }.into_any()
        }
        false => view! {
            <Show when=waiting>
                <Skeleton lines=8/>
            </Show>
        }
        .into_any(),
    };
    view! {
        {changed}
        {trouble}
        {fault}
        {body}
    }
}

/// What the file is, and its rows.
#[component]
fn Described(talk: Talk, described: Memo<Description>, size: u64) -> impl IntoView {
    let i18n = use_i18n();
    let fault = move || {
        let fault = described.with(|described| described.fault)?;
        let message = move || words::fault(i18n, fault);
        Some(view! { <ErrorNote message/> })
    };
    let has_columns = Memo::new(move |_| described.with(|d| !d.columns.is_empty()));
    let has_rows = Memo::new(move |_| described.with(|d| d.rows > 0));
    let nothing = move || {
        let text = move || match has_columns.get() {
            true => t_string!(i18n, preview.empty_text),
            false => t_string!(i18n, preview.closed_text),
        };
        let title = move || match has_columns.get() {
            true => t_string!(i18n, preview.empty),
            false => t_string!(i18n, preview.closed),
        };
        view! { <EmptyState icon=icons::LuFileSearch title text/> }
    };
    view! {
        <Facts described/>
        {fault}
        <So talk described size/>
        <Show when=move || has_rows.get() fallback=nothing>
            <Sheet talk described/>
        </Show>
        <Figures described/>
    }
}

/// How much of the file is known, and a way to know more.
#[component]
fn So(talk: Talk, described: Memo<Description>, size: u64) -> impl IntoView {
    let i18n = use_i18n();
    let read = Memo::new(move |_| described.with(|described| described.read));
    let rows = Memo::new(move |_| described.with(|described| described.rows));
    let format = Memo::new(move |_| described.with(|described| described.format));
    let words = move || {
        let rows = format::number(rows.get());
        let Some(read) = read.get() else {
            return match format.get() {
                Format::Json => t_string!(i18n, preview.rows_shown, rows = rows),
                _ => t_string!(i18n, preview.rows_all, rows = rows),
            };
        };
        let (head, size) = (format::bytes(read), format::bytes(size));
        match format.get() {
            // The list of members stands at the end.
            Format::Zip | Format::Npz => t_string!(i18n, preview.rows_so_far, rows = rows),
            _ => t_string!(i18n, preview.so_far, rows = rows, head = head, size = size),
        }
    };
    view! {
        <p class="files-parts">
            <span role="status">{words}</span>
            <Show when=move || read.get().is_some()>
                <Button busy=talk.busy on_click=move |()| talk.ask(Question::More)>
                    {move || t_string!(i18n, preview.more)}
                </Button>
            </Show>
        </p>
    }
}
