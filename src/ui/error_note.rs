//! An error where it happened: what, and what to do.

use super::button::Button;
use super::icon::{Icon, icons};
use crate::i18n::{t_string, use_i18n};
use leptos::prelude::*;

/// An error with an optional way to try again.
#[component]
pub fn ErrorNote(
    /// What happened and what to do.
    #[prop(into)]
    message: TextProp,
    /// Tries again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
    /// Something else to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="note tone-bad" role="alert">
            <Icon icon=icons::LuCircleAlert/>
            <div class="note-text">{move || message.get()}</div>
            {retry
                .map(|retry| {
                    view! {
                        <Button icon=icons::LuRotateCw on_click=retry>
                            {move || t_string!(i18n, common.retry)}
                        </Button>
                    }
                })}
            {children.map(|children| children())}
        </div>
    }
}
