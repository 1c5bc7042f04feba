//! What stands above and below every list: search, order or filter, pages. The URL holds all of it.

use crate::format;
use crate::i18n::{t_string, use_i18n};
use crate::place::use_place;
use crate::ui::{Choice, EmptyState, LinkButton, Look, Select, TextInput, icons};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;

/// Milliseconds without a key until the search is made.
const TYPING: u32 = 300;

/// A text that is typed and stands in the query under `key`: there a moment after the last keystroke, without its blanks
/// at the ends and in place of the current entry of the history. The keys in `resets` are taken off with each change.
pub fn use_query_text(key: &'static str, resets: &'static [&'static str]) -> RwSignal<String> {
    let place = use_place();
    let wanted = Memo::new(move |_| place.value(key));
    let typed = RwSignal::new(wanted.get_untracked());
    let timer = StoredValue::new_local(None::<Timeout>);
    // The address changed otherwise than by typing: a link, Back, "clear the filters".
    Effect::new(move |_| {
        let wanted = wanted.get();
        if typed.with_untracked(|typed| typed.trim() != wanted) {
            typed.set(wanted);
        }
    });
    Effect::new(move |before: Option<()>| {
        let typed = typed.with(|typed| typed.trim().to_owned());
        if before.is_some() && typed != wanted.get_untracked() {
            timer.set_value(Some(Timeout::new(TYPING, move || {
                let resets = resets.iter().map(|key| (*key, ""));
                let changes: Vec<(&str, &str)> = resets.chain([(key, typed.as_str())]).collect();
                untrack(|| place.replace(&place.with(&changes)));
            })));
        }
    });
    typed
}

/// A search field and one list of choices.
#[component]
pub fn ListTools(
    /// What is searched.
    #[prop(into)]
    search: TextProp,
    /// What is chosen.
    #[prop(into)]
    choice: TextProp,
    /// The key of the choice in the query.
    key: &'static str,
    /// The choices; the value that holds without a query is empty.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let typed = use_query_text("q", &["page"]);
    let words = search.clone();
    let placeholder = Signal::derive(move || Some(words.get().to_string()));
    let chosen = Signal::derive(move || place.value(key));
    let choose = move |value: String| {
        untrack(|| place.go(&place.with(&[(key, &value), ("page", "")])));
    };
    view! {
        <form
            class="toolbar"
            role="search"
            aria-label=move || t_string!(i18n, lists.filters)
            on:submit=move |event| event.prevent_default()
        >
            <div class="grow">
                <TextInput name="q" label=search value=typed kind="search" placeholder/>
            </div>
            <Select name=key label=choice choices value=chosen on_change=choose/>
        </form>
    }
}

/// Tells screen readers how much there is once the answer to another search, filter or order is there; the focus stays
/// where that was asked for. What comes and goes by itself is not told.
#[component]
pub fn CountTold(
    /// Whether it is being asked for.
    #[prop(into)]
    loading: Signal<bool>,
    /// How many there are in all.
    #[prop(into)]
    total: Signal<Option<u64>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let told = RwSignal::new(None::<u64>);
    let asked = StoredValue::new(place.query.get_untracked());
    Effect::new(move |_| {
        if loading.get() {
            return;
        }
        let query = place.query.get_untracked();
        if asked.with_value(|asked| *asked != query) {
            asked.set_value(query);
            told.set(total.get_untracked());
        }
    });
    // Emptied before, so that the same number is told again.
    Effect::new(move |_| {
        place.query.with(|_| ());
        told.set(None);
    });
    view! {
        <p class="sr-only" role="status">
            {move || told.get().map(|total| t_string!(i18n, lists.found, count = format::number(total)))}
        </p>
    }
}

/// Why a list shows nothing although it has filters or a page number: with the way back.
#[component]
pub fn NothingFound(
    /// How many entries there are in all; some, when only the page lies behind the end.
    total: u64,
    /// The keys of the query that filter.
    filters: &'static [&'static str],
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    if total > 0 {
        let title = move || t_string!(i18n, lists.past_end);
        return view! {
            <EmptyState title text=move || "">
                <LinkButton href=Signal::derive(move || place.with(&[("page", "")])) look=Look::Main>
                    {move || t_string!(i18n, lists.first_page)}
                </LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let title = move || t_string!(i18n, lists.no_match);
    let text = move || t_string!(i18n, lists.no_match_text);
    let cleared = Signal::derive(move || {
        let changes: Vec<(&str, &str)> = filters
            .iter()
            .map(|key| (*key, ""))
            .chain([("page", "")])
            .collect();
        place.with(&changes)
    });
    view! {
        <EmptyState title text icon=icons::LuSearchX>
            <LinkButton href=cleared look=Look::Main>
                {move || t_string!(i18n, lists.clear_filters)}
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}
