//! Public projects and datasets of everybody.

use crate::components::entity_list::{EntityList, Listed, Whose};
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{PageHead, Tab, Tabs};
use leptos::prelude::*;

/// The page.
pub fn page(_route: Route) -> AnyView {
    let i18n = use_i18n();
    let place = use_place();
    let datasets = Memo::new(move |_| place.value("tab") == "datasets");
    let tabs = vec![
        Tab::new(
            move || t_string!(i18n, lists.projects),
            Route::Explore.href(),
            move || !datasets.get(),
        ),
        Tab::new(
            move || t_string!(i18n, lists.datasets),
            Route::Explore.with(&[("tab", "datasets")]),
            move || datasets.get(),
        ),
    ];
    let whose = Signal::stored(Whose::Everybody);
    view! {
        <div class="content">
            <PageHead title=move || t_string!(i18n, lists.explore_title)/>
            <Tabs tabs/>
            {move || {
                let listed = if datasets.get() { Listed::Datasets } else { Listed::Projects };
                view! { <EntityList listed whose/> }
            }}
        </div>
    }
    .into_any()
}
