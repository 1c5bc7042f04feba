//! The first thing to see of a project or dataset: what it is and how to get at it, or how to begin.

use super::begin::Begin;
use super::facts::Facts;
use super::readme::ReadmeView;
use super::{EntityContext, use_entity};
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
                    Some((version, id)) => view! { <ReadmeView version=version id=id/> }.into_any(),
                    None => view! { <Begin/> }.into_any(),
                }}
            </div>
            <Facts/>
        </div>
    }
}
