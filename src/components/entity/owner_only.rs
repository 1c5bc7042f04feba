//! What only the owner of a project or dataset may do.

use super::{EntityContext, Kind, Tab, use_entity};
use crate::i18n::*;
use crate::ui::{EmptyState, LinkButton, icons};
use leptos::prelude::*;

/// What only the owner may do; others are told so.
#[component]
pub fn OwnerOnly(
    /// Made for the owner only.
    children: ChildrenFn,
) -> impl IntoView {
    let EntityContext { mine, .. } = use_entity();
    let children = StoredValue::new(children);
    let mine = Memo::new(move |_| mine.get());
    move || match mine.get() {
        true => children.with_value(|children| children()),
        false => view! { <NotYours/> }.into_any(),
    }
}

#[component]
fn NotYours() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let title = move || t_string!(i18n, entity.not_yours.title).to_string();
    let text = move || {
        let (kind, owner) = entity.with(|entity| (entity.kind, entity.owner.clone()));
        match kind {
            Kind::Project => t_string!(i18n, entity.not_yours.project, owner = owner).to_string(),
            Kind::Dataset => t_string!(i18n, entity.not_yours.dataset, owner = owner).to_string(),
        }
    };
    view! {
        <EmptyState icon=icons::LuLock title=title text=text>
            <LinkButton href=move || entity.with(|entity| entity.route(Tab::Overview).href())>
                {t!(i18n, entity.not_yours.back)}
            </LinkButton>
        </EmptyState>
    }
}
