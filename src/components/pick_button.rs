//! The button that lets the browser ask for files or a folder.

use crate::ui::{Button, icons};
use crate::untyped::get;
use crate::uploads::pick::Offer;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::text_prop::TextProp;
use wasm_bindgen::JsValue;

/// Asks for a folder with all that is in it, or for files. The same can be chosen again after it changed.
#[component]
pub fn PickButton(
    /// A folder, not single files.
    folder: bool,
    /// What is to be chosen.
    #[prop(into)]
    label: TextProp,
    /// Hears what was chosen.
    #[prop(into)]
    on_pick: Callback<Offer>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let words = label.clone();
    let press = move |()| {
        let list = move || {
            if let Some(input) = input.try_get_untracked().flatten() {
                input.click();
            }
        };
        let Some(asked) = Offer::ask(folder) else {
            return list();
        };
        spawn_local(async move {
            match asked.await {
                // The button may be gone.
                Ok(offer) => drop(on_pick.try_run(offer)),
                Err(error) if is_refusal(&error) => {}
                // As in a frame of another origin.
                Err(_) => list(),
            }
        });
    };
    let picked = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        let Some(list) = input.files() else {
            return;
        };
        let offer = Offer::of_list(&list);
        input.set_value("");
        on_pick.run(offer);
    };
    let icon = if folder {
        icons::LuFolder
    } else {
        icons::LuFile
    };
    view! {
        <Button icon=icon on_click=press>
            {move || words.get()}
        </Button>
        <input
            type="file"
            multiple=!folder
            prop:webkitdirectory=folder
            hidden
            node_ref=input
            aria-label=move || label.get()
            on:change=picked
        />
    }
}

/// Whether the user has chosen nothing.
fn is_refusal(error: &JsValue) -> bool {
    get(error, "name") == "AbortError"
}
