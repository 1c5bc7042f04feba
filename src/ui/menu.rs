//! A menu behind a button: arrows, Home, End, first letters and Esc work as in every menu.

use super::badge::Tone;
use super::icon::{Icon, icons};
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement, Node};

/// A menu; its items are [`MenuLink`], [`MenuButton`] and [`MenuRadio`].
#[component]
pub fn Menu(
    /// What it is for.
    #[prop(into)]
    label: TextProp,
    /// What its button shows; the label is read to screen readers.
    trigger: AnyView,
    /// Its items.
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    // Whether it opens at its end: by the arrow that points up.
    let from_end = StoredValue::new(false);
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let items = move || {
        root.try_get_untracked()
            .flatten()
            .map_or_else(Vec::new, |root| items_of(&root))
    };
    // What an item does may end the menu itself (sign-out), and the browser still reports the focus leaving it: hence
    // no handler here counts on its signals.
    let close = move || {
        open.try_set(false);
        if let Some(button) = button.try_get_untracked().flatten() {
            // A button that is gone has no focus to get back.
            let _ = button.focus();
        }
    };
    let keys = move |event: KeyboardEvent| {
        let key = event.key();
        if !open.get_untracked() {
            if key == "ArrowDown" || key == "ArrowUp" {
                event.prevent_default();
                from_end.set_value(key == "ArrowUp");
                open.set(true);
            }
            return;
        }
        let items = items();
        let at = focused(&items);
        let last = items.len().saturating_sub(1);
        let next = match key.as_str() {
            "ArrowDown" => at.map_or(0, |at| if at == last { 0 } else { at + 1 }),
            "ArrowUp" => at.map_or(last, |at| if at == 0 { last } else { at - 1 }),
            "Home" => 0,
            "End" => last,
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                return close();
            }
            letter => {
                let typed = letter.chars().count() == 1
                    && !(event.ctrl_key() || event.meta_key() || event.alt_key());
                match typed.then(|| beginning_with(&items, at, letter)).flatten() {
                    Some(next) => next,
                    None => return,
                }
            }
        };
        event.prevent_default();
        focus(&items, next);
    };
    // Leaving by Tab or by a click elsewhere closes it.
    let left = move |event: FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<Node>().ok());
        let inside = root
            .try_get_untracked()
            .flatten()
            .is_some_and(|root| root.contains(to.as_ref()));
        if !inside {
            open.try_set(false);
        }
    };
    Effect::new(move |_| {
        if open.get() {
            let last = from_end.try_update_value(std::mem::take) == Some(true);
            request_animation_frame(move || {
                let items = items();
                focus(
                    &items,
                    if last {
                        items.len().saturating_sub(1)
                    } else {
                        0
                    },
                );
            });
        }
    });
    let list_label = label.clone();
    let title = label.clone();
    view! {
        <div class="menu" node_ref=root on:keydown=keys on:focusout=left>
            <button
                type="button"
                class="button button-quiet menu-button"
                node_ref=button
                aria-haspopup="menu"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-label=move || label.get()
                title=move || title.get()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {trigger}
            </button>
            {move || {
                let label = list_label.clone();
                let children = children.clone();
                open.get()
                    .then(|| {
                        view! {
                            <div class="menu-list" role="menu" aria-label=move || label.get() on:click=move |_| close()>
                                {children()}
                            </div>
                        }
                    })
            }}
        </div>
    }
}

fn items_of(root: &Element) -> Vec<HtmlElement> {
    let Ok(found) = root.query_selector_all("[role=menuitem],[role=menuitemradio]") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|i| found.get(i)?.dyn_into().ok())
        .collect()
}

/// The next item after `at` whose words begin with a letter.
fn beginning_with(items: &[HtmlElement], at: Option<usize>, letter: &str) -> Option<usize> {
    let letter = letter.to_lowercase();
    let fits = |item: &HtmlElement| {
        let words = item.text_content().unwrap_or_default();
        words.trim().to_lowercase().starts_with(&letter)
    };
    let first = at.map_or(0, |at| at + 1);
    (0..items.len())
        .map(|step| (first + step) % items.len())
        .find(|index| fits(&items[*index]))
}

fn focused(items: &[HtmlElement]) -> Option<usize> {
    let active = document().active_element()?;
    items
        .iter()
        .position(|item| item.is_same_node(Some(&active)))
}

fn focus(items: &[HtmlElement], at: usize) {
    if let Some(item) = items.get(at) {
        let _ = item.focus();
    }
}

/// An item that leads somewhere.
#[component]
pub fn MenuLink(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// Its icon.
    icon: icons::Icon,
    /// The icon's colour.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// When it is followed.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// What it is.
    children: Children,
) -> impl IntoView {
    let click = move |_| {
        if let Some(on_click) = on_click {
            on_click.run(());
        }
    };
    view! {
        <a
            class=move || tone.get().class_of("menu-item")
            role="menuitem"
            tabindex="-1"
            href=move || href.get()
            on:click=click
        >
            <Icon icon/>
            {children()}
        </a>
    }
}

/// An item that does something.
#[component]
pub fn MenuButton(
    /// Does it.
    #[prop(into)]
    on_click: Callback<()>,
    /// Its icon.
    icon: icons::Icon,
    /// What it is.
    children: Children,
) -> impl IntoView {
    view! {
        <button class="menu-item" type="button" role="menuitem" tabindex="-1" on:click=move |_| on_click.run(())>
            <Icon icon/>
            {children()}
        </button>
    }
}

/// An item of several of which one holds.
#[component]
pub fn MenuRadio(
    /// Whether this one holds.
    #[prop(into)]
    checked: Signal<bool>,
    /// Makes it hold.
    #[prop(into)]
    on_click: Callback<()>,
    /// What it is.
    children: Children,
) -> impl IntoView {
    let icon = Signal::derive(move || {
        if checked.get() {
            icons::LuCheck
        } else {
            icons::LuMinus
        }
    });
    view! {
        <button
            class="menu-item menu-radio"
            type="button"
            role="menuitemradio"
            tabindex="-1"
            aria-checked=move || if checked.get() { "true" } else { "false" }
            on:click=move |_| on_click.run(())
        >
            <Icon icon/>
            {children()}
        </button>
    }
}

/// The name of a group of items.
#[component]
pub fn MenuHeading(
    /// The name.
    children: Children,
) -> impl IntoView {
    view! { <div class="menu-heading" role="presentation">{children()}</div> }
}

/// Items that belong together, with their name above them.
#[component]
pub fn MenuGroup(
    /// The name.
    #[prop(into)]
    label: TextProp,
    /// Its items.
    children: Children,
) -> impl IntoView {
    let name = label.clone();
    view! {
        <div class="menu-group" role="group" aria-label=move || name.get()>
            <div class="menu-heading" aria-hidden="true">
                {move || label.get()}
            </div>
            {children()}
        </div>
    }
}
