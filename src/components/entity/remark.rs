//! A version's remark, edited in place.

use crate::client::modules;
use crate::client::words::{reason_words, words};
use crate::components::submit::Submit;
use crate::i18n::*;
use crate::ui::{IconButton, icons, is_composing, use_toasts};
use api::module::Module;
use api::name::check_description;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The remark; its owner changes it in place: Enter saves, Esc leaves it as it was.
#[component]
pub(super) fn Remark(
    /// The version.
    module: Signal<Module>,
    /// Whether the reader may change it.
    mine: Signal<bool>,
    /// After it has been saved.
    #[prop(into)]
    on_saved: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let editing = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let submit = Submit::new(&[]);
    let cell = NodeRef::<html::Div>::new();

    let focus = move |selector: &'static str| {
        request_animation_frame(move || {
            let found = cell
                .get_untracked()
                .and_then(|cell| cell.query_selector(selector).ok().flatten());
            if let Some(element) =
                found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok())
            {
                // An element that has left the page meanwhile does not take the focus.
                let _ = element.focus();
            }
        });
    };
    let begin = move |()| {
        typed.set(module.with_untracked(|module| module.description.clone()));
        submit.mend();
        editing.set(true);
        focus("input");
    };
    let end = move || {
        editing.set(false);
        focus("button");
    };
    let save = move || {
        let text = typed.get_untracked().trim().to_owned();
        let (id, same) =
            module.with_untracked(|module| (module.id.clone(), module.description == text));
        if check_description(&text).is_err() {
            return;
        }
        if same {
            return end();
        }
        submit.run(
            async move { modules::describe(&id, &text).await },
            move |()| {
                toasts.say(untrack(|| t_string!(i18n, entity.versions.remark_saved)));
                on_saved.run(());
                end();
            },
        );
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        _ if is_composing(&event) => {}
        "Enter" => {
            event.prevent_default();
            save();
        }
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            end();
        }
        _ => {}
    };
    let fault = move || {
        let locale = i18n.get_locale();
        match typed.with(|text| check_description(text)) {
            Err(reason) => Some(reason_words(reason, locale)),
            Ok(()) => submit.error.get().map(|error| words(&error, locale)),
        }
    };
    let edit_label = move || {
        let version = module.with(|module| module.version);
        t_string!(i18n, entity.versions.edit_remark, version = version).to_string()
    };
    let save_label = move || t_string!(i18n, common.save).to_string();
    let cancel_label = move || t_string!(i18n, common.cancel).to_string();
    view! {
        <div class="remark" node_ref=cell>
            <Show
                when=move || editing.get()
                fallback=move || {
                    view! {
                        <span class="remark-text">{move || module.with(|module| module.description.clone())}</span>
                        <Show when=move || mine.get()>
                            <IconButton icon=icons::LuPencil label=edit_label on_click=begin/>
                        </Show>
                    }
                }
            >
                <input
                    class="input"
                    aria-label=edit_label
                    aria-invalid=move || fault().map(|_| "true")
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=on_key
                />
                <IconButton icon=icons::LuCheck label=save_label on_click=move |()| save()/>
                <IconButton icon=icons::LuX label=cancel_label on_click=move |()| end()/>
                <p class="field-note" role="alert">
                    {move || fault().map(|text| view! { <span class="field-error">{text}</span> })}
                </p>
            </Show>
        </div>
    }
}
