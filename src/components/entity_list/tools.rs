//! Search, filters and order above a list, and what of them holds.

use super::query::{FILTERS, tags_of, toggled};
use super::{Listed, Whose};
use crate::client::{environments, social};
use crate::components::environments::on_any_machine;
use crate::components::list_tools::use_query_text;
use crate::components::load::load;
use crate::i18n::{t_string, use_i18n};
use crate::place::use_place;
use crate::ui::{Chip, Choice, Select, TextInput};
use leptos::prelude::*;

/// Search, filters and order.
#[component]
pub(super) fn Tools(listed: Listed, whose: Signal<Whose>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let typed = use_query_text("q", &["page"]);
    let label = move || match listed {
        Listed::Projects => t_string!(i18n, lists.search_projects),
        Listed::Datasets => t_string!(i18n, lists.search_datasets),
    };
    let placeholder = Signal::derive(move || Some(label().to_owned()));
    let value = move |key: &'static str| Signal::derive(move || place.value(key));
    let choose = move |key: &'static str| {
        move |value: String| untrack(|| place.go(&place.with(&[(key, &value), ("page", "")])))
    };
    let sorts = Signal::derive(move || {
        vec![
            Choice::new("", t_string!(i18n, lists.sort_updated)),
            Choice::new("created", t_string!(i18n, lists.sort_created)),
            Choice::new("name", t_string!(i18n, lists.sort_name)),
            Choice::new("stars", t_string!(i18n, social.sort_stars)),
            Choice::new("forks", t_string!(i18n, social.sort_forks)),
        ]
    });
    let visibilities = Signal::derive(move || {
        vec![
            Choice::new("", t_string!(i18n, social.any)),
            Choice::new("public", t_string!(i18n, common.public)),
            Choice::new("private", t_string!(i18n, common.private)),
        ]
    });
    let readiness = Signal::derive(move || {
        vec![
            Choice::new("", t_string!(i18n, social.any)),
            Choice::new("yes", t_string!(i18n, social.has_version)),
            Choice::new("no", t_string!(i18n, social.no_version)),
        ]
    });
    let own = whose.with_untracked(|whose| matches!(whose, Whose::Own(_)));
    let with_environment = listed == Listed::Projects
        && whose.with_untracked(|whose| {
            matches!(whose, Whose::Own(_) | Whose::Of(_) | Whose::Everybody)
        });
    view! {
        <form
            class="toolbar"
            role="search"
            aria-label=move || t_string!(i18n, lists.filters)
            on:submit=move |event| event.prevent_default()
        >
            <div class="grow">
                <TextInput name="q" label value=typed kind="search" placeholder/>
            </div>
            {own
                .then(|| {
                    view! {
                        <Select
                            name="visibility"
                            label=move || t_string!(i18n, social.visibility)
                            choices=visibilities
                            value=value("visibility")
                            on_change=choose("visibility")
                        />
                        <Select
                            name="ready"
                            label=move || t_string!(i18n, social.readiness)
                            choices=readiness
                            value=value("ready")
                            on_change=choose("ready")
                        />
                    }
                })}
            {with_environment.then(|| view! { <EnvironmentFilter/> })}
            <Select
                name="sort"
                label=move || t_string!(i18n, lists.sort)
                choices=sorts
                value=value("sort")
                on_change=choose("sort")
            />
        </form>
        <Chosen whose/>
    }
}

/// One of the service's environments.
#[component]
fn EnvironmentFilter() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let asked = load(environments::get);
    let choices = Signal::derive(move || {
        let mut names: Vec<String> = asked.data.with(|all| {
            let found = all.iter().flat_map(on_any_machine);
            found.map(|environment| environment.name.clone()).collect()
        });
        // What the address asks for can be seen before the list is there, and when it is not in it.
        let own = place.value("env");
        if !own.is_empty() && !names.contains(&own) {
            names.insert(0, own);
        }
        let any = Choice::new("", t_string!(i18n, social.any));
        let names = names
            .into_iter()
            .map(|name| Choice::new(name.clone(), name));
        std::iter::once(any).chain(names).collect::<Vec<_>>()
    });
    view! {
        <Select
            name="env"
            label=move || t_string!(i18n, social.environment)
            choices
            value=Signal::derive(move || place.value("env"))
            on_change=move |value: String| {
                untrack(|| place.go(&place.with(&[("env", &value), ("page", "")])));
            }
        />
    }
}

/// The filters that hold, each with a way to take it off, and one to take off all.
#[component]
fn Chosen(whose: Signal<Whose>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let own = whose.with_untracked(|whose| matches!(whose, Whose::Own(_)));
    let words = move |key: &'static str| {
        let value = place.value(key);
        Some(match (key, value.as_str()) {
            ("visibility", "public") if own => t_string!(i18n, common.public).to_owned(),
            ("visibility", "private") if own => t_string!(i18n, common.private).to_owned(),
            ("ready", "yes") => t_string!(i18n, social.has_version).to_owned(),
            ("ready", "no") => t_string!(i18n, social.no_version).to_owned(),
            ("env", name) if !name.is_empty() => name.to_owned(),
            _ => return None,
        })
    };
    let chips = Memo::new(move |_| {
        let single = ["visibility", "ready", "env"]
            .into_iter()
            .filter_map(|key| Some((key, String::new(), words(key)?)));
        let tags = tags_of(&place.value("tags"));
        let tags = tags
            .iter()
            .map(|tag| ("tags", toggled(&tags, tag), tag.clone()));
        single.chain(tags).collect::<Vec<_>>()
    });
    let all_off = move || {
        let keys = FILTERS.iter().map(|key| (*key, ""));
        place.with(&keys.chain([("page", "")]).collect::<Vec<_>>())
    };
    move || {
        let chips = chips.get();
        if chips.is_empty() {
            return None;
        }
        let chips = chips.into_iter().map(|(key, without, label)| {
            let remove = move |()| {
                untrack(|| place.go(&place.with(&[(key, &without), ("page", "")])));
            };
            view! { <li><Chip label on_remove=remove/></li> }
        });
        Some(view! {
            <div class="filter-chips">
                <ul aria-label=move || t_string!(i18n, social.chosen)>{chips.collect_view()}</ul>
                <a class="filter-clear" href=all_off>
                    {move || t_string!(i18n, lists.clear_filters)}
                </a>
            </div>
        })
    }
}

/// The tags that most have, as filters. A list without any shows nothing.
#[component]
pub fn PopularTags(
    /// Of projects or of datasets.
    listed: Listed,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let found = load(move || social::tags(listed.module_type()));
    let offered = Memo::new(move |_| {
        let chosen = tags_of(&place.value("tags"));
        found.data.with(|found| {
            let found = found.iter().flatten().take(MOST_TAGS);
            let left = found.filter(|tag| !chosen.contains(&tag.tag));
            left.map(|tag| tag.tag.clone()).collect::<Vec<_>>()
        })
    });
    move || {
        let tags = offered.get();
        if tags.is_empty() {
            return None;
        }
        let chips = tags.into_iter().map(|tag| {
            let own = tag.clone();
            let href = Signal::derive(move || {
                let tags = tags_of(&place.value("tags"));
                place.with(&[("tags", &toggled(&tags, &own)), ("page", "")])
            });
            view! { <li><Chip label=tag href/></li> }
        });
        Some(view! {
            <div class="popular-tags">
                <span class="muted" id="popular-tags">
                    {move || t_string!(i18n, social.popular)}
                </span>
                <ul aria-labelledby="popular-tags">{chips.collect_view()}</ul>
            </div>
        })
    }
}

/// Most tags that are offered.
const MOST_TAGS: usize = 12;
