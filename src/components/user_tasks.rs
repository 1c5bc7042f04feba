//! The tasks of a user, with search, state and pages. The URL holds all of it.

use crate::components::entity_list::Whose;
use crate::components::list_tools::{ListTools, NothingFound};
use crate::components::task_table::TaskList;
use crate::components::task_words;
use crate::i18n::*;
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{Choice, EmptyState, LinkButton, icons};
use api::task::{TaskQuery, TaskState};
use leptos::prelude::*;

/// The states by which a list can be filtered, as the query spells them.
const STATES: [(&str, TaskState); 5] = [
    ("running", TaskState::Running),
    ("waiting", TaskState::Waiting),
    ("success", TaskState::Success),
    ("failed", TaskState::Failed),
    ("stopped", TaskState::Stopped),
];

fn state_of(text: &str) -> Option<TaskState> {
    let found = STATES.iter().find(|(word, _)| *word == text);
    found.map(|(_, state)| *state)
}

/// The tasks of a user that the reader may see, newest first.
#[component]
pub fn UserTasks(
    /// Whose they are.
    whose: Signal<Whose>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let query = Memo::new(move |_| TaskQuery {
        user: whose.with(Whose::user),
        state: api::task::Several(state_of(&place.value("state")).into_iter().collect()),
        q: Some(place.value("q")).filter(|q| !q.is_empty()),
        page: Some(place.page()).filter(|page| *page > 1),
        ..TaskQuery::default()
    });
    let choices = Signal::derive(move || {
        let all = Choice::new("", t_string!(i18n, lists.all_states));
        let states = STATES.map(|(word, state)| Choice::new(word, task_words::state(i18n, state)));
        std::iter::once(all).chain(states).collect::<Vec<_>>()
    });
    let page_href = move |page: u32| untrack(|| place.with(&[("page", &page.to_string())]));
    let empty = move || {
        let filtered = query.with(|query| query.q.is_some() || !query.state.is_empty());
        match filtered {
            true => view! { <NothingFound total=0 filters=&["q", "state"]/> }.into_any(),
            false => view! { <NothingYet whose/> }.into_any(),
        }
    };
    view! {
        <ListTools
            search=move || t_string!(i18n, lists.search_tasks)
            choice=move || t_string!(i18n, lists.state)
            key="state"
            choices
        />
        <TaskList query page_href empty/>
    }
}

#[component]
fn NothingYet(whose: Signal<Whose>) -> impl IntoView {
    let i18n = use_i18n();
    let own = Memo::new(move |_| whose.with(|whose| matches!(whose, Whose::Own(_))));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_can_be_asked_for() {
        for (word, state) in STATES {
            assert_eq!(state_of(word), Some(state));
        }
        assert_eq!((state_of(""), state_of("solar")), (None, None));
    }
}
