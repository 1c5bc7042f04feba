//! Buttons, and links that look like them.

use super::icon::{Icon, icons};
use leptos::prelude::*;

/// How much a button stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one main action of a page or dialog.
    Main,
    /// Any other.
    #[default]
    Plain,
    /// Within text and tables: no border.
    Quiet,
    /// Deletes something.
    Danger,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Main => "button button-primary",
            Self::Plain => "button",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// A button. While `busy` it turns and does nothing; `disabled` needs `title` to say why.
#[component]
pub fn Button(
    /// What it does.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// How much it stands out.
    #[prop(optional)]
    look: Look,
    /// Submits the form it is in.
    #[prop(optional)]
    submit: bool,
    /// Something is on its way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// It cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it is switched on, for a button that switches.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// More about it, shown on hover.
    #[prop(optional, into)]
    title: MaybeProp<String>,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<icons::Icon>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let click = move |event: leptos::ev::MouseEvent| {
        if busy.get_untracked() || disabled.get_untracked() {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=look.class()
            aria-disabled=move || (busy.get() || disabled.get()).then_some("true")
            aria-busy=move || busy.get().then_some("true")
            aria-pressed=move || pressed.map(|on| if on.get() { "true" } else { "false" })
            title=move || title.get()
            on:click=click
        >
            {move || match (busy.get(), icon) {
                (true, _) => Some(view! { <span class="spinner" aria-hidden="true"></span> }.into_any()),
                (false, Some(icon)) => Some(view! { <Icon icon/> }.into_any()),
                (false, None) => None,
            }}
            {children()}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How much it stands out.
    #[prop(optional)]
    look: Look,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<icons::Icon>,
    /// Opens in a tab of its own, which learns nothing of this one.
    #[prop(optional)]
    new_tab: bool,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a
            class=look.class()
            href=move || href.get()
            target=new_tab.then_some("_blank")
            rel=new_tab.then_some("noopener noreferrer")
        >
            {icon.map(|icon| view! { <Icon icon/> })}
            {children()}
        </a>
    }
}

/// A button of one icon.
#[component]
pub fn IconButton(
    /// What it does, in words.
    #[prop(into)]
    label: TextProp,
    /// The icon.
    #[prop(into)]
    icon: Signal<icons::Icon>,
    /// What it does.
    #[prop(into)]
    on_click: Callback<()>,
    /// It cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it is switched on, for a button that switches.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// Whether what it opens is open, for a button that opens something on the page.
    #[prop(optional, into)]
    expanded: Option<Signal<bool>>,
    /// Id of what it opens.
    #[prop(optional)]
    controls: Option<&'static str>,
) -> impl IntoView {
    let title = label.clone();
    view! {
        <button
            type="button"
            class="button button-quiet button-icon"
            aria-pressed=move || pressed.map(|on| if on.get() { "true" } else { "false" })
            aria-expanded=move || expanded.map(|open| if open.get() { "true" } else { "false" })
            aria-controls=controls
            aria-label=move || label.get()
            title=move || title.get()
            aria-disabled=move || disabled.get().then_some("true")
            on:click=move |_| {
                if !disabled.get_untracked() {
                    on_click.run(());
                }
            }
        >
            <Icon icon/>
        </button>
    }
}

/// A link of one icon.
#[component]
pub fn IconLink(
    /// Where it leads, in words.
    #[prop(into)]
    label: TextProp,
    /// The icon.
    #[prop(into)]
    icon: Signal<icons::Icon>,
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
) -> impl IntoView {
    let title = label.clone();
    view! {
        <a
            class="button button-quiet button-icon"
            href=move || href.get()
            aria-label=move || label.get()
            title=move || title.get()
        >
            <Icon icon/>
        </a>
    }
}
