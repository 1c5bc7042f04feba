//! What a user has starred.

use crate::components::entity_list::{EntityList, Listed, Whose};
use crate::i18n::{t_string, use_i18n};
use crate::place::use_place;
use crate::ui::{Choice, Segmented};
use leptos::prelude::*;

/// Starred projects, or starred datasets, as the query's `kind` says.
#[component]
pub(super) fn Favourites(
    /// Whose they are.
    user: Memo<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let kind = Memo::new(move |_| match place.value("kind").as_str() {
        "datasets" => Listed::Datasets,
        _ => Listed::Projects,
    });
    let value = Signal::derive(move || match kind.get() {
        Listed::Projects => String::new(),
        Listed::Datasets => "datasets".to_owned(),
    });
    let choices = vec![
        Choice::new("", move || t_string!(i18n, lists.projects)),
        Choice::new("datasets", move || t_string!(i18n, lists.datasets)),
    ];
    let choose = move |kind: String| {
        untrack(|| place.go(&place.with(&[("kind", &kind), ("page", "")])));
    };
    let whose = Signal::derive(move || Whose::StarredBy(user.get()));
    view! {
        <div class="favourites-kind">
            <Segmented
                name="kind"
                label=move || t_string!(i18n, social.favourites)
                choices
                value
                on_change=choose
            />
        </div>
        {move || view! { <EntityList listed=kind.get() whose/> }}
    }
}
