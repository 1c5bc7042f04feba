//! The stages of something in one thin row.

use leptos::prelude::*;

/// How a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Passed.
    Done,
    /// Under way.
    Now,
    /// Not reached yet.
    Ahead,
    /// Never reached.
    Skipped,
    /// It ended badly here.
    Failed,
}

impl Standing {
    fn class(self) -> &'static str {
        match self {
            Self::Done => "timeline-step timeline-done",
            Self::Now => "timeline-step timeline-now",
            Self::Ahead => "timeline-step",
            Self::Skipped => "timeline-step timeline-skipped",
            Self::Failed => "timeline-step timeline-failed",
        }
    }
}

/// A row of [`TimelineStep`]s; a column under 720 px.
#[component]
pub fn Timeline(
    /// Whose stages these are.
    #[prop(into)]
    label: TextProp,
    /// The steps.
    children: Children,
) -> impl IntoView {
    view! {
        <ol class="timeline" aria-label=move || label.get()>
            {children()}
        </ol>
    }
}

/// A stage.
#[component]
pub fn TimelineStep(
    /// What it is called.
    #[prop(into)]
    name: TextProp,
    /// How it stands.
    #[prop(into)]
    standing: Signal<Standing>,
    /// The same in words, for those who see no colours.
    #[prop(into)]
    stands: TextProp,
    /// When it was reached and how long it took; the class `timeline-took` stands out.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <li
            class=move || standing.get().class()
            aria-current=move || (standing.get() == Standing::Now).then_some("step")
        >
            <span class="timeline-mark" aria-hidden="true"></span>
            <span class="timeline-name">
                {move || name.get()}
                <span class="sr-only">", " {move || stands.get()}</span>
            </span>
            {children.map(|children| view! { <span class="timeline-facts">{children()}</span> })}
        </li>
    }
}
