//! Views of the list that were given a name: filters, order and columns. They are kept in the browser, for each user.

use super::asked::{FILTERS, SHOWN};
use crate::i18n::*;
use crate::json;
use crate::place::use_place;
use crate::prefs;
use crate::session::use_session;
use crate::ui::{Button, IconButton, Popover, TextInput, icons};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Most views of a user.
const MOST: usize = 50;

/// A view: what the address says beside the path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct View {
    name: String,
    query: Vec<(String, String)>,
}

/// The views in a text that was kept; what cannot be read is none.
fn read(text: Option<&str>) -> Vec<View> {
    text.and_then(|text| json::read(text).ok())
        .unwrap_or_default()
}

/// The views with one more; one of the same name goes, and so does the oldest of too many.
fn with_one_more(mut views: Vec<View>, view: View) -> Vec<View> {
    views.retain(|known| known.name != view.name);
    views.push(view);
    let too_many = views.len().saturating_sub(MOST);
    views.split_off(too_many)
}

/// The button and its panel.
#[component]
pub(super) fn Views() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let choice = Memo::new(move |_| format!("task-views.{}", session.name().unwrap_or_default()));
    let views = RwSignal::new(Vec::new());
    Effect::new(move |_| views.set(read(prefs::stored(&choice.get()).as_deref())));
    let keep = move |next: Vec<View>| {
        // A list of texts is always text.
        let text = serde_json::to_string(&next).unwrap_or_default();
        prefs::store(&choice.get_untracked(), Some(&text));
        views.set(next);
    };
    let count = Signal::derive(move || views.with(Vec::len));
    view! {
        <Popover label=move || t_string!(i18n, tasks.views) icon=icons::LuBookmark count>
            <Panel views keep=Callback::new(keep)/>
        </Popover>
    }
}

#[component]
fn Panel(views: RwSignal<Vec<View>>, keep: Callback<Vec<View>>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let name = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let error = Signal::derive(move || {
        let missing = tried.get() && name.with(|name| name.trim().is_empty());
        missing.then(|| t_string!(i18n, tasks.view_missing).to_owned())
    });
    let keys = || FILTERS.iter().chain(SHOWN).copied();
    let save = move || {
        let text = name.with_untracked(|name| name.trim().to_owned());
        if text.is_empty() {
            tried.set(true);
            return;
        }
        let pairs = untrack(|| keys().map(|key| (key.to_owned(), place.value(key))));
        let pairs = untrack(|| pairs.filter(|(_, value)| !value.is_empty()).collect());
        let view = View {
            name: text,
            query: pairs,
        };
        keep.run(with_one_more(views.get_untracked(), view));
        tried.set(false);
        name.set(String::new());
    };
    let href = move |view: &View| {
        let of = |key: &str| {
            let found = view.query.iter().find(|(known, _)| known == key);
            found.map_or("", |(_, value)| value.as_str())
        };
        let changes: Vec<(&str, &str)> = keys().map(|key| (key, of(key))).collect();
        let changes: Vec<_> = changes.into_iter().chain([("page", "")]).collect();
        place.with(&changes)
    };
    view! {
        <ul class="popover-views">
            <For each=move || views.get() key=|view| view.name.clone() let:view>
                {
                    let own = view.name.clone();
                    let words = view.name.clone();
                    let label = move || t_string!(i18n, tasks.view_delete, name = own.clone());
                    let gone = view.name.clone();
                    let remove = move |()| {
                        let mut next = views.get_untracked();
                        next.retain(|known| known.name != gone);
                        keep.run(next);
                    };
                    view! {
                        <li>
                            <a href=move || href(&view)>{words}</a>
                            <IconButton label icon=icons::LuTrash2 on_click=remove/>
                        </li>
                    }
                }
            </For>
        </ul>
        <p class="popover-hint">{move || t_string!(i18n, tasks.views_none)}</p>
        <form
            class="popover-form"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <TextInput name="view-name" label=move || t_string!(i18n, tasks.view_name) value=name error/>
            <Button submit=true>{move || t_string!(i18n, tasks.view_save)}</Button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str, state: &str) -> View {
        View {
            name: name.to_owned(),
            query: vec![("state".to_owned(), state.to_owned())],
        }
    }

    #[test]
    fn a_name_means_one_view() {
        let views = with_one_more(
            vec![view("a", "failed"), view("b", "")],
            view("a", "running"),
        );
        assert_eq!(views, [view("b", ""), view("a", "running")]);
        let text = serde_json::to_string(&views).unwrap();
        assert_eq!(read(Some(&text)), views);
        assert_eq!((read(None), read(Some("nonsense"))), (vec![], vec![]));
    }

    #[test]
    fn the_oldest_of_too_many_goes() {
        let many: Vec<View> = (0..MOST).map(|n| view(&n.to_string(), "")).collect();
        let views = with_one_more(many, view("new", ""));
        assert_eq!((views.len(), views[0].name.as_str()), (MOST, "1"));
    }
}
