//! A line of text that is changed where it stands: Enter keeps the change, Esc drops it.

use super::button::IconButton;
use super::icon::icons;
use super::keys::is_composing;
use crate::i18n::{t_string, use_i18n};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// A button beside a text, and the input that takes the text's place until the change is kept or dropped. The text is not
/// part of it: it may be a heading, which holds nothing to press.
#[component]
pub fn InlineEdit(
    /// The text as it stands.
    #[prop(into)]
    value: Signal<String>,
    /// What it is: the input's name.
    #[prop(into)]
    label: TextProp,
    /// What the button does.
    #[prop(into)]
    action: TextProp,
    /// Whether it is being changed, and the text not shown; set to false once a change was kept.
    open: RwSignal<bool>,
    /// A change is on its way.
    #[prop(into)]
    busy: Signal<bool>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Keeps the change.
    #[prop(into)]
    on_save: Callback<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let typed = RwSignal::new(String::new());
    let input = NodeRef::<html::Input>::new();
    let root = NodeRef::<html::Span>::new();
    let begin = move |()| {
        typed.set(value.get_untracked());
        open.set(true);
    };
    Effect::new(move |before: Option<bool>| {
        let open = open.get();
        if open {
            if let Some(input) = input.get() {
                // An input that cannot be focused is not worth an error.
                let _ = input.focus();
                input.select();
            }
        } else if before == Some(true) {
            request_animation_frame(move || {
                let root = root.try_get_untracked().flatten();
                let button = root.and_then(|root| root.query_selector("button").ok().flatten());
                if let Some(button) = button {
                    use leptos::wasm_bindgen::JsCast as _;
                    let _ = button
                        .unchecked_into::<leptos::web_sys::HtmlElement>()
                        .focus();
                }
            });
        }
        open
    });
    let save = move |()| {
        if !busy.get_untracked() {
            on_save.run(typed.get_untracked().trim().to_owned());
        }
    };
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if !is_composing(&event) => {
            event.prevent_default();
            save(());
        }
        "Escape" if !is_composing(&event) => {
            event.prevent_default();
            event.stop_propagation();
            open.set(false);
        }
        _ => {}
    };
    let label = StoredValue::new(label);
    let action = StoredValue::new(action);
    view! {
        <span class="inline-edit" node_ref=root>
            <Show
                when=move || open.get()
                fallback=move || {
                    view! {
                        <IconButton
                            label=move || action.with_value(|action| action.get().to_string())
                            icon=icons::LuPencil
                            on_click=begin
                        />
                    }
                }
            >
                <input
                    class="input"
                    type="text"
                    node_ref=input
                    aria-label=move || label.with_value(TextProp::get)
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby="inline-edit-error"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=keys
                />
                <IconButton
                    label=move || t_string!(i18n, common.save)
                    icon=icons::LuCheck
                    disabled=busy
                    on_click=save
                />
                <IconButton
                    label=move || t_string!(i18n, common.cancel)
                    icon=icons::LuX
                    on_click=move |()| open.set(false)
                />
                <span class="field-error" id="inline-edit-error" aria-live="polite">
                    {move || error.get()}
                </span>
            </Show>
        </span>
    }
}
