//! Finds a dataset: typed words, a list of what matches, chosen by mouse or keyboard.

use super::{Chosen, add};
use crate::client::datasets;
use crate::client::words::words;
use crate::components::load::load;
use crate::i18n::*;
use crate::session::use_session;
use crate::ui::{Icon, icons, is_composing};
use api::dataset::Dataset;
use api::project::EntityQuery;
use gloo_timers::callback::Timeout;
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Node;

/// Milliseconds without typing before it is asked.
const PAUSE: u32 = 200;
/// Datasets shown at once.
const SHOWN: u32 = 20;

/// One's own first, then the others that match, each once.
fn merged(own: Vec<Dataset>, all: Vec<Dataset>) -> Vec<Dataset> {
    let mut list = own;
    for dataset in all {
        if list.iter().all(|other| other.id != dataset.id) {
            list.push(dataset);
        }
    }
    list.truncate(SHOWN as usize);
    list
}

/// The search field and what it found.
#[component]
pub(super) fn DatasetSearch(chosen: RwSignal<Vec<Chosen>>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let typed = RwSignal::new(String::new());
    let asked = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let at = RwSignal::new(0_usize);
    let root = NodeRef::<html::Div>::new();
    let timer = StoredValue::new_local(None::<Timeout>);
    on_cleanup(move || {
        timer.try_set_value(None);
    });
    // Nothing is asked for before somebody wants to choose.
    let wanted = Memo::new(move |last: Option<&bool>| open.get() || last == Some(&true));
    let found = load(move || {
        let query = EntityQuery {
            q: Some(asked.get().trim().to_owned()).filter(|q| !q.is_empty()),
            page_size: Some(SHOWN),
            ..EntityQuery::default()
        };
        let own = EntityQuery {
            user: session.name(),
            ..query.clone()
        };
        let wanted = wanted.get();
        async move {
            if !wanted {
                return Ok(Vec::new());
            }
            let (own, all) = futures::try_join!(datasets::list(&own), datasets::list(&query))?;
            Ok(merged(own.list, all.list))
        }
    });
    let list = Memo::new(move |_| found.data.get().unwrap_or_default());
    let input = move |event| {
        let text = event_target_value(&event);
        typed.set(text.clone());
        open.set(true);
        at.set(0);
        timer.set_value(Some(Timeout::new(PAUSE, move || {
            asked.try_set(text);
        })));
    };
    let choose = move |dataset: Dataset| {
        let Some(new) = Chosen::newest(&dataset) else {
            return;
        };
        chosen.update(|chosen| add(chosen, new));
        typed.try_set(String::new());
        asked.try_set(String::new());
        open.try_set(false);
    };
    // Whether the list is what was typed: until then Enter would choose from an older one.
    let settled = move || {
        let typed = typed.with_untracked(|typed| asked.with_untracked(|asked| typed == asked));
        typed && !found.loading.get_untracked()
    };
    let keys = move |event: KeyboardEvent| {
        if is_composing(&event) {
            return;
        }
        let count = list.with_untracked(Vec::len);
        let step = |by: usize| at.update(|at| *at = (*at + by) % count.max(1));
        match (event.key().as_str(), open.get_untracked()) {
            ("ArrowDown", true) => step(1),
            ("ArrowUp", true) => step(count.max(1) - 1),
            ("ArrowDown", false) => open.set(true),
            ("Escape", true) => open.set(false),
            ("Enter", true) if !event.ctrl_key() && !event.meta_key() => {
                let dataset = list.with_untracked(|list| list.get(at.get_untracked()).cloned());
                dataset.filter(|_| settled()).into_iter().for_each(choose);
            }
            // Enter alone must not start a run.
            ("Enter", false) if !event.ctrl_key() && !event.meta_key() => {}
            _ => return,
        }
        event.prevent_default();
    };
    let left = move |event: FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<Node>().ok());
        let inside = root
            .get_untracked()
            .is_some_and(|root| root.contains(to.as_ref()));
        if !inside {
            open.set(false);
        }
    };
    let note = move || {
        if let Some(error) = found.error.get() {
            return Some(words(&error, i18n.get_locale()));
        }
        match (found.loading.get(), list.with(Vec::is_empty), asked.get()) {
            (true, true, _) => Some(t_string!(i18n, run.data_loading).to_owned()),
            (false, true, query) if query.is_empty() => {
                Some(t_string!(i18n, run.data_none).to_owned())
            }
            (false, true, query) => Some(t_string!(i18n, run.data_no_match, query = query)),
            (_, false, _) => None,
        }
    };
    let options = move || {
        let list = list.get();
        let option = move |(index, dataset): (usize, Dataset)| {
            view! { <Match dataset index at choose=Callback::new(choose)/> }
        };
        list.into_iter().enumerate().map(option).collect_view()
    };
    view! {
        <div class="dataset-search" node_ref=root on:focusout=left>
            <input
                id="dataset-search"
                class="input"
                type="text"
                role="combobox"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-label=move || t_string!(i18n, run.data_search)
                placeholder=move || t_string!(i18n, run.data_search)
                aria-autocomplete="list"
                aria-controls="dataset-matches"
                aria-expanded=move || open.get().to_string()
                aria-activedescendant=move || {
                    (open.get() && list.with(|list| !list.is_empty())).then(|| match_id(at.get()))
                }
                prop:value=move || typed.get()
                on:input=input
                on:focus=move |_| open.set(true)
                on:click=move |_| open.set(true)
                on:keydown=keys
            />
            <div class="dataset-matches" class:is-open=move || open.get()>
                <ul id="dataset-matches" role="listbox" aria-label=move || t_string!(i18n, run.data)>
                    {options}
                </ul>
                <p class="dataset-note" role="status">
                    {move || open.get().then(note).flatten()}
                </p>
            </div>
        </div>
    }
}

fn match_id(index: usize) -> String {
    format!("dataset-match-{index}")
}

/// A dataset that matches.
#[component]
fn Match(
    dataset: Dataset,
    index: usize,
    at: RwSignal<usize>,
    choose: Callback<Dataset>,
) -> impl IntoView {
    let i18n = use_i18n();
    let ready = dataset.latest_module_id.is_some();
    let number = dataset.latest_version;
    let name = format!("{}/{}", dataset.owner, dataset.name);
    let description = dataset.description.clone();
    let version = move || match ready {
        true => t_string!(i18n, run.version_other, number = number),
        false => t_string!(i18n, run.data_no_version).to_owned(),
    };
    view! {
        <li
            id=match_id(index)
            class="dataset-match"
            role="option"
            aria-selected=move || (at.get() == index).to_string()
            aria-disabled=(!ready).then_some("true")
            on:pointermove=move |_| at.set(index)
            // The input keeps the focus.
            on:mousedown=move |event| event.prevent_default()
            on:click=move |_| choose.run(dataset.clone())
        >
            <Icon icon=icons::LuDatabase/>
            <span class="dataset-match-name">{name}</span>
            <span class="dataset-match-version">{version}</span>
            <span class="dataset-match-text">{description}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Time;

    fn dataset(id: &str) -> Dataset {
        Dataset {
            id: id.into(),
            name: id.into(),
            owner_id: String::new(),
            owner: String::new(),
            latest_version: 1,
            permission: 0,
            description: String::new(),
            date_created: Time(0),
            date_updated: Time(0),
            latest_module_id: None,
            versions: 1,
            size_bytes: 0,
        }
    }

    #[test]
    fn own_datasets_come_first_and_each_once() {
        let own = vec![dataset("a")];
        let list = merged(own, vec![dataset("b"), dataset("a"), dataset("c")]);
        let ids: Vec<_> = list.iter().map(|dataset| dataset.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c"]);
    }
}
