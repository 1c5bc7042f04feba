//! The one dialog: the browser's own, in the middle or at the side.

use super::button::{Button, IconButton, Look};
use super::icon::icons;
use crate::i18n::{t_string, use_i18n};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Node;

/// A modal dialog while `open` is true. Esc and the cross close it, unless it must be answered.
#[component]
pub fn Dialog(
    /// Whether it is open; set to false when it is closed.
    open: RwSignal<bool>,
    /// What it is about.
    #[prop(into)]
    title: TextProp,
    /// It has to be answered: no cross, and Esc does nothing.
    #[prop(optional)]
    must_answer: bool,
    /// What it shows; made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <Modal open title must_answer class="dialog">
            {children()}
        </Modal>
    }
}

/// A modal dialog that fills the window's right side from top to bottom: for what belongs to the page behind it and needs
/// room, such as filters or the facts of a row. Esc, the cross and a click beside it close it.
#[component]
pub fn Drawer(
    /// Whether it is open; set to false when it is closed.
    open: RwSignal<bool>,
    /// What it is about.
    #[prop(into)]
    title: TextProp,
    /// What it shows; made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <Modal open title class="dialog drawer" beside_closes=true>
            {children()}
        </Modal>
    }
}

/// The browser's own dialog, which keeps the focus inside and gives it back.
#[component]
fn Modal(
    open: RwSignal<bool>,
    title: TextProp,
    class: &'static str,
    #[prop(optional)] must_answer: bool,
    #[prop(optional)] beside_closes: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = open.get();
        let Some(dialog) = node.get() else { return };
        if open && !dialog.open() {
            // Fails only when the element is not in the document, and then there is nothing to show.
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let on_close = move |_| {
        let dialog = node.get_untracked();
        // The event comes a moment after the dialog has closed; who opens it again at once has it open by now.
        if dialog.as_ref().is_some_and(|dialog| dialog.open()) {
            return;
        }
        // Chromium closes at the second Esc whatever `cancel` says.
        if must_answer && open.try_get_untracked() == Some(true) {
            if let Some(dialog) = dialog {
                // As above.
                let _ = dialog.show_modal();
            }
        } else {
            open.try_set(false);
        }
    };
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        if must_answer && event.key() == "Escape" {
            event.prevent_default();
        }
    };
    // The backdrop belongs to the dialog's element; what it shows covers the rest.
    let on_press = move |event: leptos::ev::MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Node>().ok());
        let dialog = node
            .get_untracked()
            .map(|dialog| dialog.unchecked_into::<Node>());
        if beside_closes && target.is_some() && target == dialog {
            open.set(false);
        }
    };
    let close_label = move || t_string!(i18n, common.close);
    let heading = title.clone();
    view! {
        <dialog
            class=class
            node_ref=node
            aria-label=move || title.get()
            on:close=on_close
            on:keydown=on_keydown
            on:mousedown=on_press
            on:cancel=move |event: leptos::ev::Event| {
                if must_answer {
                    event.prevent_default();
                }
            }
        >
            {move || {
                let heading = heading.clone();
                open.get()
                    .then(|| {
                        view! {
                            <div class="dialog-head">
                                <h2>{move || heading.get()}</h2>
                                {(!must_answer)
                                    .then(|| {
                                        view! {
                                            <IconButton label=close_label icon=icons::LuX on_click=move |()| open.set(false)/>
                                        }
                                    })}
                            </div>
                            <div class="dialog-body">{children()}</div>
                        }
                    })
            }}
        </dialog>
    }
}

/// A dialog that asks before something is done. What happens, and on what, stands in its body.
#[component]
pub fn ConfirmDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What is asked.
    #[prop(into)]
    title: TextProp,
    /// The verb on the button.
    #[prop(into)]
    action: TextProp,
    /// It deletes something.
    #[prop(optional)]
    danger: bool,
    /// It is being done.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// It cannot be done yet, for example because a name has to be typed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Does it.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// What will happen.
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let look = if danger { Look::Danger } else { Look::Main };
    let children = StoredValue::new(children);
    let action = StoredValue::new(action);
    view! {
        <Dialog open title>
            {children.with_value(|children| children())}
            <div class="dialog-actions">
                <Button on_click=move |()| open.set(false)>{move || t_string!(i18n, common.cancel)}</Button>
                <Button look busy disabled on_click=on_confirm>
                    {move || action.with_value(TextProp::get)}
                </Button>
            </div>
        </Dialog>
    }
}
