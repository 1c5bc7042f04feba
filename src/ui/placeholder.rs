//! What stands where nothing is yet: while loading, and when there is nothing.

use super::icon::{Icon, icons};
use crate::i18n::{t_string, use_i18n};
use leptos::prelude::*;

/// Grey lines of the size of what is coming, so that nothing moves when it comes.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 3)]
    lines: usize,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="skeleton" role="status">
            <span class="sr-only">{move || t_string!(i18n, common.loading)}</span>
            {(0..lines).map(|_| view! { <div class="skeleton-line"></div> }).collect_view()}
        </div>
    }
}

/// Why there is nothing, and one way on.
#[component]
pub fn EmptyState(
    /// What there is none of.
    #[prop(into)]
    title: TextProp,
    /// Why, and what one could do.
    #[prop(into)]
    text: TextProp,
    /// An icon for what there is none of.
    #[prop(default = icons::LuInbox)]
    icon: icons::Icon,
    /// The way on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon icon/>
            <p class="empty-title">{move || title.get()}</p>
            <p class="empty-text">{move || text.get()}</p>
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}
