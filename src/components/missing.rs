//! What stands in the place of something that is not there, or that the reader may not know of.

use crate::i18n::*;
use crate::paths::{self, Route};
use crate::place::use_place;
use crate::session::use_session;
use crate::ui::{EmptyState, LinkButton, Look, icons};
use leptos::prelude::*;

/// There is no such thing, or none that the reader may know of: the ways on are what is public, and signing in for who
/// is not.
#[component]
pub fn Missing(
    /// What is not there.
    #[prop(into)]
    title: TextProp,
    /// Why that may be.
    #[prop(into)]
    text: TextProp,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let place = use_place();
    view! {
        <EmptyState icon=icons::LuSearchX title text>
            <LinkButton href=Route::Explore.href()>
                {move || t_string!(i18n, common.explore_public)}
            </LinkButton>
            <Show when=move || session.name().is_none()>
                <LinkButton look=Look::Main href=move || paths::login_then(&place.here())>
                    {move || t_string!(i18n, common.sign_in)}
                </LinkButton>
            </Show>
        </EmptyState>
    }
}
