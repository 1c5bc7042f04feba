//! The parts of a page, as links.

use crate::i18n::{t_string, use_i18n};
use leptos::prelude::*;

/// A part of a page.
#[derive(Clone)]
pub struct Tab {
    /// What it is called.
    pub label: TextProp,
    /// Where it is. What else stands in the address may go along: the link stays, and keeps the focus.
    pub href: Signal<String>,
    /// Whether it is shown.
    pub current: Signal<bool>,
    /// How many things it holds, where that is known.
    pub count: Signal<Option<u64>>,
}

impl Tab {
    /// A part without a count.
    pub fn new(
        label: impl Into<TextProp>,
        href: impl Into<Signal<String>>,
        current: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
            current: Signal::derive(current),
            count: Signal::stored(None),
        }
    }

    /// The same with a count.
    pub fn counted(self, count: impl Fn() -> Option<u64> + Send + Sync + 'static) -> Self {
        Self {
            count: Signal::derive(count),
            ..self
        }
    }
}

/// The parts of a page. They scroll sideways where they do not fit.
#[component]
pub fn Tabs(
    /// The parts.
    tabs: Vec<Tab>,
) -> impl IntoView {
    let i18n = use_i18n();
    let links = tabs.into_iter().map(|Tab { label, href, current, count }| {
        view! {
            <li>
                <a class="tab" href=move || href.get() data-noscroll=true aria-current=move || current.get().then_some("page")>
                    {move || label.get()}
                    {move || {
                        count
                            .get()
                            .map(|count| view! { <span class="tab-count">{crate::format::number(count)}</span> })
                    }}
                </a>
            </li>
        }
    });
    let links = links.collect_view();
    view! {
        <div class="tabs">
            <nav aria-label=move || t_string!(i18n, common.sections)>
                <ul>{links}</ul>
            </nav>
        </div>
    }
}
