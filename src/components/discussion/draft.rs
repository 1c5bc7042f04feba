//! What is being written, kept until it is sent or the tab is closed.

use crate::paths;
use crate::session::use_session;
use leptos::prelude::*;
use leptos::web_sys::Storage;

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// A text about the thing of this id, as the reader left it in this tab. It is kept whenever it changes.
pub(super) fn use_draft(id: &str) -> RwSignal<String> {
    let reader = untrack(|| use_session().uid()).unwrap_or_default();
    let key = format!("russell.comment.{reader}.{id}{}", paths::base());
    let kept = storage().and_then(|storage| storage.get_item(&key).ok().flatten());
    let text = RwSignal::new(kept.unwrap_or_default());
    Effect::watch(
        move || text.get(),
        move |text, _, _| {
            let Some(storage) = storage() else { return };
            // Full or forbidden storage costs the memory of a draft, nothing else.
            let _ = match text.is_empty() {
                true => storage.remove_item(&key),
                false => storage.set_item(&key, text),
            };
        },
        false,
    );
    text
}
