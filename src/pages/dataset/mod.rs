//! A dataset: overview, files, versions, tasks, forks, discussion, guide, settings and upload.

use crate::components::entity::{EntityPage, Guide, Kind, Overview, Tab};
use crate::components::lazy::{self, Part};
use crate::paths::{DatasetTab, Route};
use crate::place::use_place;
use leptos::prelude::*;

/// The page.
pub fn page(route: Route) -> AnyView {
    let Route::Dataset { user, name, .. } = route else {
        return ().into_any();
    };
    let place = use_place();
    let tab = Memo::new(move |last| {
        place.route.with(|route| match route {
            Some(Route::Dataset { tab, .. }) => tab_of(tab),
            // On the way to another page.
            _ => last.copied().unwrap_or(Tab::Overview),
        })
    });
    let part = move || match tab.get() {
        Tab::Guide => view! { <Guide/> }.into_any(),
        Tab::Files => lazy::part(Part::Files),
        Tab::Versions => lazy::part(Part::Versions),
        Tab::Tasks => lazy::part(Part::Mounting),
        Tab::Forks => lazy::part(Part::Forks),
        Tab::Discussion => lazy::part(Part::Discussion),
        Tab::Settings => lazy::part(Part::Settings),
        Tab::Upload => lazy::part(Part::Upload),
        // Datasets are not run; no address leads to the last two.
        Tab::Overview | Tab::Preview | Tab::Run => view! { <Overview/> }.into_any(),
    };
    view! { <EntityPage kind=Kind::Dataset user=user name=name tab=tab part=part/> }.into_any()
}

fn tab_of(tab: &DatasetTab) -> Tab {
    match tab {
        DatasetTab::Overview => Tab::Overview,
        DatasetTab::Files { .. } => Tab::Files,
        DatasetTab::Versions => Tab::Versions,
        DatasetTab::Tasks => Tab::Tasks,
        DatasetTab::Forks => Tab::Forks,
        DatasetTab::Discussion => Tab::Discussion,
        DatasetTab::Guide => Tab::Guide,
        DatasetTab::Settings => Tab::Settings,
        DatasetTab::Upload => Tab::Upload,
    }
}
