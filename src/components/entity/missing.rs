//! What stands in the place of a project or dataset that cannot be shown, or of what only its owner may do.

use super::{EntityContext, Kind, Tab, use_entity};
use crate::i18n::*;
use crate::paths::{self, Route};
use crate::place::use_place;
use crate::session::use_session;
use crate::ui::{EmptyState, LinkButton, Look, PageHead, icons};
use leptos::prelude::*;

/// There is no such project or dataset, or none that the reader may know of.
#[component]
pub fn Missing(
    /// Which of the two was asked for.
    kind: Kind,
    /// `owner/name`.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let place = use_place();
    let title = move || match kind {
        Kind::Project => t_string!(i18n, entity.missing.project, path = path.get()).to_string(),
        Kind::Dataset => t_string!(i18n, entity.missing.dataset, path = path.get()).to_string(),
    };
    let text = move || t_string!(i18n, entity.missing.text).to_string();
    view! {
        <PageHead title=title/>
        <EmptyState
            icon=icons::LuSearchX
            title=move || t_string!(i18n, entity.missing.title)
            text=text
        >
            <LinkButton href=Route::Explore.href()>{t!(i18n, entity.missing.explore)}</LinkButton>
            <Show when=move || session.name().is_none()>
                <LinkButton look=Look::Main href=move || paths::login_then(&place.here())>
                    {t!(i18n, entity.missing.sign_in)}
                </LinkButton>
            </Show>
        </EmptyState>
    }
}

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
