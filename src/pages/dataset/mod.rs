//! A dataset: overview, files, versions, tasks, forks, discussion, guide, settings and upload.

use crate::components::discussion::Discussion;
use crate::components::entity::{
    EntityPage, Files, Forks, Guide, Kind, MountingTasks, Overview, OwnerOnly, Settings, Tab,
    UploadPage, Versions,
};
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
    let page = Signal::derive(move || place.page());
    let part = move || match tab.get() {
        Tab::Files => view! { <Files/> }.into_any(),
        Tab::Versions => view! { <Versions page=page/> }.into_any(),
        Tab::Tasks => view! { <MountingTasks/> }.into_any(),
        Tab::Forks => view! { <Forks/> }.into_any(),
        Tab::Discussion => view! { <Discussion page/> }.into_any(),
        Tab::Guide => view! { <Guide/> }.into_any(),
        Tab::Settings => view! { <OwnerOnly><Settings/></OwnerOnly> }.into_any(),
        Tab::Upload => view! { <OwnerOnly><UploadPage/></OwnerOnly> }.into_any(),
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
