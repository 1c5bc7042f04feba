//! The head of a page: its one `h1`, the document's title, and the focus after a navigation.

use super::focus::is_field;
use crate::site;
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::Element;

/// Says that a navigation has just led to a page whose heading is still to get the focus.
#[derive(Clone, Copy)]
pub struct Arrival(StoredValue<Option<Awaited>, LocalStorage>);

/// What had the focus when the navigation began.
struct Awaited(Option<Element>);

impl Arrival {
    /// The next heading gets the focus.
    pub fn announce(self) {
        self.0.set_value(Some(Awaited(document().active_element())));
    }

    /// Whether a heading is still to get it.
    pub(super) fn is_awaited(self) -> bool {
        self.0.try_with_value(Option::is_some) == Some(true)
    }

    /// Whether the heading that has come gets it. Not when somebody writes in another field than before, or in one that
    /// belongs to no page: a page that leads on by itself would take the cursor out of the search.
    fn claim(self) -> bool {
        let Some(Awaited(before)) = self.0.try_update_value(Option::take).flatten() else {
            return false;
        };
        let Some(now) = document().active_element().filter(is_field) else {
            return true;
        };
        Some(&now) == before.as_ref() && matches!(now.closest("main"), Ok(Some(_)))
    }
}

/// Provides [`Arrival`].
pub fn provide_arrival() -> Arrival {
    let arrival = Arrival(StoredValue::new_local(None));
    provide_context(arrival);
    arrival
}

/// The head of a page. Its heading gets the focus when a navigation led here, and so is read out once.
#[component]
pub fn PageHead(
    /// What the page is: heading and document title.
    #[prop(into)]
    title: TextProp,
    /// What the heading shows when it is more than the title.
    #[prop(optional)]
    heading: Option<AnyView>,
    /// What changes the heading: beside it, or in its place.
    #[prop(optional)]
    edit: Option<AnyView>,
    /// What changes the heading stands in its place.
    #[prop(optional, into)]
    edited: Signal<bool>,
    /// Beside the heading: state, visibility.
    #[prop(optional)]
    facts: Option<AnyView>,
    /// Below the heading: description, owner.
    #[prop(optional)]
    subtitle: Option<AnyView>,
    /// At the right: the one main action and others.
    #[prop(optional)]
    actions: Option<AnyView>,
) -> impl IntoView {
    let node = NodeRef::<html::H1>::new();
    let shown = title.clone();
    Effect::new(move |_| {
        let title = title.get();
        crate::title::set(format!("{title} · {}", site::title()));
    });
    if let Some(arrival) = use_context::<Arrival>() {
        Effect::new(move |_| {
            if let Some(heading) = node.get()
                && arrival.claim()
            {
                // The address bar's change scrolls; the focus must not scroll back.
                let options = leptos::web_sys::FocusOptions::new();
                options.set_prevent_scroll(true);
                let _ = heading.focus_with_options(&options);
            }
        });
    }
    let heading = heading.unwrap_or_else(|| (move || shown.get()).into_any());
    view! {
        <header class="page-head">
            <div class="page-head-text">
                <div class="page-head-title">
                    <h1 node_ref=node tabindex="-1" class:sr-only=move || edited.get()>
                        {heading}
                    </h1>
                    {edit}
                    {facts}
                </div>
                {subtitle.map(|subtitle| view! { <div class="page-head-subtitle">{subtitle}</div> })}
            </div>
            {actions.map(|actions| view! { <div class="page-head-actions">{actions}</div> })}
        </header>
    }
}
