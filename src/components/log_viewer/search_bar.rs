//! What is looked for in a log, how much of it there is, and the way from one to the next.

use super::tools::Steps;
use super::viewer::Viewer;
use crate::components::pattern_words::pattern_words;
use crate::format;
use crate::i18n::*;
use crate::ui::{IconButton, icons, is_composing};
use crate::work::{Sought, ToWorker};
use engine::log::search::Query;
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::prelude::*;

/// How many lines around each hit can be chosen.
const AROUND: [u32; 4] = [0, 3, 10, 50];

/// The field with its switches; Enter goes to the next hit, Shift+Enter to the one before, Escape ends the search.
#[component]
pub fn SearchBar(
    viewer: Viewer,
    /// Where what is looked for is typed.
    field: NodeRef<Input>,
) -> impl IntoView {
    let i18n = use_i18n();
    let text = RwSignal::new(String::new());
    let (regex, case, word) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    let query = Memo::new(move |_| {
        let query = Query {
            text: text.get(),
            regex: regex.get(),
            case: case.get(),
            word: word.get(),
        };
        (!query.text.is_empty()).then_some(query)
    });
    Effect::new(move |before: Option<()>| {
        let query = query.get();
        if before.is_none() && query.is_none() {
            return;
        }
        let some = query.is_some();
        viewer.link.tell(ToWorker::Find(query));
        if some {
            // The first hit from what is on screen on, as it is typed.
            viewer.current.set(None);
            viewer.step(Sought::Wanted, true);
        }
    });
    // Whoever closes it looks for nothing any more.
    on_cleanup(move || viewer.link.tell(ToWorker::Find(None)));
    let close = move || {
        viewer.searching.set(false);
        if let Some(lines) = viewer.frame.element.get_untracked() {
            // It is there, and can have the focus.
            let _ = lines.focus();
        }
    };
    let keys = move |event: KeyboardEvent| {
        if is_composing(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                viewer.step(Sought::Wanted, !event.shift_key());
            }
            "Escape" => {
                event.stop_propagation();
                close();
            }
            _ => {}
        }
    };
    let wrong = Memo::new(move |_| {
        let error = viewer.found(|found| match &found.wanted {
            Some(Err(error)) => Some(error.clone()),
            _ => None,
        })??;
        Some(pattern_words(i18n, &error))
    });
    let count = Memo::new(move |_| {
        let (lines, whole) = viewer.tally(|tally| (tally.lines, tally.whole))?;
        query.with(Option::is_some).then(|| {
            let rank = viewer.current.get().map_or(0, |(_, rank)| rank.min(lines));
            let more = if whole { "" } else { "…" };
            match (lines, whole) {
                (0, true) => t_string!(i18n, log.no_hits).to_owned(),
                _ => format!("{} / {}{more}", format::number(rank), format::number(lines)),
            }
        })
    });
    let all = move || {
        let (matches, lines) = viewer.tally(|tally| (tally.matches, tally.lines))?;
        let (matches, lines) = (format::number(matches), format::number(lines));
        Some(t_string!(i18n, log.hits, matches = matches, lines = lines))
    };
    let only = move |chosen: String| viewer.only.set(chosen.parse().ok());
    let switch = move |icon, label: TextProp, on: RwSignal<bool>| {
        view! {
            <IconButton icon label pressed=on on_click=move |()| on.update(|on| *on = !*on)/>
        }
    };
    view! {
        <div class="log-search" role="search" aria-label=move || t_string!(i18n, log.search)>
            <div class="log-search-field">
                <input
                    class="input mono"
                    type="search"
                    node_ref=field
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-label=move || t_string!(i18n, log.search)
                    placeholder=move || t_string!(i18n, log.search)
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                    on:keydown=keys
                />
                {switch(icons::LuCaseSensitive, (move || t_string!(i18n, log.case)).into(), case)}
                {switch(icons::LuWholeWord, (move || t_string!(i18n, log.word)).into(), word)}
                {switch(icons::LuRegex, (move || t_string!(i18n, log.regex)).into(), regex)}
            </div>
            <span class="log-count" role="status" title=all>
                {move || match wrong.get() {
                    Some(wrong) => view! { <span class="log-wrong">{wrong}</span> }.into_any(),
                    None => view! { <span>{count.get()}</span> }.into_any(),
                }}
            </span>
            <Steps
                viewer
                what=Sought::Wanted
                previous=move || t_string!(i18n, log.previous_hit)
                next=move || t_string!(i18n, log.next_hit)
            />
            <select
                class="input log-only"
                aria-label=move || t_string!(i18n, log.shown)
                on:change=move |event| only(event_target_value(&event))
            >
                <option value="" prop:selected=move || viewer.only.with(Option::is_none)>
                    {t!(i18n, log.all_lines)}
                </option>
                {AROUND
                    .map(|around| {
                        let words = move || match around {
                            0 => t_string!(i18n, log.only_hits).to_owned(),
                            count => t_string!(i18n, log.around, count = count),
                        };
                        view! {
                            <option
                                value=around.to_string()
                                prop:selected=move || viewer.only.get() == Some(around)
                            >
                                {words}
                            </option>
                        }
                    })}
            </select>
            <IconButton
                icon=icons::LuX
                label=move || t_string!(i18n, common.close)
                on_click=move |()| close()
            />
        </div>
    }
}
