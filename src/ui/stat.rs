//! A figure with its name.

use leptos::prelude::*;

/// A figure with its name above it and a note below it. Several stand side by side in an element of class `stats`.
#[component]
pub fn Stat(
    /// What is counted or measured.
    #[prop(into)]
    label: TextProp,
    /// The figure with its unit.
    #[prop(into)]
    value: TextProp,
    /// More about it, for example of how many, or until when.
    #[prop(optional, into)]
    note: Option<TextProp>,
    /// A bar or a link below it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <dl class="stat">
            <dt>{move || label.get()}</dt>
            <dd class="stat-value">{move || value.get()}</dd>
            {note.map(|note| view! { <dd class="stat-note">{move || note.get()}</dd> })}
            {children.map(|children| view! { <dd class="stat-more">{children()}</dd> })}
        </dl>
    }
}
