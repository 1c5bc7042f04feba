//! A short word of its own: a tag, a filter that holds.

use super::icon::{Icon, icons};
use crate::i18n::{t_string, use_i18n};
use leptos::prelude::*;

/// A word in a frame, which may lead somewhere and may be taken away.
#[component]
pub fn Chip(
    /// The word.
    #[prop(into)]
    label: TextProp,
    /// Where it leads.
    #[prop(optional, into)]
    href: Option<Signal<String>>,
    /// Takes it away; without it there is no button for that.
    #[prop(optional, into)]
    on_remove: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let word = label.clone();
    let word = match href {
        Some(href) => view! {
            <a class="chip-word" href=move || href.get()>
                {move || word.get()}
            </a>
        }
        .into_any(),
        None => view! { <span class="chip-word">{move || word.get()}</span> }.into_any(),
    };
    let remove = on_remove.map(|on_remove| {
        let name = StoredValue::new(label);
        let words = move || t_string!(i18n, ui.remove, name = name.with_value(TextProp::get));
        view! {
            <button type="button" class="chip-remove" aria-label=words title=words on:click=move |_| on_remove.run(())>
                <Icon icon=icons::LuX/>
            </button>
        }
    });
    view! { <span class="chip">{word} {remove}</span> }
}
