//! A project: overview, files, preview, versions, tasks, forks, discussion, guide, settings, upload and new task.

mod tasks;

use crate::components::discussion::Discussion;
use crate::components::entity::{
    EntityPage, Files, Forks, Guide, Kind, Overview, OwnerOnly, Preview, Settings, Tab, UploadPage,
    Versions,
};
use crate::pages::run::RunForm;
use crate::paths::{ProjectTab, Route};
use crate::place::use_place;
use leptos::prelude::*;
use tasks::Tasks;

/// The page.
pub fn page(route: Route) -> AnyView {
    let Route::Project { user, name, .. } = route else {
        return ().into_any();
    };
    let place = use_place();
    let tab = Memo::new(move |last| {
        place.route.with(|route| match route {
            Some(Route::Project { tab, .. }) => tab_of(tab),
            // On the way to another page.
            _ => last.copied().unwrap_or(Tab::Overview),
        })
    });
    let page = Signal::derive(move || place.page());
    let part = move || match tab.get() {
        Tab::Overview => view! { <Overview/> }.into_any(),
        Tab::Files => view! { <Files/> }.into_any(),
        Tab::Versions => view! { <Versions page=page/> }.into_any(),
        Tab::Tasks => view! { <Tasks/> }.into_any(),
        Tab::Preview => view! { <Preview/> }.into_any(),
        Tab::Forks => view! { <Forks/> }.into_any(),
        Tab::Discussion => view! { <Discussion page/> }.into_any(),
        Tab::Guide => view! { <Guide/> }.into_any(),
        Tab::Settings => view! { <OwnerOnly><Settings/></OwnerOnly> }.into_any(),
        Tab::Upload => view! { <OwnerOnly><UploadPage/></OwnerOnly> }.into_any(),
        Tab::Run => view! { <OwnerOnly><RunForm/></OwnerOnly> }.into_any(),
    };
    view! { <EntityPage kind=Kind::Project user=user name=name tab=tab part=part/> }.into_any()
}

fn tab_of(tab: &ProjectTab) -> Tab {
    match tab {
        ProjectTab::Overview => Tab::Overview,
        ProjectTab::Files { .. } => Tab::Files,
        ProjectTab::Versions => Tab::Versions,
        ProjectTab::Forks => Tab::Forks,
        ProjectTab::Discussion => Tab::Discussion,
        ProjectTab::Tasks => Tab::Tasks,
        ProjectTab::Preview => Tab::Preview,
        ProjectTab::Guide => Tab::Guide,
        ProjectTab::Settings => Tab::Settings,
        ProjectTab::Upload => Tab::Upload,
        ProjectTab::Run => Tab::Run,
    }
}
