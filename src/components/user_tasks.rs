//! The tasks of a user.

use crate::components::entity_list::Whose;
use crate::components::task_list::TaskList;
use crate::i18n::*;
use crate::paths::Route;
use crate::ui::{EmptyState, LinkButton, icons};
use api::task::TaskQuery;
use leptos::prelude::*;

/// The tasks of a user that the reader may see.
#[component]
pub fn UserTasks(
    /// Whose they are.
    whose: Signal<Whose>,
) -> impl IntoView {
    let scope = Memo::new(move |_| TaskQuery {
        user: whose.with(Whose::user),
        ..TaskQuery::default()
    });
    let own = Memo::new(move |_| whose.with(|whose| matches!(whose, Whose::Own(_))));
    view! { <TaskList scope mine=own empty=move || view! { <NothingYet whose own/> }/> }
}

#[component]
fn NothingYet(whose: Signal<Whose>, own: Memo<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let text = move || match own.get() {
        true => t_string!(i18n, lists.no_tasks_own).to_owned(),
        false => {
            let user = whose.with(Whose::user).unwrap_or_default();
            t_string!(i18n, lists.no_tasks_other, user = user)
        }
    };
    view! {
        <EmptyState icon=icons::LuListChecks title=move || t_string!(i18n, lists.no_tasks) text>
            <Show when=move || own.get()>
                <LinkButton href=Route::Projects.href()>
                    {move || t_string!(i18n, lists.my_projects)}
                </LinkButton>
            </Show>
        </EmptyState>
    }
}
