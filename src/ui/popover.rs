//! Fields behind a button: a panel that closes with Esc, with the next click elsewhere and when the focus leaves it.

use super::icon::{Icon, icons};
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Node;

/// A button that opens a panel with whatever is in it.
#[component]
pub fn Popover(
    /// What the button says; the panel's name too.
    #[prop(into)]
    label: TextProp,
    /// Before the words.
    icon: icons::Icon,
    /// How many of the things in it hold; shown beside the words unless 0.
    #[prop(optional, into)]
    count: Signal<usize>,
    /// The panel begins at the button's left instead of ending at its right.
    #[prop(optional)]
    start: bool,
    /// The panel; made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.prevent_default();
            event.stop_propagation();
            open.set(false);
            if let Some(button) = button.get_untracked() {
                // A button that is gone has no focus to get back.
                let _ = button.focus();
            }
        }
    };
    // What is done in it may take an element that has the focus away: that is no leaving.
    let left = move |event: FocusEvent| {
        let Some(to) = event.related_target() else {
            return;
        };
        let to = to.dyn_into::<Node>().ok();
        let root = root.try_get_untracked().flatten();
        if !root.is_some_and(|root| root.contains(to.as_ref())) {
            open.try_set(false);
        }
    };
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let at = event.target().and_then(|at| at.dyn_into::<Node>().ok());
        let root = root.try_get_untracked().flatten();
        if open.try_get_untracked() == Some(true)
            && !root.is_some_and(|root| root.contains(at.as_ref()))
        {
            open.try_set(false);
        }
    });
    on_cleanup(move || outside.remove());
    let words = label.clone();
    view! {
        <div class="popover" node_ref=root on:keydown=keys on:focusout=left>
            <button
                type="button"
                class="button"
                node_ref=button
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon icon/>
                {move || words.get()}
                {move || (count.get() > 0).then(|| view! { <span class="popover-count">{count.get()}</span> })}
            </button>
            {move || {
                let (label, children) = (label.clone(), children.clone());
                open.get()
                    .then(|| {
                        view! {
                            <div class="popover-panel" class:popover-start=start role="group" aria-label=move || label.get()>
                                {children()}
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// A box to tick whose state is kept elsewhere, in the address.
#[component]
pub fn Tick(
    /// What it stands for.
    #[prop(into)]
    label: TextProp,
    /// Whether it is ticked.
    #[prop(into)]
    checked: Signal<bool>,
    /// Called with what it is to be.
    #[prop(into)]
    on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="checkbox">
            <input
                type="checkbox"
                prop:checked=move || checked.get()
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            <span>{move || label.get()}</span>
        </label>
    }
}
