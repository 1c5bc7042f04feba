//! The tasks of a project.

use crate::components::entity::{EntityContext, Tab, use_entity};
use crate::components::task_list::TaskList;
use crate::i18n::*;
use crate::ui::{EmptyState, LinkButton, Look, icons};
use api::task::TaskQuery;
use leptos::prelude::*;

/// The list.
#[component]
pub(super) fn Tasks() -> impl IntoView {
    let EntityContext { entity, mine, .. } = use_entity();
    let scope = Memo::new(move |_| TaskQuery {
        project: Some(entity.with(|entity| entity.id.clone())),
        ..TaskQuery::default()
    });
    view! { <TaskList scope mine empty=|| view! { <NoTask/> }/> }
}

#[component]
fn NoTask() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, mine, .. } = use_entity();
    let ready = Memo::new(move |_| entity.with(|entity| entity.latest.is_some()));
    let title = move || t_string!(i18n, entity.tasks.empty);
    let text = move || match (mine.get(), ready.get()) {
        (false, _) => t_string!(i18n, entity.tasks.empty_stranger),
        (true, false) => t_string!(i18n, entity.new_task_later),
        (true, true) => t_string!(i18n, entity.tasks.empty_text),
    };
    let way_on = move || {
        let href = move |tab| entity.with(|entity| entity.route(tab).href());
        match (mine.get(), ready.get()) {
            (false, _) => view! {
                <LinkButton href=href(Tab::Overview)>{t!(i18n, entity.tabs.overview)}</LinkButton>
            }
            .into_any(),
            (true, false) => view! {
                <LinkButton look=Look::Main icon=icons::LuUpload href=href(Tab::Upload)>
                    {t!(i18n, entity.versions.upload)}
                </LinkButton>
            }
            .into_any(),
            (true, true) => view! {
                <LinkButton look=Look::Main icon=icons::LuPlay href=href(Tab::Run)>
                    {t!(i18n, entity.new_task)}
                </LinkButton>
            }
            .into_any(),
        }
    };
    view! { <EmptyState icon=icons::LuListChecks title=title text=text>{way_on}</EmptyState> }
}
