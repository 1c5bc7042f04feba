//! The button that lets the browser ask for files or a folder.

use crate::ui::{Button, icons};
use crate::uploads::pick::Listed;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::text_prop::TextProp;

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
    on_pick: Callback<Listed>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let words = label.clone();
    let press = move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let picked = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        let Some(list) = input.files() else {
            return;
        };
        let list = Listed::take(&list);
        input.set_value("");
        on_pick.run(list);
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
