//! The address bar and the browser's history.
//!
//! A link of the app is followed without loading the page anew; everything else (another origin, a path outside of the
//! app, a new tab, a download) is the browser's. The address is written as the link has it, so that a name with a
//! percent sign survives a reload.

use crate::paths;
use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use leptos::web_sys::{Event, HtmlAnchorElement, MouseEvent, Url};

/// What stands in the address bar, without origin and fragment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The path, percent-encoded, with the base.
    pub path: String,
    /// The query with its question mark, or nothing.
    pub search: String,
}

/// How an address is gone to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// In place of the current entry of the history.
    pub replace: bool,
    /// The window goes to the place that the fragment names, else to its top.
    pub scroll: bool,
}

/// Follows the address bar from now on, and answers clicks on links.
pub fn follow() -> RwSignal<Address> {
    let shown = RwSignal::new(current().unwrap_or_default());
    let click = window_event_listener(ev::click, move |event| {
        // Without an address to make sense of, the browser follows the link.
        let _ = follow_link(shown, &event);
    });
    let back = window_event_listener(ev::popstate, move |_| {
        if let Some(address) = current() {
            shown.set(address);
        }
    });
    on_cleanup(move || {
        click.remove();
        back.remove();
    });
    shown
}

fn current() -> Option<Address> {
    let location = window().location();
    Some(Address {
        path: location.pathname().ok()?,
        search: location.search().ok()?,
    })
}

/// Goes to `href`: an address of the app with its base. One that is none is left to the browser.
pub fn go(shown: RwSignal<Address>, href: &str, manner: Manner) {
    let Some(origin) = window().location().origin().ok() else {
        return;
    };
    let url = Url::new_with_base(href, &origin);
    match url.ok().filter(|url| is_ours(url, &origin)) {
        Some(url) => enter(shown, &url, manner),
        // A refusal shows itself: the page stays.
        None => drop(window().location().set_href(href)),
    }
}

/// Whether the app itself is at that address.
fn is_ours(url: &Url, origin: &str) -> bool {
    url.origin() == origin && paths::without_base(&url.pathname()).is_some()
}

fn enter(shown: RwSignal<Address>, url: &Url, manner: Manner) {
    let (path, search) = (url.pathname(), url.search());
    let href = format!("{path}{search}{}", url.hash());
    let Ok(history) = window().history() else {
        return;
    };
    let same = window().location().href().ok().as_deref() == Some(&*url.href());
    let entered = match manner.replace || same {
        true => history.replace_state_with_url(&JsValue::NULL, "", Some(&href)),
        false => history.push_state_with_url(&JsValue::NULL, "", Some(&href)),
    };
    if entered.is_err() {
        return;
    }
    shown.set(Address { path, search });
    if manner.scroll {
        let hash = url.hash();
        request_animation_frame(move || scroll_to(hash.trim_start_matches('#')));
    }
}

/// Whether the address names the element of this id: one that comes later than its page shows itself.
pub fn names(id: &str) -> bool {
    let hash = window().location().hash().unwrap_or_default();
    hash.strip_prefix('#') == Some(id)
}

/// Shows the element that a fragment names; without one the top.
fn scroll_to(fragment: &str) {
    let id = paths::decode(fragment).unwrap_or_else(|| fragment.to_owned());
    match document().get_element_by_id(&id).filter(|_| !id.is_empty()) {
        Some(element) => element.scroll_into_view(),
        None => window().scroll_to_with_x_and_y(0.0, 0.0),
    }
}

/// The link of the app that an event happened on, and where it leads.
pub fn link_of(event: &Event) -> Option<(HtmlAnchorElement, Url)> {
    let link = event
        .target()?
        .dyn_into::<leptos::web_sys::Element>()
        .ok()?
        .closest("a[href]")
        .ok()??
        .dyn_into::<HtmlAnchorElement>()
        .ok()?;
    let external = link.rel().split_whitespace().any(|word| word == "external");
    if !matches!(link.target().as_str(), "" | "_self") || link.has_attribute("download") || external
    {
        return None;
    }
    let url = Url::new(&link.href()).ok()?;
    is_ours(&url, &window().location().origin().ok()?).then_some((link, url))
}

fn follow_link(shown: RwSignal<Address>, event: &MouseEvent) -> Option<()> {
    let with_key = event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key();
    if event.default_prevented() || event.button() != 0 || with_key {
        return None;
    }
    let (link, url) = link_of(event)?;
    event.prevent_default();
    let manner = Manner {
        replace: false,
        scroll: !link.has_attribute("data-noscroll"),
    };
    enter(shown, &url, manner);
    Some(())
}
