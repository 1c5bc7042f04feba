//! Icons: one set (Lucide), linked one by one.

use leptos::prelude::*;

/// The icons of the set. Only those that are named end up in the page.
pub use icondata as icons;

/// An icon beside words that say the same: screen readers pass over it.
#[component]
pub fn Icon(
    /// One of [`icons`].
    #[prop(into)]
    icon: Signal<icons::Icon>,
) -> impl IntoView {
    view! {
        <span class="icon" aria-hidden="true">
            <leptos_icons::Icon icon/>
        </span>
    }
}
