//! The first thing to see of a project or dataset: what it is and how to get at it, or how to begin.

use super::facts::Facts;
use super::{EntityContext, use_entity};
use crate::components::lazy::{self, Part};
use leptos::prelude::*;

/// README and facts, or the two ways to begin.
#[component]
pub fn Overview() -> impl IntoView {
    let EntityContext { entity, .. } = use_entity();
    let newest = Memo::new(move |_| entity.with(|entity| entity.newest()));
    view! {
        <div class="columns">
            <div class="entity-main">
                {move || match newest.get() {
                    Some(_) => lazy::part(Part::Readme),
                    None => lazy::part(Part::Begin),
                }}
            </div>
            <Facts/>
        </div>
    }
}
