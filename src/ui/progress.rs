//! How far something is.

use leptos::prelude::*;

/// A bar; without a value it says that something is under way.
#[component]
pub fn Progress(
    /// From 0 to 1; none when it cannot be known.
    #[prop(into)]
    value: Signal<Option<f64>>,
    /// What is under way.
    #[prop(into)]
    label: TextProp,
) -> impl IntoView {
    view! {
        <progress
            class="progress"
            max="1"
            aria-label=move || label.get()
            value=move || value.get().map(|value| format!("{:.4}", value.clamp(0.0, 1.0)))
        ></progress>
    }
}
