//! The first thing to see of a user: what is worth a look, and how much they run.

use super::heat_map::HeatMap;
use crate::client::{ClientError, datasets, projects};
use crate::components::entity_list::Line;
use crate::components::load::{Async, load};
use crate::format;
use crate::i18n::{t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{EmptyState, Icon, TimeAgo, icons};
use api::module::ModuleType;
use api::project::{EntityQuery, EntitySort};
use futures::future::try_join4;
use leptos::prelude::*;

/// Most things shown.
const MOST: usize = 6;

/// Things worth a look, and the year.
#[component]
pub(super) fn Overview(
    /// Whose profile it is.
    user: Memo<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let asked = load(move || {
        let user = user.get();
        async move { worth(&user).await }
    })
    .recall();
    let shown = move |lines: Signal<Vec<Found>>| {
        let none = Memo::new(move |_| lines.with(Vec::is_empty));
        (move || match none.get() {
            true => view! { <Nothing user/> }.into_any(),
            false => {
                let cards = move || {
                    lines
                        .get()
                        .into_iter()
                        .map(|found| view! { <Card found/> })
                        .collect_view()
                };
                view! { <ul class="cards">{cards}</ul> }.into_any()
            }
        })
        .into_any()
    };
    view! {
        <section class="profile-worth" aria-labelledby="worth-title">
            <h2 id="worth-title">{move || t_string!(i18n, social.worth)}</h2>
            <Async load=asked lines=6 view=shown/>
        </section>
        <HeatMap user/>
    }
}

/// A project or dataset, and which of the two.
type Found = (ModuleType, Line);

async fn worth(user: &str) -> Result<Vec<Found>, ClientError> {
    let query = |sort| EntityQuery {
        user: Some(user.to_owned()),
        sort: Some(sort),
        page_size: u32::try_from(MOST).ok(),
        ..EntityQuery::default()
    };
    let (starred, updated) = (query(EntitySort::Stars), query(EntitySort::Updated));
    let (projects_starred, datasets_starred, projects_updated, datasets_updated) = try_join4(
        projects::list(&starred),
        datasets::list(&starred),
        projects::list(&updated),
        datasets::list(&updated),
    )
    .await?;
    let projects = [projects_starred.list, projects_updated.list].map(|list| {
        let lines = list.into_iter().map(Line::from);
        lines
            .map(|line| (ModuleType::Code, line))
            .collect::<Vec<_>>()
    });
    let datasets = [datasets_starred.list, datasets_updated.list].map(|list| {
        let lines = list.into_iter().map(Line::from);
        lines
            .map(|line| (ModuleType::Data, line))
            .collect::<Vec<_>>()
    });
    let [a, b] = projects;
    let [c, d] = datasets;
    Ok(choose([a, c].concat(), [b, d].concat()))
}

/// Half of the places for what has most stars, the rest for what changed last; nothing twice.
fn choose(mut starred: Vec<Found>, mut updated: Vec<Found>) -> Vec<Found> {
    starred.retain(|(_, line)| line.stars > 0);
    starred.sort_by_key(|(_, line)| std::cmp::Reverse((line.stars, line.updated)));
    updated.sort_by_key(|(_, line)| std::cmp::Reverse(line.updated));
    let mut chosen: Vec<Found> = starred.into_iter().take(MOST / 2).collect();
    for found in updated {
        if chosen.len() < MOST && chosen.iter().all(|(_, line)| line.id != found.1.id) {
            chosen.push(found);
        }
    }
    chosen
}

#[component]
fn Card(found: Found) -> impl IntoView {
    let i18n = use_i18n();
    let (kind, line) = found;
    let (icon, words) = match kind {
        ModuleType::Code => (icons::LuFolderGit2, true),
        ModuleType::Data => (icons::LuDatabase, false),
    };
    let kind = move || match words {
        true => t_string!(i18n, lists.projects),
        false => t_string!(i18n, lists.datasets),
    };
    view! {
        <li class="card-thing">
            <div class="card-thing-head">
                <span title=kind><Icon icon/></span>
                <a href=line.href>{line.name}</a>
                {line
                    .private
                    .then(|| view! { <span class="muted">{move || t_string!(i18n, common.private)}</span> })}
            </div>
            <p class="card-thing-text"><bdi>{line.description}</bdi></p>
            <div class="card-thing-foot muted">
                <span class="entity-count" title=move || t_string!(i18n, social.stars)>
                    <Icon icon=icons::LuStar/>
                    <span class="sr-only">{move || t_string!(i18n, social.stars)}</span>
                    {format::number(line.stars)}
                </span>
                <span class="entity-count" title=move || t_string!(i18n, social.forks)>
                    <Icon icon=icons::LuGitFork/>
                    <span class="sr-only">{move || t_string!(i18n, social.forks)}</span>
                    {format::number(line.forks)}
                </span>
                <span class="card-thing-kind">{line.kind}</span>
                <TimeAgo time=Signal::stored(line.updated)/>
            </div>
        </li>
    }
}

#[component]
fn Nothing(user: Memo<String>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let text = move || match session.is(&user.get()) {
        true => t_string!(i18n, social.nothing_own_text).to_owned(),
        false => t_string!(i18n, social.nothing_other_text, user = user.get()),
    };
    view! { <EmptyState title=move || t_string!(i18n, social.nothing_own) text/> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Time;

    fn found(id: &str, stars: u64, updated: i64) -> Found {
        let line = Line {
            href: String::new(),
            id: id.to_owned(),
            owner: "a".into(),
            name: id.to_owned(),
            description: String::new(),
            private: false,
            version: 0,
            kind: String::new(),
            tags: Vec::new(),
            stars,
            forks: 0,
            updated: Time(updated),
        };
        (ModuleType::Code, line)
    }

    #[test]
    fn half_are_starred_and_nothing_comes_twice() {
        let all: Vec<Found> = (0..8)
            .map(|n| found(&n.to_string(), u64::from(n < 4), i64::from(n)))
            .collect();
        let ids: Vec<String> = choose(all.clone(), all)
            .into_iter()
            .map(|(_, line)| line.id)
            .collect();
        assert_eq!(ids, ["3", "2", "1", "7", "6", "5"]);
    }
}
