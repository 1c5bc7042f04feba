//! Everything that a search found: projects, datasets, users.

use crate::client::{search, settings};
use crate::components::entity_list::Visibility;
use crate::components::list_tools::{CountTold, use_query_text};
use crate::components::load::{Async, load};
use crate::format;
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{
    Avatar, Column, EmptyState, LinkButton, Look, PageHead, Pagination, Tab, Table, Tabs,
    TextInput, TimeAgo, icons,
};
use api::Paging;
use api::search::{Found, FoundEntity, FoundUser, SearchKind, SearchQuery};
use leptos::prelude::*;

/// The kind as the query's `kind` names it; none is named where nobody has chosen.
fn kind_of(text: &str) -> Option<SearchKind> {
    KINDS.into_iter().find(|kind| word(*kind) == text)
}

fn word(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::Projects => "projects",
        SearchKind::Datasets => "datasets",
        SearchKind::Users => "users",
    }
}

const KINDS: [SearchKind; 3] = [
    SearchKind::Projects,
    SearchKind::Datasets,
    SearchKind::Users,
];

fn total(found: &Found, kind: SearchKind) -> u64 {
    match kind {
        SearchKind::Projects => found.projects.total,
        SearchKind::Datasets => found.datasets.total,
        SearchKind::Users => found.users.total,
    }
}

/// The page.
pub fn page(_route: Route) -> AnyView {
    let i18n = use_i18n();
    let place = use_place();
    let typed = use_query_text("q", &["page"]);
    let words = Memo::new(move |_| place.value("q"));
    let chosen = Memo::new(move |_| kind_of(&place.value("kind")));
    let found = load(move || {
        let query = SearchQuery {
            q: Some(words.get()),
            kind: chosen.get(),
            page: chosen.get().map(|_| place.page()),
            limit: Some(Paging::default().limit()),
        };
        async move { search::search(&query).await }
    });
    // Nobody is led to an empty list while another kind has what is looked for.
    let kind = Memo::new(move |_| {
        chosen.get().unwrap_or_else(|| {
            found.data.with(|found| {
                let first = found
                    .as_ref()
                    .and_then(|found| KINDS.into_iter().find(|kind| total(found, *kind) > 0));
                first.unwrap_or(SearchKind::Projects)
            })
        })
    });
    let counted = move |kind| found.data.with(|found| Some(total(found.as_ref()?, kind)));
    let name = move |kind| match kind {
        SearchKind::Projects => t_string!(i18n, search.projects),
        SearchKind::Datasets => t_string!(i18n, search.datasets),
        SearchKind::Users => t_string!(i18n, search.users),
    };
    let tabs = KINDS.map(|tab| {
        let href = Signal::derive(move || place.with(&[("kind", word(tab)), ("page", "")]));
        let is_here = move || kind.get() == tab;
        Tab::new(move || name(tab), href, is_here).counted(move || {
            words
                .with(|words| !words.is_empty())
                .then(|| counted(tab))?
        })
    });
    let title = move || match words.get() {
        empty if empty.is_empty() => t_string!(i18n, search.title).to_owned(),
        query => t_string!(i18n, search.results, query = query),
    };
    let heading = (move || t_string!(i18n, search.title)).into_any();
    let label = move || t_string!(i18n, search.field);
    let shown =
        move |found: Signal<Found>| view! { <Results found kind=kind words=words/> }.into_any();
    view! {
        <div class="content">
            <PageHead title heading/>
            <form class="toolbar" role="search" aria-label=label on:submit=move |event| event.prevent_default()>
                <div class="grow">
                    <TextInput
                        name="q"
                        label
                        value=typed
                        kind="search"
                        placeholder=Signal::derive(move || Some(label().to_owned()))
                    />
                </div>
            </form>
            <Tabs tabs=tabs.to_vec()/>
            <CountTold loading=found.loading total=Signal::derive(move || counted(kind.get()))/>
            <Async load=found lines=8 view=shown/>
        </div>
    }
    .into_any()
}

#[component]
fn Results(
    found: Signal<Found>,
    #[prop(into)] kind: Signal<SearchKind>,
    #[prop(into)] words: Signal<String>,
) -> impl IntoView {
    let place = use_place();
    // Of the kind that is shown: the next answer is on its way while the tab has changed already.
    let shown = Memo::new(move |_| {
        found.with(|found| match kind.get() {
            SearchKind::Projects => found.projects.list.len(),
            SearchKind::Datasets => found.datasets.list.len(),
            SearchKind::Users => found.users.list.len(),
        })
    });
    let pages = Signal::derive(move || {
        let size = u64::from(Paging::default().limit());
        let total = found.with(|found| total(found, kind.get()));
        u32::try_from(total.div_ceil(size)).unwrap_or(u32::MAX)
    });
    let page = Signal::derive(move || place.page());
    let none = Memo::new(move |_| shown.get() == 0);
    move || {
        if none.get() {
            return view! { <Nothing found kind words/> }.into_any();
        }
        let href = move |page: u32| {
            untrack(|| place.with(&[("kind", word(kind.get())), ("page", &page.to_string())]))
        };
        let list = match kind.get() {
            SearchKind::Users => view! { <Users found/> }.into_any(),
            kind => view! { <Entities found kind/> }.into_any(),
        };
        view! {
            {list}
            <Pagination page pages href/>
        }
        .into_any()
    }
}

/// Why nothing is shown, and the way on.
#[component]
fn Nothing(found: Signal<Found>, kind: Signal<SearchKind>, words: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let here = move || found.with(|found| total(found, kind.get()));
    let elsewhere = move || {
        let other = KINDS
            .into_iter()
            .find(|other| found.with(|found| total(found, *other)) > 0)?;
        Some((other, found.with(|found| total(found, other))))
    };
    move || {
        if words.with(String::is_empty) {
            let title = move || t_string!(i18n, search.start);
            let text = move || t_string!(i18n, search.start_text);
            return view! { <EmptyState title text icon=icons::LuSearch/> }.into_any();
        }
        if here() > 0 {
            let title = move || t_string!(i18n, lists.past_end);
            let first = Signal::derive(move || place.with(&[("page", "")]));
            return view! {
                <EmptyState title text=move || "">
                    <LinkButton href=first look=Look::Main>
                        {move || t_string!(i18n, lists.first_page)}
                    </LinkButton>
                </EmptyState>
            }
            .into_any();
        }
        let title = move || t_string!(i18n, search.nothing);
        let Some((other, count)) = elsewhere() else {
            let text = move || t_string!(i18n, search.nothing_text);
            return view! { <EmptyState title text icon=icons::LuSearchX/> }.into_any();
        };
        let text = move || t_string!(i18n, search.nothing_here);
        let href = Signal::derive(move || place.with(&[("kind", word(other)), ("page", "")]));
        let name = move || match other {
            SearchKind::Projects => t_string!(i18n, search.projects),
            SearchKind::Datasets => t_string!(i18n, search.datasets),
            SearchKind::Users => t_string!(i18n, search.users),
        };
        view! {
            <EmptyState title text icon=icons::LuSearchX>
                <LinkButton href look=Look::Main>
                    {name} " (" {format::number(count)} ")"
                </LinkButton>
            </EmptyState>
        }
        .into_any()
    }
}

#[component]
fn Entities(found: Signal<Found>, kind: SearchKind) -> impl IntoView {
    let i18n = use_i18n();
    let datasets = kind == SearchKind::Datasets;
    let caption = move || match datasets {
        true => t_string!(i18n, search.datasets),
        false => t_string!(i18n, search.projects),
    };
    let columns = vec![
        Column::new(move || t_string!(i18n, search.name)),
        Column::new(move || t_string!(i18n, search.visibility)),
        Column::new(move || t_string!(i18n, search.updated)),
    ];
    let list = move || {
        found.with(|found| match datasets {
            true => found.datasets.list.clone(),
            false => found.projects.list.clone(),
        })
    };
    let key = |entity: &FoundEntity| {
        (
            entity.owner.clone(),
            entity.name.clone(),
            entity.date_updated,
        )
    };
    view! {
        <Table caption columns>
            <For each=list key let:entity>
                <tr>
                    <td class="cell-main">
                        <a href=match datasets {
                            true => Route::dataset(&entity.owner, &entity.name).href(),
                            false => Route::project(&entity.owner, &entity.name).href(),
                        }>{format!("{} / {}", entity.owner, entity.name)}</a>
                        <span class="cell-sub cell-clip">
                            <bdi>{entity.description}</bdi>
                        </span>
                    </td>
                    <td>
                        <Visibility private=entity.permission != 0/>
                    </td>
                    <td data-label=move || t_string!(i18n, search.updated)>
                        <TimeAgo time=Signal::stored(entity.date_updated)/>
                    </td>
                </tr>
            </For>
        </Table>
    }
}

#[component]
fn Users(found: Signal<Found>) -> impl IntoView {
    let i18n = use_i18n();
    let columns = vec![
        Column::new(move || t_string!(i18n, search.name)),
        Column::new(move || t_string!(i18n, search.about)),
    ];
    let list = move || found.with(|found| found.users.list.clone());
    let key = |user: &FoundUser| (user.username.clone(), user.avatar.clone());
    view! {
        <Table caption=move || t_string!(i18n, search.users) columns>
            <For each=list key let:user>
                <tr>
                    <td class="cell-main">
                        <span class="found-user">
                            <Avatar
                                name=Signal::stored(user.username.clone())
                                picture=Signal::stored(settings::picture(&user.username, user.avatar.as_deref()))
                            />
                            <a href=Route::user(&user.username).href()>{user.username.clone()}</a>
                            <bdi class="muted">{format::visible(&user.display_name)}</bdi>
                        </span>
                    </td>
                    <td class="cell-clip">
                        <bdi>{user.bio}</bdi>
                    </td>
                </tr>
            </For>
        </Table>
    }
}
