//! The search in the top bar: suggestions while one types, Enter leads to all results. `/` puts the cursor there, Esc takes
//! it away. Under 720 px it is an icon that opens it over the bar.

use crate::client::search;
use crate::client::words::words;
use crate::components::load::load;
use crate::i18n::{Locale, t_string, td_string, use_i18n};
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{ComboOption, Combobox, IconButton, icons, is_composing, is_field};
use api::search::{Found, FoundEntity, SearchQuery};
use gloo_timers::callback::Timeout;
use leptos::ev::{self, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;

/// Milliseconds without a key until suggestions are asked for.
const PAUSE: u32 = 200;

/// The search.
#[component]
pub(super) fn BarSearch() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let typed = RwSignal::new(String::new());
    let asked = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    // Whether it lies over the bar; where there is room it is always there.
    let unfolded = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let timer = StoredValue::new_local(None::<Timeout>);
    on_cleanup(move || {
        timer.try_set_value(None);
    });
    Effect::new(move |_| {
        let now = typed.with(|typed| typed.trim().to_owned());
        if now.is_empty() {
            timer.set_value(None);
            asked.set(now);
        } else if asked.with_untracked(|asked| *asked != now) {
            timer.set_value(Some(Timeout::new(PAUSE, move || {
                asked.try_set(now);
            })));
        }
    });
    let found = load(move || {
        let query = asked.get();
        async move {
            if query.is_empty() {
                return Ok((query, Found::default()));
            }
            let wanted = SearchQuery {
                q: Some(query.clone()),
                ..SearchQuery::default()
            };
            let found = search::search(&wanted).await?;
            Ok((query, found))
        }
    });
    let busy = Signal::derive(move || {
        let waiting = typed.with(|typed| asked.with(|asked| typed.trim() != asked));
        waiting || found.loading.get()
    });
    let options = Signal::derive(move || {
        let locale = i18n.get_locale();
        found.data.with(|answer| match answer {
            Some((query, found)) if !typed.with(|typed| typed.trim().is_empty()) => {
                suggestions(query, found, locale)
            }
            _ => Vec::new(),
        })
    });
    let note = Signal::derive(move || {
        if busy.get() || typed.with(|typed| typed.trim().is_empty()) {
            return None;
        }
        if let Some(error) = found.error.get() {
            return Some(words(&error, i18n.get_locale()));
        }
        let none = options.with(Vec::is_empty);
        none.then(|| t_string!(i18n, search.nothing).to_owned())
    });
    let blur = move || {
        if let Some(input) = input.get_untracked() {
            // An input that is not focused has nothing to lose.
            let _ = input.blur();
        }
    };
    let fold = move || {
        typed.set(String::new());
        unfolded.set(false);
    };
    let leave = move || {
        open.set(false);
        unfolded.set(false);
        blur();
    };
    // The cursor is done here: the page that comes gets the focus.
    let choose = move |href: String| {
        fold();
        blur();
        place.go(&href);
    };
    let submit = move |()| {
        let query = typed.with_untracked(|typed| typed.trim().to_owned());
        if !query.is_empty() {
            fold();
            // Among the results one looks on.
            if place.route.get_untracked() != Some(Route::Search) {
                blur();
            }
            place.go(&Route::Search.with(&[("q", &query)]));
        }
    };
    let focus = move || {
        if let Some(input) = input.try_get_untracked().flatten() {
            // One that is not on screen cannot take it.
            let _ = input.focus();
        }
    };
    let show = move || {
        unfolded.set(true);
        // At once, for the letters that follow; under 720 px again when it is on screen.
        focus();
        request_animation_frame(focus);
    };
    let slash = window_event_listener(ev::keydown, move |event| {
        if event.key() == "/" && is_free(&event) {
            event.prevent_default();
            show();
        }
    });
    on_cleanup(move || slash.remove());
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !is_composing(&event) {
            event.prevent_default();
            leave();
        }
    };
    view! {
        <div
            class="bar-search"
            class:bar-search-open=move || unfolded.get()
            role="search"
            on:keydown=keys
        >
            <Combobox
                name="site-search"
                label=move || t_string!(i18n, search.field)
                value=typed
                options
                on_choose=choose
                on_submit=submit
                busy
                note
                placeholder=move || t_string!(i18n, search.placeholder)
                kind="search"
                input
                open
            />
            <kbd class="bar-search-key" aria-hidden="true">"/"</kbd>
            <span class="bar-search-close">
                <IconButton
                    label=move || t_string!(i18n, search.close)
                    icon=icons::LuX
                    on_click=move |()| fold()
                />
            </span>
        </div>
        <span class="bar-search-icon">
            <IconButton
                label=move || t_string!(i18n, search.open)
                icon=icons::LuSearch
                on_click=move |()| show()
            />
        </span>
    }
}

/// Whether a key pressed is nobody else's: no field has the focus, no dialog is open, no other key is held.
fn is_free(event: &KeyboardEvent) -> bool {
    let held = event.ctrl_key() || event.meta_key() || event.alt_key();
    let typing = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| is_field(&target));
    let asked = matches!(document().query_selector("dialog[open]"), Ok(Some(_)));
    !held && !typing && !asked && !event.default_prevented() && !is_composing(event)
}

/// What was found as suggestions; the key of each is where it leads.
fn suggestions(query: &str, found: &Found, locale: Locale) -> Vec<ComboOption> {
    let entity = |group: &str, icon, entity: &FoundEntity, route: Route| {
        let label = format!("{} / {}", entity.owner, entity.name);
        ComboOption::new(route.href(), label)
            .group(group)
            .icon(icon)
            .detail(entity.description.clone())
    };
    let projects = td_string!(locale, search.projects);
    let datasets = td_string!(locale, search.datasets);
    let users = td_string!(locale, search.users);
    let mut all = Vec::new();
    for project in &found.projects.list {
        let route = Route::project(&project.owner, &project.name);
        all.push(entity(projects, icons::LuFolderGit2, project, route));
    }
    for dataset in &found.datasets.list {
        let route = Route::dataset(&dataset.owner, &dataset.name);
        all.push(entity(datasets, icons::LuDatabase, dataset, route));
    }
    for user in &found.users.list {
        let option = ComboOption::new(Route::user(&user.username).href(), user.username.clone())
            .group(users)
            .icon(icons::LuUser);
        all.push(match user.display_name.is_empty() {
            true => option,
            false => option.aside(user.display_name.clone()),
        });
    }
    if !all.is_empty() {
        let words = td_string!(locale, search.all, query = query.to_owned());
        let href = Route::Search.with(&[("q", query)]);
        all.push(ComboOption::new(href, words).icon(icons::LuSearch));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::search::FoundUser;
    use api::{Page, Time};

    #[test]
    fn suggestions_stand_in_their_groups_with_all_results_last() {
        let entity = |name: &str| FoundEntity {
            owner: "alice".into(),
            name: name.into(),
            description: String::new(),
            permission: 0,
            date_updated: Time(0),
        };
        let page = |name: &str| Page {
            list: vec![entity(name)],
            total: 1,
        };
        let found = Found {
            projects: page("digits"),
            datasets: page("digits-data"),
            users: Page {
                list: vec![FoundUser {
                    username: "digit".into(),
                    display_name: "迪".into(),
                    bio: String::new(),
                    avatar: None,
                }],
                total: 1,
            },
        };
        let all = suggestions("digit", &found, Locale::en);
        let keys: Vec<&str> = all.iter().map(|option| option.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "/alice/project/digits",
                "/alice/dataset/digits-data",
                "/digit",
                "/search?q=digit"
            ]
        );
        let groups: Vec<_> = all.iter().map(|option| option.group.as_deref()).collect();
        assert_eq!(
            groups,
            [Some("Projects"), Some("Datasets"), Some("Users"), None]
        );
        assert!(suggestions("x", &Found::default(), Locale::zh).is_empty());
    }
}
