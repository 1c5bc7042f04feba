//! A project: overview, files, preview, versions, tasks, forks, discussion, guide, settings, upload and new task.

mod tasks;

use crate::components::entity::{EntityPage, Guide, Kind, Overview, OwnerOnly, Tab};
use crate::components::lazy::{self, Part};
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
    let part = move || match tab.get() {
        Tab::Overview => view! { <Overview/> }.into_any(),
        Tab::Guide => view! { <Guide/> }.into_any(),
        Tab::Files => lazy::part(Part::Files),
        Tab::Versions => lazy::part(Part::Versions),
        Tab::Tasks => lazy::part(Part::Tasks),
        Tab::Preview => lazy::part(Part::Preview),
        Tab::Forks => lazy::part(Part::Forks),
        Tab::Discussion => lazy::part(Part::Discussion),
        Tab::Settings => lazy::part(Part::Settings),
        Tab::Upload => lazy::part(Part::Upload),
        Tab::Run => lazy::part(Part::Run),
    };
    view! { <EntityPage kind=Kind::Project user=user name=name tab=tab part=part/> }.into_any()
}

/// Its tasks, in a chunk of their own.
pub fn tasks() -> AnyView {
    view! { <Tasks/> }.into_any()
}

/// The form of a new task, in a chunk of its own.
pub fn run() -> AnyView {
    view! { <OwnerOnly><RunForm/></OwnerOnly> }.into_any()
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
