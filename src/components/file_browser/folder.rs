//! A folder: filter, table, totals, and its README below.

use super::arrange::{Order, Totals, arrange};
use super::rows::FileTable;
use crate::components::file_tree::{Tree, join};
use crate::components::file_view::{Readme, find_readme};
use crate::components::list_tools::use_query_text;
use crate::format;
use crate::i18n::*;
use crate::place::use_place;
use crate::ui::{Button, EmptyState, icons};
use api::file::{Entry, ListQuery, Listing};
use leptos::prelude::*;

/// What a folder holds, as a table.
#[component]
pub(super) fn Folder(
    tree: Tree,
    path: String,
    listing: Signal<Listing>,
    part: Signal<u64>,
    empty: Option<ViewFn>,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| listing.with(|listing| listing.total == 0));
    let readme = Memo::new(move |_| listing.with(|listing| find_readme(&listing.list).cloned()));
    let at_top = path.is_empty();
    let path = StoredValue::new(path);
    let content = move || match (is_empty.get(), &empty) {
        (false, _) => view! { <Filled tree path listing part/> }.into_any(),
        (true, Some(empty)) if at_top => empty.run(),
        (true, _) => view! { <Nothing/> }.into_any(),
    };
    let below = move || {
        let first = readme.get()?;
        let entry = Signal::derive(move || readme.get().unwrap_or_else(|| first.clone()));
        let path = join(
            &path.get_value(),
            &entry.with_untracked(|entry| entry.name.clone()),
        );
        Some(view! { <Readme tree path entry/> })
    };
    view! {
        {content}
        {below}
    }
}

/// A folder that has entries.
#[component]
fn Filled(
    tree: Tree,
    path: StoredValue<String>,
    listing: Signal<Listing>,
    part: Signal<u64>,
) -> impl IntoView {
    let place = use_place();
    let order = Memo::new(move |_| Order::parse(&place.value("sort")));
    let hidden = Memo::new(move |_| place.value("hidden") == "1");
    let filter = use_query_text("filter", &[]);
    let arranged: Memo<(Vec<Entry>, Totals)> = Memo::new(move |_| {
        listing.with(|listing| {
            filter.with(|filter| arrange(&listing.list, order.get(), hidden.get(), filter))
        })
    });
    let entries = Memo::new(move |_| arranged.with(|(entries, _)| entries.clone()));
    let totals = Signal::derive(move || arranged.with(|(_, totals)| *totals));
    let some = Memo::new(move |_| arranged.with(|(entries, _)| !entries.is_empty()));
    view! {
        <Bar hidden=hidden.into() filter totals/>
        <Parts listing part/>
        <Show when=move || some.get() fallback=move || view! { <NoMatch filter/> }>
            <FileTable tree path entries=entries.into() order=order.into()/>
        </Show>
    }
}

/// Filter, hidden files, totals.
#[component]
fn Bar(hidden: Signal<bool>, filter: RwSignal<String>, totals: Signal<Totals>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let toggle = move |_| {
        let value = if hidden.get_untracked() { "" } else { "1" };
        place.replace(&untrack(|| place.with(&[("hidden", value)])));
    };
    let words = move || {
        let totals = totals.get();
        let mut text = t_string!(
            i18n,
            files.totals,
            folders = format::number(totals.folders as u64),
            files = format::number(totals.files as u64),
            size = format::bytes(totals.bytes)
        );
        if totals.hidden > 0 {
            let count = format::number(totals.hidden as u64);
            text.push_str(" · ");
            text.push_str(&t_string!(i18n, files.totals_hidden, count = count));
        }
        text
    };
    view! {
        <div class="toolbar files-bar">
            <input
                class="input grow"
                type="search"
                autocomplete="off"
                spellcheck="false"
                aria-label=move || t_string!(i18n, files.filter)
                placeholder=move || t_string!(i18n, files.filter)
                prop:value=move || filter.get()
                on:input=move |event| filter.set(event_target_value(&event))
            />
            <label class="checkbox">
                <input type="checkbox" prop:checked=move || hidden.get() on:change=toggle/>
                <span>{move || t_string!(i18n, files.show_hidden)}</span>
            </label>
            <p class="files-totals" role="status">
                {words}
            </p>
        </div>
    }
}

/// A folder without anything.
#[component]
fn Nothing() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <EmptyState
            icon=icons::LuFolderOpen
            title=move || t_string!(i18n, files.empty)
            text=move || t_string!(i18n, files.empty_hint)
        />
    }
}

/// A folder in which the filter, or the dots of its names, leave nothing to show.
#[component]
fn NoMatch(filter: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let filtered = move || filter.with(|filter| !filter.trim().is_empty());
    let title = move || match filtered() {
        true => t_string!(i18n, files.no_match, filter = filter.get()),
        false => t_string!(i18n, files.only_hidden).to_owned(),
    };
    let text = move || match filtered() {
        true => t_string!(i18n, files.no_match_hint),
        false => t_string!(i18n, files.only_hidden_hint),
    };
    view! {
        <EmptyState icon=icons::LuSearch title text>
            <Show when=filtered>
                <Button on_click=move |()| filter.set(String::new())>
                    {move || t_string!(i18n, files.filter_clear)}
                </Button>
            </Show>
        </EmptyState>
    }
}

/// The way through a folder that is too large for one answer.
#[component]
fn Parts(listing: Signal<Listing>, part: Signal<u64>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let counts =
        Memo::new(move |_| listing.with(|listing| (listing.list.len() as u64, listing.total)));
    let other = move |part: u64| place.with(&[("part", &part.to_string())]);
    move || {
        let (part, (shown, total)) = (part.get(), counts.get());
        (total > ListQuery::MAX).then(|| {
            let before = (part - 1) * ListQuery::MAX;
            let words = move || {
                t_string!(
                    i18n,
                    files.part,
                    first = format::number((before + 1).min(total)),
                    last = format::number((before + shown).min(total)),
                    total = format::number(total)
                )
            };
            let previous = (part > 1).then(|| {
                view! { <a href=other(part - 1)>{move || t_string!(i18n, files.part_previous)}</a> }
            });
            let next = (before + ListQuery::MAX < total).then(|| {
                view! { <a href=other(part + 1)>{move || t_string!(i18n, files.part_next)}</a> }
            });
            view! {
                <nav class="files-parts" aria-label=words>
                    <span>{words}</span>
                    {previous}
                    {next}
                </nav>
            }
        })
    }
}
