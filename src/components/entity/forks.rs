//! What was forked from a project or dataset.

use super::{EntityContext, Kind, use_entity};
use crate::components::entity_list::{EntityList, Listed, Whose};
use leptos::prelude::*;

/// The list of forks that the reader may see.
#[component]
pub fn Forks() -> impl IntoView {
    let EntityContext { entity, .. } = use_entity();
    let listed = match entity.with_untracked(|entity| entity.kind) {
        Kind::Project => Listed::Projects,
        Kind::Dataset => Listed::Datasets,
    };
    let id = Memo::new(move |_| entity.with(|entity| entity.id.clone()));
    view! { <EntityList listed whose=Signal::derive(move || Whose::ForksOf(id.get()))/> }
}
