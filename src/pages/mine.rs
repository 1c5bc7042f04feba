//! One's own projects and datasets; one's own tasks.

use crate::components::entity_list::{CreateLink, EntityList, Listed, Whose};
use crate::components::user_tasks::UserTasks;
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::session::use_session;
use crate::ui::{Look, PageHead};
use leptos::prelude::*;

/// The page of one's own projects or datasets.
pub fn page(route: Route) -> AnyView {
    let i18n = use_i18n();
    let session = use_session();
    let name = Signal::derive(move || session.name().unwrap_or_default());
    let whose = Signal::derive(move || Whose::Own(name.get()));
    let entities = |listed| {
        let title = move || match listed {
            Listed::Projects => t_string!(i18n, lists.my_projects),
            Listed::Datasets => t_string!(i18n, lists.my_datasets),
        };
        let actions = view! { <CreateLink listed look=Look::Main/> }.into_any();
        view! {
            <PageHead title actions/>
            <EntityList listed whose/>
        }
        .into_any()
    };
    let content = match route {
        Route::Datasets => entities(Listed::Datasets),
        _ => entities(Listed::Projects),
    };
    view! { <div class="content">{content}</div> }.into_any()
}

/// The page of one's own tasks.
pub fn tasks() -> AnyView {
    let i18n = use_i18n();
    let session = use_session();
    let whose = Signal::derive(move || Whose::Own(session.name().unwrap_or_default()));
    view! {
        <div class="content">
            <PageHead title=move || t_string!(i18n, lists.my_tasks)/>
            <UserTasks whose/>
        </div>
    }
    .into_any()
}
