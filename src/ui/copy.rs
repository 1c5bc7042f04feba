//! Copying to the clipboard, with a confirmation.

use super::button::IconButton;
use super::icon::icons;
use super::toast::use_toasts;
use crate::i18n::{t_string, use_i18n};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

/// Milliseconds the confirmation stays.
const CONFIRMATION: u32 = 2000;

/// Copies a text; tells whether the browser allowed it. It refuses without a click, and on pages served without TLS
/// from another host.
pub async fn copy_text(text: &str) -> bool {
    let navigator = window().navigator();
    // `navigator.clipboard` is undefined outside secure contexts, and calling a method of undefined would abort.
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into());
    if !clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text))
        .await
        .is_ok()
}

/// Copies `text`; the icon confirms it, and it is announced.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// What that is, for example "Copy id"; "Copy" when left out.
    #[prop(optional, into)]
    label: Option<TextProp>,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let done = RwSignal::new(false);
    let words = move || match (&label, done.get()) {
        (_, true) => t_string!(i18n, common.copied).to_owned(),
        (Some(label), false) => label.get().to_string(),
        (None, false) => t_string!(i18n, common.copy).to_owned(),
    };
    let icon = Signal::derive(move || {
        if done.get() {
            icons::LuCheck
        } else {
            icons::LuCopy
        }
    });
    let copy = move |()| {
        spawn_local(async move {
            if !copy_text(&text.get_untracked()).await {
                toasts.fail(t_string!(i18n, common.copy_failed));
                return;
            }
            // The button may be gone by now, with its signal.
            if done.try_set(true).is_none() {
                TimeoutFuture::new(CONFIRMATION).await;
                done.try_set(false);
            }
        });
    };
    view! {
        <span class="copy-button" class:copy-done=move || done.get()>
            <IconButton label=words icon on_click=copy/>
            <span class="sr-only" aria-live="polite">
                {move || done.get().then(|| t_string!(i18n, common.copied))}
            </span>
        </span>
    }
}

/// A text in monospace with a button that copies it: ids, paths, commands.
#[component]
pub fn CopyField(
    /// What is shown and copied.
    #[prop(into)]
    text: Signal<String>,
    /// What that is, for example "Copy id".
    #[prop(optional, into)]
    label: Option<TextProp>,
) -> impl IntoView {
    view! {
        <span class="copy-field">
            <code class="copy-text">{move || text.get()}</code>
            <CopyButton text nostrip:label=label/>
        </span>
    }
}
