//! More about a thing, shown while the pointer or the focus is on it.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;
use std::sync::atomic::{AtomicU32, Ordering};

/// Pixels between the thing and what is said of it, and between that and the window's edge.
const GAP: f64 = 6.0;

/// Numbers the tooltips of a page: the thing refers to its tooltip by id.
static NEXT: AtomicU32 = AtomicU32::new(1);

/// Shows `text` while the pointer or the focus is on its children, and tells it to screen readers as their
/// description. It stays while the pointer is on the text itself; Esc takes it away. Where no child can have the focus,
/// the whole takes it. Nothing that is needed may stand in a tooltip only: fingers have no hover.
#[component]
pub fn Tooltip(
    /// What is shown.
    #[prop(into)]
    text: TextProp,
    /// What it is about.
    children: Children,
) -> impl IntoView {
    let id = format!("tooltip-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let open = RwSignal::new(false);
    let place = RwSignal::new((0.0, 0.0));
    let (host, tip) = (NodeRef::<html::Span>::new(), NodeRef::<html::Span>::new());
    let described = id.clone();
    Effect::new(move |_| {
        let Some(host) = host.get() else { return };
        let able = host.query_selector("a[href],button,input,select,textarea,summary,[tabindex]");
        let host: HtmlElement = host.unchecked_into();
        let target = match able.ok().flatten() {
            Some(child) => child,
            None => {
                host.set_tab_index(0);
                host.into()
            }
        };
        // Fails for names that are none only.
        let _ = target.set_attribute("aria-describedby", &described);
    });
    // Below the thing and in its middle; above it where the window ends, and never beyond the window's sides.
    let put = move || {
        let Some((host, tip)) = host.get_untracked().zip(tip.get_untracked()) else {
            return;
        };
        let root = document().document_element();
        let (width, height) = root.map_or((0.0, 0.0), |root| {
            (
                f64::from(root.client_width()),
                f64::from(root.client_height()),
            )
        });
        let (host, tip) = (
            host.get_bounding_client_rect(),
            tip.get_bounding_client_rect(),
        );
        let left = host.left() + (host.width() - tip.width()) / 2.0;
        let below = host.bottom() + GAP;
        let top = match below + tip.height() + GAP > height {
            true => host.top() - tip.height() - GAP,
            false => below,
        };
        place.set((left.min(width - tip.width() - GAP).max(GAP), top.max(GAP)));
    };
    Effect::new(move |_| {
        if open.get() {
            put();
            // A thing that gets the focus may have to come into sight first.
            let scrolled = window_event_listener(ev::scroll, move |_| put());
            on_cleanup(move || scrolled.remove());
        }
    });
    // The host may be leaving because what was clicked ends the page: no handler counts on the signals.
    let close = move || {
        open.try_set(false);
    };
    view! {
        <span
            class="tooltip-host"
            node_ref=host
            on:pointerenter=move |event: ev::PointerEvent| {
                if event.pointer_type() != "touch" {
                    open.set(true);
                }
            }
            on:pointerleave=move |_| close()
            on:focusin=move |_| open.set(true)
            on:focusout=move |_| close()
            on:keydown=move |event: ev::KeyboardEvent| {
                if event.key() == "Escape" && open.get_untracked() {
                    event.prevent_default();
                    event.stop_propagation();
                    close();
                }
            }
        >
            {children()}
            <span
                class="tooltip"
                class:is-open=move || open.get()
                role="tooltip"
                id=id
                node_ref=tip
                style:left=move || format!("{}px", place.get().0)
                style:top=move || format!("{}px", place.get().1)
            >
                {move || text.get()}
            </span>
        </span>
    }
}
