//! A word with an icon: states and kinds.

use super::icon::{Icon, icons};
use leptos::prelude::*;

/// The colour of a badge. Colour never stands alone: icon and word say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// No state.
    #[default]
    Muted,
    /// Done well.
    Ok,
    /// Under way.
    Info,
    /// To be looked at.
    Warn,
    /// Failed.
    Bad,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Muted => "tone-neutral",
            Self::Ok => "tone-ok",
            Self::Info => "tone-info",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
        }
    }

    /// The classes of a piece of this tone.
    pub fn class_of(self, piece: &str) -> String {
        format!("{piece} {}", self.class())
    }
}

/// A word with an icon.
#[component]
pub fn Badge(
    /// The word.
    #[prop(into)]
    label: TextProp,
    /// The icon.
    #[prop(into)]
    icon: Signal<icons::Icon>,
    /// The colour.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// The icon turns: something is under way.
    #[prop(optional, into)]
    turning: Signal<bool>,
) -> impl IntoView {
    view! {
        <span class=move || tone.get().class_of("badge") class:badge-turning=move || turning.get()>
            <Icon icon/>
            <span>{move || label.get()}</span>
        </span>
    }
}
