//! Public projects and datasets of everybody.

use crate::client::{datasets, projects};
use crate::components::entity_list::{EntityList, Listed, PopularTags, Whose, asked};
use crate::components::load::load;
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{PageHead, Tab, Tabs};
use api::event::{Action, Kind};
use api::project::EntityQuery;
use futures::future::try_join;
use leptos::prelude::*;

/// The page.
pub fn page(_route: Route) -> AnyView {
    let i18n = use_i18n();
    let place = use_place();
    let on_datasets = Memo::new(move |_| place.value("tab") == "datasets");
    let whose = Signal::stored(Whose::Everybody);
    // How many there are of each kind for what is searched for: the other tab may have what this one has not.
    let query = move |listed| EntityQuery {
        page: None,
        page_size: Some(1),
        sort: None,
        ..asked(place, listed, &Whose::Everybody)
    };
    // Memos: another page or order of the list changes no count.
    let of_projects = Memo::new(move |_| query(Listed::Projects));
    let of_datasets = Memo::new(move |_| query(Listed::Datasets));
    let counts = load(move || {
        let (of_projects, of_datasets) = (of_projects.get(), of_datasets.get());
        async move {
            let (projects, datasets) =
                try_join(projects::list(&of_projects), datasets::list(&of_datasets)).await?;
            Ok((projects.total, datasets.total))
        }
    })
    .live(|change| {
        matches!(change.kind, Kind::Project | Kind::Dataset) && change.action != Action::Changed
    });
    // What both have in common goes along to the other tab.
    let search = Memo::new(move |_| (place.value("q"), place.value("tags"), place.value("sort")));
    let href = move |tab: &'static str| {
        Signal::derive(move || {
            let (q, tags, sort) = search.get();
            Route::Explore.with(&[("tab", tab), ("q", &q), ("tags", &tags), ("sort", &sort)])
        })
    };
    let tabs = vec![
        Tab::new(
            move || t_string!(i18n, lists.projects),
            href(""),
            move || !on_datasets.get(),
        )
        .counted(move || counts.data.get().map(|(projects, _)| projects)),
        Tab::new(
            move || t_string!(i18n, lists.datasets),
            href("datasets"),
            move || on_datasets.get(),
        )
        .counted(move || counts.data.get().map(|(_, datasets)| datasets)),
    ];
    view! {
        <div class="content">
            <PageHead title=move || t_string!(i18n, lists.explore_title)/>
            <Tabs tabs/>
            {move || {
                let listed = if on_datasets.get() { Listed::Datasets } else { Listed::Projects };
                view! {
                    <PopularTags listed/>
                    <EntityList listed whose/>
                }
            }}
        </div>
    }
    .into_any()
}
