//! How a task stands: icon, word and colour.

use crate::components::task_words;
use crate::i18n::use_i18n;
use crate::ui::{Badge, Tone, icons};
use api::task::TaskState;
use leptos::prelude::*;

/// The mark of a task's state.
#[component]
pub fn TaskBadge(
    /// The state.
    #[prop(into)]
    state: Signal<TaskState>,
) -> impl IntoView {
    let i18n = use_i18n();
    let tone = Signal::derive(move || match state.get() {
        TaskState::Waiting | TaskState::Stopped => Tone::Muted,
        TaskState::Running => Tone::Info,
        TaskState::Success => Tone::Ok,
        TaskState::Failed => Tone::Bad,
    });
    let icon = Signal::derive(move || match state.get() {
        TaskState::Waiting => icons::LuCircle,
        TaskState::Running => icons::LuLoaderCircle,
        TaskState::Success => icons::LuCheck,
        TaskState::Failed => icons::LuX,
        TaskState::Stopped => icons::LuSquare,
    });
    let turning = Signal::derive(move || state.get() == TaskState::Running);
    let label = move || task_words::state(i18n, state.get());
    view! { <Badge label icon tone turning/> }
}
