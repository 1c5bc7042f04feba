//! Finds a dataset: typed words, a list of what matches, chosen by mouse or keyboard.

use super::{Chosen, add};
use crate::client::datasets;
use crate::client::words::words;
use crate::components::load::load;
use crate::i18n::*;
use crate::session::use_session;
use crate::ui::{ComboOption, Combobox, icons};
use api::dataset::Dataset;
use api::project::EntityQuery;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;

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
    let timer = StoredValue::new_local(None::<Timeout>);
    on_cleanup(move || {
        timer.try_set_value(None);
    });
    Effect::new(move |_| {
        let text = typed.get();
        timer.set_value(Some(Timeout::new(PAUSE, move || {
            asked.try_set(text);
        })));
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
    let choose = move |id: String| {
        let dataset = list.with_untracked(|list| list.iter().find(|one| one.id == id).cloned());
        if let Some(new) = dataset.as_ref().and_then(Chosen::newest) {
            chosen.update(|chosen| add(chosen, new));
            typed.try_set(String::new());
            asked.try_set(String::new());
        }
    };
    // Until the list is what was typed, Enter would choose from an older one.
    let busy = Signal::derive(move || {
        found.loading.get() || typed.with(|typed| asked.with(|asked| typed != asked))
    });
    let note = Signal::derive(move || {
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
    });
    let options = Signal::derive(move || {
        let option = |dataset: Dataset| {
            let ready = dataset.latest_module_id.is_some();
            let number = dataset.latest_version;
            let version = match ready {
                true => t_string!(i18n, run.version_other, number = number),
                false => t_string!(i18n, run.data_no_version).to_owned(),
            };
            ComboOption::new(dataset.id, format!("{}/{}", dataset.owner, dataset.name))
                .icon(icons::LuDatabase)
                .aside(version)
                .detail(dataset.description)
                .disabled(!ready)
        };
        list.get().into_iter().map(option).collect()
    });
    view! {
        <Combobox
            name="dataset-search"
            label=move || t_string!(i18n, run.data_search)
            placeholder=move || t_string!(i18n, run.data_search)
            value=typed
            options
            on_choose=choose
            busy
            note
            open
        />
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
            tags: Vec::new(),
            stars: 0,
            starred: false,
            forks: 0,
            comments: 0,
            forked_from: None,
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
